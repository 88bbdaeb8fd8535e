/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/**
 * Chooses the policy of a datagram. It is asked for each datagram, before any of the datagram's
 * bytes are looked at, because a channel that receives datagrams may have many peers. {@link
 * io.github.proxyheader.handler.TrustedProxies} chooses by a list of proxies.
 *
 * <p>A selector is called on the channel's event loop and must be quick. One selector serves all
 * channels and must be safe for use by several threads.
 */
@FunctionalInterface
public interface DatagramPolicySelector {
  /**
   * Returns the policy for a datagram. If it throws or returns {@code null}, the datagram is
   * dropped.
   *
   * @param channel the channel that has received the datagram
   * @param sender the real sender of the datagram; anybody who can put packets on the wire can
   *     forge it, see {@link ProxyHeaderDatagramDecoder}
   */
  ProxyHeaderPolicy select(Channel channel, InetSocketAddress sender);
}
