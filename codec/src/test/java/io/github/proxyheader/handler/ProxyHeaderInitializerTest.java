/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.proxyheader.testing.Await;
import io.github.proxyheader.testing.Embedded;
import io.github.proxyheader.testing.Recorder;
import io.github.proxyheader.testing.Told;
import io.github.proxyheader.testing.Transport;
import io.github.proxyheader.testing.Wire;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
class ProxyHeaderInitializerTest {
  @RegisterExtension final Embedded connection = new Embedded();

  private static ReceiverOptions options(Told told) {
    return ReceiverOptions.builder().listener(told).build();
  }

  private ChannelHandler child() {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(connection.behind);
      }
    };
  }

  @Test
  @DisplayName("6.3 the child handler comes when the client is known, and sees active and payload")
  void childComesWithTheClient() {
    connection.accept(new ProxyHeaderInitializer(options(connection.told), child()));
    assertThat(connection.channel.pipeline().get(Recorder.class)).isNull();
    connection.receive(concat(Wire.v2(), text("x")));
    connection.assertSeen("active", "read x", "complete");
    connection.assertTold("proxied");
    assertThat(ProxiedAddress.of(connection.channel).source()).isEqualTo(Wire.SOURCE);
    assertThat(connection.hasDecoder()).isFalse();
  }

  @Test
  @DisplayName("6.3 a refused connection is told to the listener, the child handler never comes")
  void childNeverComes() {
    connection.accept(new ProxyHeaderInitializer(options(connection.told), child()));
    connection.receive("GET /");
    connection.assertClosed();
    connection.assertSeen();
    connection.assertTold("rejected MISSING");
  }

  @Test
  @DisplayName("6.3 options that cannot work and children that cannot be shared are errors")
  void argumentsAreChecked() {
    ChannelHandler child = child();
    ReceiverOptions replacing =
        ReceiverOptions.builder().replaceWith(address -> new Recorder()).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProxyHeaderInitializer(replacing, child))
        .withMessageContaining("replaceWith");
    ReceiverOptions active = ReceiverOptions.builder().holdActive(false).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProxyHeaderInitializer(active, child))
        .withMessageContaining("holdActive");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProxyHeaderInitializer(options(new Told()), new Recorder()))
        .withMessageContaining("sharable");
    assertThatNullPointerException().isThrownBy(() -> new ProxyHeaderInitializer(null, child));
    assertThatNullPointerException()
        .isThrownBy(() -> new ProxyHeaderInitializer(options(new Told()), null));
  }

  @Test
  @DisplayName("6.3 a child that is sharable by its annotation alone is taken")
  void annotatedChild() {
    connection.accept(new ProxyHeaderInitializer(options(connection.told), new AnnotatedHandler()));
    connection.receive(Wire.v1());
    assertThat(connection.channel.pipeline().get(AnnotatedHandler.class)).isNotNull();
  }

  @Sharable
  @SuppressWarnings("deprecation") // exceptionCaught of ChannelHandler
  private static final class AnnotatedHandler implements ChannelHandler {
    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {}

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {}

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {}
  }

  @ParameterizedTest
  @MethodSource(Transport.AVAILABLE)
  @DisplayName("6.3 one instance serves all connections of a server")
  void servesAServer(Transport transport) throws Exception {
    Queue<ProxiedAddress> clients = new ConcurrentLinkedQueue<>();
    ChannelHandler existing =
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            channel
                .pipeline()
                .addLast(
                    new ChannelInboundHandlerAdapter() {
                      @Override
                      public void channelActive(ChannelHandlerContext ctx) {
                        clients.add(ProxiedAddress.of(ctx.channel()));
                        ctx.close();
                      }
                    });
          }
        };
    EventLoopGroup group = transport.newGroup();
    try {
      Channel server =
          new ServerBootstrap()
              .group(group)
              .channel(transport.serverClass())
              .childHandler(new ProxyHeaderInitializer(options(new Told()), existing))
              .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .sync()
              .channel();
      for (int i = 1; i <= 10; i++) {
        try (Socket peer = new Socket()) {
          peer.setSoTimeout(30_000);
          peer.connect(server.localAddress());
          peer.getOutputStream().write(Wire.v2());
          assertThat(peer.getInputStream().read()).isEqualTo(-1);
        }
      }
      Await.until(() -> clients.size() == 10);
      assertThat(clients).allMatch(client -> client.source().equals(Wire.SOURCE));
    } finally {
      group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }
}
