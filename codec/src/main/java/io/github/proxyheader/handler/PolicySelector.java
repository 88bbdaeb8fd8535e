/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.netty.channel.Channel;

/**
 * Chooses the policy of a connection, once, before a byte of it is looked at.
 *
 * <p>Called on the channel's event loop; it must not block. One selector serves all channels and
 * must be safe for use by several threads.
 */
@FunctionalInterface
public interface PolicySelector {
  /**
   * Returns the policy for a channel, whose {@link Channel#remoteAddress()} is the real peer's.
   *
   * <p>If it throws or returns {@code null}, the channel is closed.
   */
  ProxyHeaderPolicy select(Channel channel);
}
