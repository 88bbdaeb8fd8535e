/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.channel.Channel;

/**
 * Is told what has become of each connection's header, for logs and metrics. For every connection
 * that became active, exactly one of {@link #proxied}, {@link #rejected} and {@link #abandoned} is
 * called, unless the application takes the decoder out of the pipeline before.
 *
 * <p>The methods are called on the channel's event loop and must not block. One listener serves all
 * channels and must be safe for use by several threads. An exception that a method throws changes
 * nothing. The first one is logged as a warning, and later ones at level DEBUG.
 */
public interface ProxyHeaderListener {
  /**
   * Called when the connection goes on, with a header or without one. The channel's attribute is
   * set, and the event is about to be fired.
   */
  default void proxied(Channel channel, ProxiedAddress address) {}

  /** Called when the connection is refused and about to be closed. */
  default void rejected(Channel channel, ProxyHeaderException cause) {}

  /**
   * Called when the connection ended before its header without a fault of the peer: it was closed
   * or reset before any byte, as health checks do, the application closed it in a call-back, or a
   * decoder in front refused it.
   */
  default void abandoned(Channel channel) {}

  /**
   * Called in two cases, beside the other methods. If refusals are {@linkplain
   * ReceiverOptions.Builder#reportOnly(boolean) only reported}, it is called when the connection
   * would be refused, and one of the other methods follows. A header that never comes is then
   * reported as MISSING, whatever the cause. It is also called when a header comes after the
   * time-out of a connection that {@link #proxied} was told of; the channel is then closed.
   */
  default void reported(Channel channel, ProxyHeaderException cause) {}
}
