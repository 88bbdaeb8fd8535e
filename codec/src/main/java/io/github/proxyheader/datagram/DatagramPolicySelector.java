/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/**
 * Chooses the policy of each datagram by its sender, before a byte of it is looked at: a channel
 * that receives datagrams has no one peer. {@link io.github.proxyheader.handler.TrustedProxies}
 * chooses by lists of proxies: {@code proxies::select}.
 *
 * <p>Called on the channel's event loop for every datagram; it must be quick. One selector serves
 * all channels and must be safe for use by several threads.
 */
@FunctionalInterface
public interface DatagramPolicySelector {
  /**
   * Returns the policy for a datagram. If it throws or returns {@code null}, the datagram is
   * dropped.
   *
   * @param channel the channel that received it
   * @param sender its real sender; over UDP whoever can put packets on the wire can claim to be
   *     another, see {@link ProxyHeaderDatagramDecoder}
   */
  ProxyHeaderPolicy select(Channel channel, InetSocketAddress sender);
}
