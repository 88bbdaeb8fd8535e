/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.TrustedProxies;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * Chooses the policy of each datagram by its sender, before a byte of it is looked at: a channel
 * that receives datagrams has no one peer.
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

  /**
   * Returns a selector that distinguishes trusted senders from others.
   *
   * @param proxies who is trusted
   * @param trusted the policy for senders that are trusted, mostly {@link
   *     ProxyHeaderPolicy#REQUIRE}
   * @param others the policy for all others, mostly {@link ProxyHeaderPolicy#CLOSE}
   */
  static DatagramPolicySelector of(
      TrustedProxies proxies, ProxyHeaderPolicy trusted, ProxyHeaderPolicy others) {
    Objects.requireNonNull(proxies, "proxies");
    Objects.requireNonNull(trusted, "trusted");
    Objects.requireNonNull(others, "others");
    return (channel, sender) -> proxies.trusts(sender) ? trusted : others;
  }
}
