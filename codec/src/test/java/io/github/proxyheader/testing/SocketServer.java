/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import io.github.proxyheader.handler.ProxiedNioServerSocketChannel;
import io.github.proxyheader.handler.ReceiverOptions;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A server on real sockets. After each test all of its connections are closed, and must have left
 * no buffer behind.
 */
public final class SocketServer implements AfterEachCallback {
  public final LeakCheck leaks = new LeakCheck();

  private final Queue<Channel> accepted = new ConcurrentLinkedQueue<>();
  private final Queue<AutoCloseable> peers = new ConcurrentLinkedQueue<>();
  private final Queue<EventLoopGroup> groups = new ConcurrentLinkedQueue<>();
  private volatile Consumer<Channel> setup = channel -> {};
  private Channel listener;
  private EventLoopGroup proxied;

  /** Listens on the loopback interface. */
  public void start(Transport transport) throws Exception {
    if (transport == Transport.PROXIED_NIO) {
      proxied = transport.newGroup();
      groups.add(proxied);
      listenWithDecoder(ReceiverOptions.builder().build());
      return;
    }
    start(
        transport.newGroup(),
        transport.serverClass(),
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  public void start(
      EventLoopGroup group, Class<? extends ServerChannel> serverClass, SocketAddress address)
      throws Exception {
    groups.add(group);
    listen(new ServerBootstrap().group(group).channel(serverClass), address);
  }

  /** Returns whether the channels of this server have a decoder from the start. */
  public boolean hasDecoder() {
    return proxied != null;
  }

  /** Listens at another port, for connections whose decoders have these options. */
  public void listenWithDecoder(ReceiverOptions options) throws InterruptedException {
    listen(
        new ServerBootstrap()
            .group(proxied)
            .channelFactory(ProxiedNioServerSocketChannel.factory(options)),
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  private void listen(ServerBootstrap bootstrap, SocketAddress address)
      throws InterruptedException {
    listener =
        bootstrap
            .option(ChannelOption.SO_BACKLOG, 1024)
            .childOption(ChannelOption.ALLOCATOR, leaks.allocator())
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    setup.accept(channel);
                    accepted.add(channel);
                  }
                })
            .bind(address)
            .sync()
            .channel();
  }

  /** Does nothing, and accepts nobody, until the latch is open. */
  public void rest(CountDownLatch latch) {
    listener
        .eventLoop()
        .submit(
            (Callable<Void>)
                () -> {
                  latch.await();
                  return null;
                });
  }

  public SocketAddress address() {
    return listener.localAddress();
  }

  /** Returns all connections so far, in the order in which they came. */
  public Collection<Channel> accepted() {
    return accepted;
  }

  /** Sets what is done to the connections that come from now on. */
  public void onAccept(Consumer<Channel> setup) {
    this.setup = setup;
  }

  /** Closes it when the test ends. */
  public <T extends AutoCloseable> T closeLater(T peer) {
    peers.add(peer);
    return peer;
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    for (AutoCloseable peer : peers) {
      peer.close();
    }
    for (Channel channel : accepted) {
      channel.close().await(30, TimeUnit.SECONDS);
    }
    for (EventLoopGroup group : groups) {
      group.shutdownGracefully(0, 5, TimeUnit.SECONDS).await(30, TimeUnit.SECONDS);
    }
    leaks.assertNothingLeaked();
  }
}
