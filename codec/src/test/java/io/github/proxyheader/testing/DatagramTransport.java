/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;

/** The transports that datagrams are tested on. */
public enum DatagramTransport {
  NIO(NioDatagramChannel.class, Transport.NIO),
  EPOLL(EpollDatagramChannel.class, Transport.EPOLL);

  private final Class<? extends Channel> channelClass;
  private final Transport transport;

  DatagramTransport(Class<? extends Channel> channelClass, Transport transport) {
    this.channelClass = channelClass;
    this.transport = transport;
  }

  public Class<? extends Channel> channelClass() {
    return channelClass;
  }

  /** Returns a group of one event loop. */
  public EventLoopGroup newGroup() {
    return transport.newGroup();
  }
}
