/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.proxyheader.testing.Await;
import io.github.proxyheader.testing.Connection;
import io.github.proxyheader.testing.SocketServer;
import io.github.proxyheader.testing.Transport;
import io.github.proxyheader.testing.Wire;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A server that greets its client first, as SMTP does. */
@Timeout(120)
class ServerSpeaksFirstTest {
  private static final String GREETING = "220 192.0.2.1\r\n";
  private static final String GREETING_OF_THE_PEER = "220 127.0.0.1\r\n";

  @RegisterExtension final SocketServer server = new SocketServer();

  private Connection connect(Transport transport, ReceiverOptions.Builder options)
      throws Exception {
    server.start(transport);
    Connection connection = new Connection(server).options(options);
    return connection.handlers(new Greeter(), connection.behind).connect();
  }

  @ParameterizedTest
  @MethodSource(Transport.WITH_PROXIED_NIO)
  @DisplayName("4.3 R5 the greeting waits for the header, and knows the client")
  void greetingKnowsTheClient(Transport transport) throws Exception {
    Connection connection = connect(transport, Connection.patientOptions());
    connection.peer().setSoTimeout(200);
    assertThatThrownBy(() -> connection.receive(1)).isInstanceOf(SocketTimeoutException.class);
    connection.peer().setSoTimeout(30_000);

    connection.send(Wire.v2());

    assertThat(connection.receive(GREETING.length())).isEqualTo(GREETING);
    connection.send(text("EHLO\r\n")).awaitSeen("read EHLO\r\n");
  }

  @ParameterizedTest
  @MethodSource(Transport.WITH_PROXIED_NIO)
  @DisplayName("4.5 a client without a header is greeted after the time-out")
  void greetingAfterTheTimeout(Transport transport) throws Exception {
    Duration timeout = Duration.ofMillis(300);
    long start = System.nanoTime();
    Connection connection =
        connect(
            transport, Connection.patientOptions().policy(ProxyHeaderPolicy.USE).timeout(timeout));

    assertThat(connection.receive(GREETING_OF_THE_PEER.length())).isEqualTo(GREETING_OF_THE_PEER);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(timeout);
    connection.send(text("EHLO\r\n")).awaitSeen("read EHLO\r\n");
    connection.assertTold("proxied");
  }

  @ParameterizedTest
  @MethodSource(Transport.WITH_PROXIED_NIO)
  @DisplayName("4.5 a header that comes with the first data is consumed after the greeting")
  void headerWithTheFirstData(Transport transport) throws Exception {
    Connection connection =
        connect(transport, Connection.patientOptions().holdActive(false).timeout(Duration.ZERO));
    assertThat(connection.receive(GREETING_OF_THE_PEER.length())).isEqualTo(GREETING_OF_THE_PEER);
    assertThat(ProxiedAddress.of(connection.channel()).isProxied()).isFalse();

    connection.send(concat(Wire.v2(), text("EHLO\r\n"))).awaitSeen("complete");

    assertThat(connection.seen()).containsExactly("active", "address", "read EHLO\r\n", "complete");
    assertThat(ProxiedAddress.of(connection.channel()).source()).isEqualTo(Wire.SOURCE);
    Await.until(() -> connection.channel().pipeline().get(ProxyHeaderDecoder.class) == null);
  }

  /** Greets with the address of the client, as far as that is known. */
  private static final class Greeter extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      Channel channel = ctx.channel();
      InetSocketAddress client = (InetSocketAddress) ProxiedAddress.of(channel).source();
      String greeting = "220 " + client.getAddress().getHostAddress() + "\r\n";
      ctx.writeAndFlush(ByteBufUtil.writeAscii(ctx.alloc(), greeting));
      ctx.fireChannelActive();
    }
  }
}
