/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.admin;

import io.github.proxyheader.examples.forward.ForwarderStatus;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Serves what an operator wants to know over HTTP, to this machine only: {@code /metrics}, {@code
 * /healthz} and, at {@code /}, a status page. It has an event loop of its own, no password, and
 * changes nothing.
 */
public final class AdminServer implements Closeable {
  static final int MAX_CONNECTIONS = 64;

  private static final int MAX_LINE = 2048;
  private static final int MAX_HEADERS = 8192;
  private static final int MAX_CHUNK = 8192;
  private static final int MAX_CONTENT = 1024;
  private static final int WRITE_TIMEOUT_SECONDS = 10;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("admin", true), NioIoHandler.newFactory());
  private final ChannelGroup connections = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
  private final AdminPages pages;
  private final Channel server;

  private AdminServer(InetSocketAddress address, AdminPages pages) throws IOException {
    this.pages = pages;
    ChannelFuture bound = bind(address).awaitUninterruptibly();
    server = bound.channel();
    if (!bound.isSuccess()) {
      close();
      Throwable cause = bound.cause();
      throw new IOException(
          "admin: cannot listen on %s: %s"
              .formatted(Printable.address(address), cause.getMessage()),
          cause);
    }
  }

  /**
   * Starts a server.
   *
   * @param address where to listen, a loopback address, port 0 for a free one
   * @param status asked on the server's event loop, at each request
   * @throws IllegalArgumentException if the address is not a loopback address
   * @throws IOException if the address cannot be listened on
   */
  public static AdminServer start(
      InetSocketAddress address, Supplier<ForwarderStatus> status, ForwarderMetrics metrics)
      throws IOException {
    if (address.isUnresolved() || !address.getAddress().isLoopbackAddress()) {
      throw new IllegalArgumentException("address: " + address + " (expected: a loopback address)");
    }
    return new AdminServer(address, new AdminPages(status, metrics));
  }

  private ChannelFuture bind(InetSocketAddress address) {
    return new ServerBootstrap()
        .group(group)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.AUTO_READ, false)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                if (connections.size() == MAX_CONNECTIONS) {
                  channel.close();
                } else {
                  connections.add(channel);
                  addHandlers(channel, pages);
                }
              }
            })
        .bind(address);
  }

  /** Adds the handlers of a connection, which answer one request at a time. */
  static void addHandlers(Channel channel, AdminPages pages) {
    channel
        .pipeline()
        .addLast(
            new WriteTimeoutHandler(WRITE_TIMEOUT_SECONDS),
            new HttpServerCodec(MAX_LINE, MAX_HEADERS, MAX_CHUNK),
            new HttpServerKeepAliveHandler(),
            new HttpObjectAggregator(MAX_CONTENT),
            new FlowControlHandler(),
            new AdminHandler(pages));
  }

  /** Returns where the server listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.localAddress();
  }

  /** Stops listening and closes all connections. */
  @Override
  public void close() {
    if (server.isOpen()) { // one that could not be created has no event loop
      server.close().awaitUninterruptibly(); // the event loop may end without it
    }
    connections.close().awaitUninterruptibly();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
