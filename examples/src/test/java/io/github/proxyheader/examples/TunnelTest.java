/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.handler.ProxyHeaderEncoder;
import io.github.proxyheader.handler.ProxyHeaderSource;
import io.github.proxyheader.handler.SenderOptions;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyVersion;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.proxy.ProxyConnectException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
@DisplayName("Behind Netty's ProxyHandler the header travels inside the tunnel")
class TunnelTest {
  private static final String HEADER = "PROXY TCP4 203.0.113.7 198.51.100.9 45678 443\r\n";
  private static final InetSocketAddress TARGET =
      InetSocketAddress.createUnresolved("target.example.org", 443);

  private enum Transport {
    NIO(NioSocketChannel.class, false),
    EPOLL(EpollSocketChannel.class, false),
    EPOLL_WITH_FAST_OPEN(EpollSocketChannel.class, true);

    final Class<? extends Channel> channelClass;
    final boolean fastOpen;

    Transport(Class<? extends Channel> channelClass, boolean fastOpen) {
      this.channelClass = channelClass;
      this.fastOpen = fastOpen;
    }

    EventLoopGroup newGroup() {
      return new MultiThreadIoEventLoopGroup(
          1, this == NIO ? NioIoHandler.newFactory() : EpollIoHandler.newFactory());
    }
  }

  private EventLoopGroup group;

  @AfterEach
  void stop() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @ParameterizedTest
  @EnumSource
  void headerIsTheFirstThingBehindTheAnswerToConnect(Transport transport) throws Exception {
    try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ChannelFuture connect = connect(transport, proxy, Duration.ofSeconds(20));
      connect.addListener(done -> write(connect.channel(), "listener;"));
      try (Socket accepted = proxy.accept()) {
        String request = readUntil(accepted.getInputStream(), "\r\n\r\n");
        assertThat(request).startsWith("CONNECT target.example.org:443 ");
        accepted.getOutputStream().write(ascii("HTTP/1.1 200 OK\r\n\r\n"));

        String tunnelled = readUntil(accepted.getInputStream(), "listener;");

        assertThat(tunnelled).isEqualTo(HEADER + "active;listener;");
        assertThat(connect.await().isSuccess()).isTrue();
      }
      connect.channel().close().sync();
    }
  }

  @ParameterizedTest
  @EnumSource
  void tunnelThatIsNotBuiltInTimeFailsTheConnect(Transport transport) throws Exception {
    try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ChannelFuture connect = connect(transport, proxy, Duration.ofMillis(200));
      try (Socket accepted = proxy.accept()) {
        readUntil(accepted.getInputStream(), "\r\n\r\n");

        assertThat(connect.await().cause()).isInstanceOf(ConnectTimeoutException.class);
        assertThat(accepted.getInputStream().readAllBytes()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusedTunnelFailsTheConnectAndSendsNoHeader(Transport transport) throws Exception {
    try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ChannelFuture connect = connect(transport, proxy, Duration.ofSeconds(20));
      try (Socket accepted = proxy.accept()) {
        readUntil(accepted.getInputStream(), "\r\n\r\n");
        accepted
            .getOutputStream()
            .write(ascii("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"));

        assertThat(connect.await().cause())
            .isInstanceOf(HttpProxyHandler.HttpProxyConnectException.class);
        assertThat(accepted.getInputStream().readAllBytes()).isEmpty();
      }
    }
  }

  private ChannelFuture connect(Transport transport, ServerSocket proxy, Duration writeTimeout) {
    group = transport.newGroup();
    SenderOptions options =
        SenderOptions.builder()
            .source(ProxyHeaderSource.of(header()))
            .writeTimeout(writeTimeout)
            .build();
    CompletableFuture<Void> added = new CompletableFuture<>();
    ChannelFuture connect =
        new Bootstrap()
            .group(group)
            .channel(transport.channelClass)
            .option(ChannelOption.TCP_FASTOPEN_CONNECT, transport.fastOpen ? true : null)
            .disableResolver()
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new HttpProxyHandler(proxy.getLocalSocketAddress()));
                    channel.pipeline().addLast(new ProxyHeaderEncoder(options));
                    channel.pipeline().addLast(new ActiveWriter());
                    added.complete(null);
                  }
                })
            .connect(TARGET);
    added.join();
    return connect;
  }

  private static ProxyHeader header() {
    return ProxyHeader.builder()
        .version(ProxyVersion.V1)
        .source(new InetSocketAddress("203.0.113.7", 45678))
        .destination(new InetSocketAddress("198.51.100.9", 443))
        .build();
  }

  private static void write(Channel channel, String text) {
    channel.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String readUntil(InputStream in, String end) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.indexOf(end) < 0) {
      int c = in.read();
      if (c < 0) {
        break;
      }
      text.append((char) c);
    }
    return text.toString();
  }

  private static final class ActiveWriter extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      write(ctx.channel(), "active;");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (!(cause instanceof ProxyConnectException)) {
        ctx.fireExceptionCaught(cause);
      }
    }
  }
}
