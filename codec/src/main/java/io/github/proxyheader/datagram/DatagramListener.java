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
 * Is told how each datagram went: for logs and metrics. Every message that a channel receives ends
 * up in exactly one of {@link #proxied} and {@link #dropped}.
 *
 * <p>Called on the channel's event loop; it must be quick, for anybody may send any number of
 * datagrams. One listener serves all channels and must be safe for use by several threads. What it
 * throws changes nothing; the first time it is logged as a warning, then at level DEBUG.
 */
public interface DatagramListener {
  /** The datagram goes on, with a client's address or without one. */
  default void proxied(Channel channel, ProxiedAddress address) {}

  /**
   * The datagram is dropped; the channel stays open.
   *
   * @param sender its real sender, {@code null} if it has none
   * @param cause why
   */
  default void dropped(
      Channel channel, @Nullable InetSocketAddress sender, ProxyHeaderException cause) {}
}
