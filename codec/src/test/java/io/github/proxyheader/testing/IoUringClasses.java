/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import org.jspecify.annotations.Nullable;

/** Netty's io_uring transport by the names of its classes, which Netty 4.1 does not have. */
final class IoUringClasses {
  private static final String PACKAGE = "io.netty.channel.uring.";

  private IoUringClasses() {}

  /** Returns the class of server channels, {@code null} if the transport cannot be used. */
  static @Nullable Class<? extends ServerChannel> serverChannel() {
    try {
      boolean available =
          (boolean) Class.forName(PACKAGE + "IoUring").getMethod("isAvailable").invoke(null);
      return available
          ? Class.forName(PACKAGE + "IoUringServerSocketChannel").asSubclass(ServerChannel.class)
          : null;
    } catch (ClassNotFoundException e) {
      return null;
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("io_uring", e);
    }
  }

  /** Returns a group of one event loop. */
  static EventLoopGroup newGroup() {
    try {
      Class<?> factory = Class.forName("io.netty.channel.IoHandlerFactory");
      return Class.forName("io.netty.channel.MultiThreadIoEventLoopGroup")
          .asSubclass(EventLoopGroup.class)
          .getConstructor(int.class, factory)
          .newInstance(
              1, Class.forName(PACKAGE + "IoUringIoHandler").getMethod("newFactory").invoke(null));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("io_uring", e);
    }
  }
}
