/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import io.github.proxyheader.handler.ProxiedNioServerSocketChannel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.Arguments;

/**
 * The transports that a server is tested on. The groups of NIO and epoll are those that both lines
 * of Netty have. io_uring is a part of Netty 4.2 alone, and not every kernel allows it, so tests
 * take {@link #available()}; its classes are found by name, because the same test classes run on
 * Netty 4.1.
 */
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
  },
  IO_URING(IoUringClasses.serverChannel()) {
    @Override
    public EventLoopGroup newGroup() {
      return IoUringClasses.newGroup();
    }
  },
  /** NIO with a server channel that brings the decoder itself, for tests of {@link Connection}. */
  PROXIED_NIO(ProxiedNioServerSocketChannel.class) {
    @Override
    public EventLoopGroup newGroup() {
      return NIO.newGroup();
    }
  };

  /** The method source that gives a test each transport that this machine has. */
  public static final String AVAILABLE = "io.github.proxyheader.testing.Transport#available";

  /** The method source that also gives {@link #PROXIED_NIO}. */
  public static final String WITH_PROXIED_NIO =
      "io.github.proxyheader.testing.Transport#withProxiedNio";

  private final @Nullable Class<? extends ServerChannel> serverClass;

  Transport(@Nullable Class<? extends ServerChannel> serverClass) {
    this.serverClass = serverClass;
  }

  public Class<? extends ServerChannel> serverClass() {
    return Objects.requireNonNull(serverClass, "not available");
  }

  /** Returns the transports that can be used with this Netty on this machine. */
  public static List<Transport> available() {
    return withProxiedNio().stream().filter(transport -> transport != PROXIED_NIO).toList();
  }

  public static List<Transport> withProxiedNio() {
    return Stream.of(values()).filter(transport -> transport.serverClass != null).toList();
  }

  /** Returns each of them with AUTO_READ and without, for tests with two parameters. */
  public static Stream<Arguments> withAutoReadOnAndOff() {
    return withProxiedNio().stream()
        .flatMap(transport -> Stream.of(true, false).map(auto -> Arguments.of(transport, auto)));
  }

  /** Returns a group of one event loop. */
  public abstract EventLoopGroup newGroup();
}
