/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.handler.ClientChannel.Order;
import io.github.proxyheader.testing.LeakCheck;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever ends the caller's connect promise without success ends the connection. */
@Timeout(120)
class ConnectPromiseTest {
  private static final SocketAddress TARGET = new InetSocketAddress("192.0.2.9", 443);

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  /** How somebody ends the promise. */
  private enum Ending {
    FAILED {
      @Override
      void end(ChannelPromise promise) {
        promise.tryFailure(new IOException("of somebody else"));
      }
    },
    CANCELLED {
      @Override
      void end(ChannelPromise promise) {
        promise.cancel(false);
      }
    };

    abstract void end(ChannelPromise promise);
  }

  private ClientChannel client() {
    return new ClientChannel(leaks.allocator());
  }

  private static void finish(ClientChannel channel) {
    channel.runPendingTasks();
    channel.finishAndReleaseAll();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("5.6 the promise ends without success while the connect is under way: closed")
  void endsWhileConnecting(Ending ending) {
    ClientChannel channel = client();
    channel.pipeline().addLast(new ProxyHeaderEncoder(ClientChannel.HEADER));
    ChannelPromise promise = channel.newPromise();
    channel.connect(TARGET, promise);
    ChannelFuture write = channel.write(channel.data("data"));
    ending.end(promise);
    channel.runPendingTasks();
    assertThat(channel.isOpen()).isFalse();
    assertThat(channel.connecting().isCancelled()).isTrue();
    assertThat(write.isSuccess()).isFalse();
    finish(channel);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("5.6 the promise ends without success while the header is stuck: closed")
  void endsWhileTheHeaderIsStuck(Ending ending) {
    ClientChannel channel = client();
    channel.full = true;
    channel.pipeline().addLast(new ProxyHeaderEncoder(ClientChannel.HEADER));
    ChannelPromise promise = channel.newPromise();
    channel.connect(TARGET, promise);
    channel.connected(Order.PROMISE_THEN_ACTIVE);
    assertThat(promise.isDone()).isFalse();
    ending.end(promise);
    channel.runPendingTasks();
    assertThat(channel.isOpen()).isFalse();
    assertThat(channel.hasTimer()).isFalse();
    finish(channel);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("5.6 the promise ends without success before the handler sees the connect: closed")
  void endsBeforeTheConnect(Ending ending) {
    ClientChannel channel = client();
    channel.pipeline().addLast(new ProxyHeaderEncoder(ClientChannel.HEADER));
    ChannelPromise promise = channel.newPromise();
    channel
        .pipeline()
        .addLast(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void connect(
                  ChannelHandlerContext ctx,
                  SocketAddress remote,
                  @Nullable SocketAddress local,
                  ChannelPromise ignored) {
                ChannelHandlerContext encoder = ctx.pipeline().context(ProxyHeaderEncoder.class);
                ending.end(promise);
                try {
                  ((ProxyHeaderEncoder) encoder.handler()).connect(encoder, remote, local, promise);
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              }
            });
    channel.connect(TARGET, promise);
    ChannelFuture write = channel.write(channel.data("data"));
    channel.runPendingTasks();
    assertThat(channel.isOpen()).isFalse();
    assertThat(write.isSuccess()).isFalse();
    finish(channel);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("5.6 with fast open, the promise ends without success while connecting: closed")
  void endsWithFastOpen(Ending ending) {
    ClientChannel channel = client();
    channel.useFastOpen();
    channel.pipeline().addLast(new ProxyHeaderEncoder(ClientChannel.HEADER));
    ChannelPromise promise = channel.newPromise();
    channel.connect(TARGET, promise);
    ending.end(promise);
    channel.runPendingTasks();
    assertThat(channel.isOpen()).isFalse();
    finish(channel);
  }

  @Test
  @DisplayName("5.6 somebody else completes the promise with success: the header is still sent")
  void succeedsEarly() {
    ClientChannel channel = client();
    channel.pipeline().addLast(new ProxyHeaderEncoder(ClientChannel.HEADER));
    ChannelPromise promise = channel.newPromise();
    channel.connect(TARGET, promise);
    promise.trySuccess();
    channel.connected(Order.PROMISE_THEN_ACTIVE);
    assertThat(channel.isOpen()).isTrue();
    assertThat(channel.wire()).containsExactly(ClientChannel.WIRE);
    assertThat(channel.pipeline().get(ProxyHeaderEncoder.class)).isNull();
    finish(channel);
  }

  @Test
  @DisplayName("5.6 a failure after somebody else completed the promise: caught, and closed")
  void failsAfterAnEarlySuccess() {
    ClientChannel channel = client();
    IllegalStateException failure = new IllegalStateException("of the source");
    List<Throwable> caught = new ArrayList<>();
    channel
        .pipeline()
        .addLast(
            new ProxyHeaderEncoder(
                (outbound, target) -> {
                  throw failure;
                }),
            new ChannelInboundHandlerAdapter() {
              @Override
              public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                caught.add(cause);
              }
            });
    ChannelPromise promise = channel.newPromise();
    channel.connect(TARGET, promise);
    promise.trySuccess();
    channel.connected(Order.PROMISE_THEN_ACTIVE);
    channel.runPendingTasks();
    assertThat(caught).containsExactly(failure);
    assertThat(channel.isOpen()).isFalse();
    finish(channel);
  }

  @Test
  @DisplayName("6.3 the source is told the address that was given to connect()")
  void sourceIsToldTheTarget() {
    List<@Nullable SocketAddress> targets = new ArrayList<>();
    ProxyHeaderSource source =
        (outbound, target) -> {
          targets.add(target);
          return ClientChannel.HEADER;
        };
    InetSocketAddress name = InetSocketAddress.createUnresolved("backend.example.org", 443);

    ClientChannel connecting = client();
    connecting.pipeline().addLast(new ProxyHeaderEncoder(source));
    connecting.connect(name);
    connecting.connected(Order.PROMISE_THEN_ACTIVE);
    finish(connecting);

    ClientChannel fastOpen = client();
    fastOpen.useFastOpen();
    fastOpen.pipeline().addLast(new ProxyHeaderEncoder(source));
    fastOpen.connect(TARGET);
    finish(fastOpen);

    ClientChannel early = client();
    early.pipeline().addLast(new ProxyHeaderEncoder(source));
    early.write(early.data("data"));
    finish(early);

    ClientChannel connected = client();
    connected.activate();
    connected.pipeline().addLast(new ProxyHeaderEncoder(source));
    SocketAddress remote = connected.remoteAddress();
    finish(connected);

    assertThat(targets).containsExactly(name, TARGET, null, remote);
  }

  static Stream<Arguments> transportsAndEndings() {
    return Stream.of(false, true)
        .flatMap(epoll -> Stream.of(Ending.values()).map(ending -> Arguments.of(epoll, ending)));
  }

  @ParameterizedTest(name = "epoll {0}, {1}")
  @MethodSource("transportsAndEndings")
  @SuppressWarnings("deprecation") // the groups that both lines of Netty have
  @DisplayName("5.6 on sockets, whenever the promise ends without success: closed, nothing leaks")
  void endsOnSockets(boolean epoll, Ending ending) throws Exception {
    EventLoopGroup group = epoll ? new EpollEventLoopGroup(1) : new NioEventLoopGroup(1);
    try (ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < 50; i++) {
        Channel channel = register(group, epoll);
        ChannelPromise promise = channel.newPromise();
        // Netty drops a connect whose promise ends on its way to the handler.
        channel
            .eventLoop()
            .submit(() -> channel.connect(server.getLocalSocketAddress(), promise))
            .sync();
        for (int spin = 0; spin < i * 20; spin++) {
          Thread.onSpinWait();
        }
        ending.end(promise);
        promise.await();
        if (promise.isSuccess()) {
          channel.close();
        }
        assertThat(channel.closeFuture().await(30, TimeUnit.SECONDS)).isTrue();
      }
    } finally {
      group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  private Channel register(EventLoopGroup group, boolean epoll) {
    return new Bootstrap()
        .group(group)
        .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.config().setAllocator(leaks.allocator());
                channel.pipeline().addLast(new ProxyHeaderEncoder(ClientChannel.HEADER));
              }
            })
        .register()
        .syncUninterruptibly()
        .channel();
  }

  @Test
  @DisplayName("5.6 a peer that accepts sees the header of a promise that completes as usual")
  @SuppressWarnings("deprecation") // the groups that both lines of Netty have
  void completesAsUsual() throws Exception {
    EventLoopGroup group = new NioEventLoopGroup(1);
    try (ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(30_000);
      Channel channel = register(group, false);
      channel.connect(server.getLocalSocketAddress()).sync();
      try (Socket peer = server.accept()) {
        peer.setSoTimeout(30_000);
        assertThat(peer.getInputStream().readNBytes(28)).hasSize(28);
      }
      channel.close().sync();
    } finally {
      group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }
}
