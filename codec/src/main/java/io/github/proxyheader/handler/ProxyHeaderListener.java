/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.channel.Channel;

/**
 * Is told how each connection's header went: for logs and metrics. Every connection that became
 * active ends up in exactly one of {@link #proxied}, {@link #rejected} and {@link #abandoned},
 * unless the decoder is taken out of the pipeline before.
 *
 * <p>Called on the channel's event loop; it must not block. One listener serves all channels and
 * must be safe for use by several threads. What it throws is logged and changes nothing.
 */
public interface ProxyHeaderListener {
  /** The connection goes on; the attribute is set, the event is about to be fired. */
  default void proxied(Channel channel, ProxiedAddress address) {}

  /** The connection is refused and about to be closed. */
  default void rejected(Channel channel, ProxyHeaderException cause) {}

  /**
   * The connection ended before its header, and nobody is to blame: it was closed or reset before
   * any byte, as health checks do, or the application closed it in a call-back.
   */
  default void abandoned(Channel channel) {}

  /**
   * The connection would be refused: see {@link ReceiverOptions.Builder#reportOnly(boolean)}. A
   * header that never comes is reported as MISSING, for whatever reason it does not. One of the
   * other methods follows.
   */
  default void reported(Channel channel, ProxyHeaderException cause) {}
}
