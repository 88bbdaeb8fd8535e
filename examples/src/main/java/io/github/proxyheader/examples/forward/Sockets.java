/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.examples.forward.config.ForwarderConfig.Transport;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/** An implementation of sockets, with its event loops. */
record Sockets(
    EventLoopGroup loops, Class<? extends ServerChannel> server, Class<? extends Channel> client) {

  /** Starts event loops, which the caller ends. */
  static Sockets open(Transport transport, int threads) throws ForwarderException {
    boolean epoll =
        switch (transport) {
          case AUTO -> Epoll.isAvailable();
          case EPOLL -> true;
          case NIO -> false;
        };
    if (epoll && !Epoll.isAvailable()) {
      throw new ForwarderException(
          "transport: epoll is not available", Epoll.unavailabilityCause());
    }
    IoHandlerFactory factory = epoll ? SteadyEpoll.newFactory() : NioIoHandler.newFactory();
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(threads, factory);
    return epoll
        ? new Sockets(loops, EpollServerSocketChannel.class, EpollSocketChannel.class)
        : new Sockets(loops, NioServerSocketChannel.class, NioSocketChannel.class);
  }
}
