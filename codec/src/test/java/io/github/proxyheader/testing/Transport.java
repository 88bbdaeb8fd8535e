/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The transports that a server is tested on; their groups are those that both lines have. */
@SuppressWarnings("deprecation")
public enum Transport {
  NIO(NioServerSocketChannel.class) {
    @Override
    public EventLoopGroup newGroup() {
      return new NioEventLoopGroup(1);
    }
  },
  EPOLL(EpollServerSocketChannel.class) {
    @Override
    public EventLoopGroup newGroup() {
      return new EpollEventLoopGroup(1);
    }
  };

  private final Class<? extends ServerChannel> serverClass;

  Transport(Class<? extends ServerChannel> serverClass) {
    this.serverClass = serverClass;
  }

  public Class<? extends ServerChannel> serverClass() {
    return serverClass;
  }

  /** Returns each of them with AUTO_READ and without, for tests with two parameters. */
  public static Stream<Arguments> withAutoReadOnAndOff() {
    return Stream.of(values())
        .flatMap(transport -> Stream.of(true, false).map(auto -> Arguments.of(transport, auto)));
  }

  /** Returns a group of one event loop. */
  public abstract EventLoopGroup newGroup();
}
