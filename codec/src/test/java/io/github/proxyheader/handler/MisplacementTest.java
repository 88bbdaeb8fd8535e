/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.proxyheader.testing.Await;
import io.github.proxyheader.testing.Connection;
import io.github.proxyheader.testing.Recorder;
import io.github.proxyheader.testing.Server;
import io.github.proxyheader.testing.Told;
import io.github.proxyheader.testing.Transport;
import io.github.proxyheader.testing.Wire;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.UnorderedThreadPoolEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Handlers that are added where they cannot work close the channel, and nothing passes. */
@Timeout(120)
class MisplacementTest {
  private static final int CONNECTIONS = 50;

  @ParameterizedTest
  @MethodSource(Transport.AVAILABLE)
  @DisplayName("6.1 a decoder with an executor of its own: closed, and nothing passes")
  void decoderWithAnExecutor(Transport transport) throws Exception {
    EventExecutorGroup executors = new DefaultEventExecutorGroup(2);
    refuses(
        transport,
        executors,
        told -> new ProxyHeaderDecoder(Connection.patientOptions().listener(told).build()));
  }

  @ParameterizedTest
  @MethodSource(Transport.AVAILABLE)
  @DisplayName("6.1 a filter with an executor of its own: closed, and nothing passes")
  void filterWithAnExecutor(Transport transport) throws Exception {
    refuses(transport, new DefaultEventExecutorGroup(2), told -> new ProxiedAddressFilter());
  }

  /**
   * Netty passes events by a handler whose {@code handlerAdded} has not run yet if its executor
   * keeps no order, so this test asserts the end of the connection alone.
   */
  @ParameterizedTest
  @MethodSource(Transport.AVAILABLE)
  @DisplayName("6.1 a decoder with an executor that keeps no order: closed")
  void decoderWithAnUnorderedExecutor(Transport transport) throws Exception {
    EventExecutorGroup executors = new UnorderedThreadPoolEventExecutor(2);
    try (Server server =
        new Server(
            transport,
            channel -> channel.pipeline().addLast(executors, new ProxyHeaderDecoder()))) {
      for (int i = 0; i < CONNECTIONS; i++) {
        assertPeerSeesTheEnd(server.address());
      }
    } finally {
      executors.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  private interface HandlerFactory {
    ChannelHandler create(ProxyHeaderListener told);
  }

  private static void refuses(
      Transport transport, EventExecutorGroup executors, HandlerFactory factory) throws Exception {
    Told told = new Told();
    Queue<Recorder> recorders = new ConcurrentLinkedQueue<>();
    Queue<Channel> channels = new ConcurrentLinkedQueue<>();
    Server server =
        new Server(
            transport,
            channel -> {
              Recorder behind = new Recorder();
              channel.pipeline().addLast(executors, factory.create(told)).addLast(behind);
              recorders.add(behind);
              channels.add(channel);
            });
    try (server) {
      for (int i = 0; i < CONNECTIONS; i++) {
        assertPeerSeesTheEnd(server.address());
      }
      Await.until(() -> channels.size() == CONNECTIONS);
      for (Channel channel : channels) {
        channel.closeFuture().sync();
      }
    } finally {
      executors.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
    for (Recorder behind : recorders) {
      assertThat(behind.seen())
          .filteredOn(entry -> !entry.startsWith("exception"))
          .as("what passes")
          .isEmpty();
    }
    assertThat(told.all()).allMatch("abandoned"::equals).hasSizeLessThanOrEqualTo(CONNECTIONS);
  }

  private static void assertPeerSeesTheEnd(InetSocketAddress address) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(30_000);
      socket.connect(address);
      try {
        socket.getOutputStream().write(Wire.v2());
        socket.getOutputStream().write("payload".getBytes(StandardCharsets.UTF_8));
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      } catch (SocketException e) {
        // A reset is an end as well: the server closes while bytes are on their way.
      }
    }
  }

  @ParameterizedTest
  @MethodSource(Transport.AVAILABLE)
  @DisplayName("6.1 a decoder in the pipeline of a server channel: the port is not bound")
  void decoderOfAServerChannel(Transport transport) {
    assertNotBound(transport, ProxyHeaderDecoder::new);
  }

  @ParameterizedTest
  @MethodSource(Transport.AVAILABLE)
  @DisplayName("6.1 a filter in the pipeline of a server channel: the port is not bound")
  void filterOfAServerChannel(Transport transport) {
    assertNotBound(transport, ProxiedAddressFilter::new);
  }

  private static void assertNotBound(Transport transport, Supplier<ChannelHandler> handler) {
    EventLoopGroup group = transport.newGroup();
    try {
      ServerBootstrap bootstrap =
          new ServerBootstrap()
              .group(group)
              .channel(transport.serverClass())
              .handler(handler.get())
              .childHandler(new ChannelInboundHandlerAdapter());
      assertThatThrownBy(
              () ->
                  bootstrap.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).sync())
          .isInstanceOf(IOException.class);
    } finally {
      group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }
}
