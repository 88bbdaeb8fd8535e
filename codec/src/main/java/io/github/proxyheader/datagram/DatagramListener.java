/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Is told how each datagram went, for logs and metrics. For every message that a channel receives,
 * exactly one of {@link #proxied} and {@link #dropped} is called.
 *
 * <p>A listener is called on the channel's event loop. It must be quick, because anybody can send
 * any number of datagrams. One listener serves all channels and must be safe for use by several
 * threads. An exception that it throws changes nothing. The first one is logged as a warning, and
 * later ones at level DEBUG.
 */
public interface DatagramListener {
  /** The datagram goes on, with the client's address or without one. */
  default void proxied(Channel channel, ProxiedAddress address) {}

  /**
   * The datagram is dropped; the channel stays open.
   *
   * @param sender the real sender of the datagram, {@code null} if it has none
   * @param cause the reason for which it is dropped
   */
  default void dropped(
      Channel channel, @Nullable InetSocketAddress sender, ProxyHeaderException cause) {}
}
