/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.examples.forward.config.ForwarderConfig.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.UnixChannelOption;
import java.net.StandardSocketOptions;

/** An implementation of sockets, with its event loops. */
record Sockets(
    EventLoopGroup loops,
    Class<? extends ServerChannel> server,
    Class<? extends Channel> client,
    Class<? extends DatagramChannel> datagram) {

  private static final int MAX_DATAGRAM = 65_535;

  /** How many datagrams are read with one call of the system. */
  private static final int BATCH = 8;

  /** How many datagrams are read before they are flushed: what Netty does by default. */
  private static final int MAX_READ = 16;

  /** As far as the system allows; for when many clients send at the same time. */
  private static final int RECEIVE_BUFFER = 1024 * 1024;

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
        ? new Sockets(
            loops,
            EpollServerSocketChannel.class,
            EpollSocketChannel.class,
            EpollDatagramChannel.class)
        : new Sockets(
            loops, NioServerSocketChannel.class, NioSocketChannel.class, NioDatagramChannel.class);
  }

  /** Returns what listens for datagrams of any length, and reads many at a time with epoll. */
  Bootstrap listenForDatagrams() {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loops)
            .channel(datagram)
            .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
            .option(ChannelOption.RECVBUF_ALLOCATOR, receiveBuffers(1));
    return isEpoll()
        ? bootstrap
            .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, MAX_DATAGRAM)
            .option(ChannelOption.RECVBUF_ALLOCATOR, receiveBuffers(BATCH))
        : bootstrap;
  }

  /** Returns a channel for datagrams of any length, which belongs to no event loop yet. */
  Channel newDatagramChannel() {
    Channel channel = new ReflectiveChannelFactory<>(datagram).newChannel();
    channel.config().setOption(ChannelOption.RECVBUF_ALLOCATOR, receiveBuffers(1));
    return channel;
  }

  private static RecvByteBufAllocator receiveBuffers(int datagrams) {
    return new FixedRecvByteBufAllocator(datagrams * MAX_DATAGRAM).maxMessagesPerRead(MAX_READ);
  }

  boolean isEpoll() {
    return datagram == EpollDatagramChannel.class;
  }

  /** The option {@code SO_REUSEPORT} of a listening socket. */
  ChannelOption<Boolean> reusePort() {
    return isEpoll()
        ? UnixChannelOption.SO_REUSEPORT
        : NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT);
  }
}
