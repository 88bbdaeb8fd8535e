/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.netty.channel.ChannelFactory;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Objects;

/**
 * An NIO server channel whose accepted channels have a {@link ProxyHeaderDecoder} as their first
 * handler, and answer {@code remoteAddress()} and {@code localAddress()} with the client's address
 * and the address that the client connected to.
 *
 * <p>It is meant for frameworks that build their pipelines themselves but let the application
 * choose the class or the factory of the server channel. The framework, its logs and its metrics
 * then show the client without a change.
 *
 * <pre>{@code
 * ServerBootstrap server = new ServerBootstrap();
 * server.channelFactory(ProxiedNioServerSocketChannel.factory(options));
 * }</pre>
 *
 * <p>The two methods of an accepted channel, and its {@code toString()}, answer with the real
 * addresses of the connection until the header was read. They go on to do so if there is no header,
 * if it is LOCAL or not used, and if its addresses are no IP addresses. {@link
 * ProxiedAddress#of(io.netty.channel.Channel)} tells all of it at any time, and {@link
 * ProxiedAddress#peer()} is always the real peer. A {@link PolicySelector} is called while the
 * header is pending and so sees the real peer. If the pipeline has a second decoder for a second
 * header, its selector sees the client of the first header, which is the proxy that sent the
 * second.
 *
 * <p>The decoder is added when the accepted channel is registered, which is after {@code
 * initChannel} of the child handler. It therefore stands in front of all handlers that were added
 * by then, also of those that were added with {@code addFirst}, such as the handlers for TLS of
 * some frameworks. Handlers that start timers when they are added start them before the header, as
 * {@link ReceiverOptions.Builder#holdActive} says. A connection that {@code initChannel} closes is
 * not told to the listener.
 *
 * <p>This class works with NIO event loops only. The channel classes of epoll, kqueue and io_uring
 * are final, so with those transports the decoder is added by a {@link ProxyHeaderInitializer}, or
 * by a hook of the framework.
 */
public class ProxiedNioServerSocketChannel extends NioServerSocketChannel {
  private final ReceiverOptions options;

  /**
   * Creates a server channel.
   *
   * @param options the options of the decoders of all accepted channels
   */
  public ProxiedNioServerSocketChannel(ReceiverOptions options) {
    this.options = Objects.requireNonNull(options, "options");
  }

  /**
   * Creates a server channel on a socket that exists.
   *
   * @param socket the socket, for instance one that was inherited or has another provider
   * @param options the options of the decoders of all accepted channels
   */
  public ProxiedNioServerSocketChannel(
      java.nio.channels.ServerSocketChannel socket, ReceiverOptions options) {
    super(Objects.requireNonNull(socket, "socket"));
    this.options = Objects.requireNonNull(options, "options");
  }

  /**
   * Returns a factory for {@link
   * io.netty.bootstrap.ServerBootstrap#channelFactory(ChannelFactory)}. It may be used by several
   * threads at once.
   *
   * @param options the options of the decoders of all accepted channels
   */
  public static ChannelFactory<ProxiedNioServerSocketChannel> factory(ReceiverOptions options) {
    Objects.requireNonNull(options, "options");
    return () -> new ProxiedNioServerSocketChannel(options);
  }

  @Override
  protected int doReadMessages(List<Object> accepted) throws Exception {
    SocketChannel socket = javaChannel().accept();
    if (socket == null) {
      return 0;
    }
    try {
      accepted.add(new ProxiedNioSocketChannel(this, socket, options));
      return 1;
    } catch (Throwable cause) {
      try {
        socket.close();
      } catch (Throwable suppressed) {
        cause.addSuppressed(suppressed);
      }
      throw cause;
    }
  }
}
