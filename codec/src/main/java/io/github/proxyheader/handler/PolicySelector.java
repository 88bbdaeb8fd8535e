/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.netty.channel.Channel;

/**
 * Chooses the policy of a connection. It is asked once for each connection, before any of the
 * connection's bytes are looked at.
 *
 * <p>A selector is called on the channel's event loop and must not block. One selector serves all
 * channels and must be safe for use by several threads.
 */
@FunctionalInterface
public interface PolicySelector {
  /**
   * Returns the policy of a channel. If this method throws or returns {@code null}, the channel is
   * closed.
   *
   * @param channel the channel; its {@link Channel#remoteAddress()} is that of the real peer
   */
  ProxyHeaderPolicy select(Channel channel);
}
