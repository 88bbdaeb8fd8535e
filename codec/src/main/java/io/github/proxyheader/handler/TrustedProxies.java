/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.netty.channel.Channel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The peers that may send a header (rule R8): ranges of IP addresses, and peers on unix sockets.
 * Immutable, safe for use by several threads.
 *
 * <pre>{@code
 * ReceiverOptions options =
 *     ReceiverOptions.builder()
 *         .policy(TrustedProxies.of("10.0.0.0/8", "2001:db8::/32"))
 *         .build();
 * }</pre>
 *
 * <p>As a {@link PolicySelector} it requires a header from trusted peers and closes the connections
 * of all others; {@link #withPolicies} gives one that decides otherwise. It does the same for
 * datagrams, by their sender. To change the trusted peers while the server runs, let a selector
 * read them from where they change: {@code channel -> current.get().select(channel)} with an {@link
 * java.util.concurrent.atomic.AtomicReference}.
 *
 * <p>No name is ever resolved. The ranges are sorted and merged once, so that a look-up among n of
 * them takes O(log n) comparisons and allocates a few bytes at most.
 */
public final class TrustedProxies implements PolicySelector {
  private final AddressRanges ranges;
  private final boolean unixPeers;
  private final ProxyHeaderPolicy trusted;
  private final ProxyHeaderPolicy others;

  private TrustedProxies(AddressRanges ranges, boolean unixPeers) {
    this(ranges, unixPeers, ProxyHeaderPolicy.REQUIRE, ProxyHeaderPolicy.CLOSE);
  }

  private TrustedProxies(
      AddressRanges ranges,
      boolean unixPeers,
      ProxyHeaderPolicy trusted,
      ProxyHeaderPolicy others) {
    this.ranges = ranges;
    this.unixPeers = unixPeers;
    this.trusted = Objects.requireNonNull(trusted, "trusted");
    this.others = Objects.requireNonNull(others, "others");
  }

  /**
   * Returns trust in ranges of addresses.
   *
   * @param cidrs ranges such as {@code 10.0.0.0/8} and {@code 2001:db8::/32}, or single addresses;
   *     the bits behind the prefix are ignored. IPv4 ranges also count for IPv4-mapped peers; IPv6
   *     ranges, {@code ::/0} included, never count for IPv4.
   * @throws IllegalArgumentException if there is none, or one is not such a range; the message
   *     holds its text
   */
  public static TrustedProxies of(String... cidrs) {
    return of(Arrays.asList(Objects.requireNonNull(cidrs, "cidrs")));
  }

  /**
   * Returns trust in ranges of addresses, as {@link #of(String...)}.
   *
   * @throws IllegalArgumentException if there is none, or one is not a range
   */
  public static TrustedProxies of(Iterable<String> cidrs) {
    Objects.requireNonNull(cidrs, "cidrs");
    List<Cidr> parsed = new ArrayList<>();
    for (String cidr : cidrs) {
      parsed.add(Cidr.parse(Objects.requireNonNull(cidr, "cidr")));
    }
    if (parsed.isEmpty()) {
      throw new IllegalArgumentException("cidrs: empty (expected: one range or more)");
    }
    return new TrustedProxies(AddressRanges.of(parsed), false);
  }

  /** Returns trust in 127.0.0.0/8 and ::1: in everybody on this host. */
  public static TrustedProxies loopback() {
    return of("127.0.0.0/8", "::1/128");
  }

  /** Returns trust in peers on unix sockets, whose file permissions say who can connect. */
  public static TrustedProxies unixPeers() {
    return new TrustedProxies(AddressRanges.of(List.of()), true);
  }

  /** Returns trust in whom this or the other trusts, with the policies of this one. */
  public TrustedProxies and(TrustedProxies other) {
    Objects.requireNonNull(other, "other");
    return new TrustedProxies(
        ranges.and(other.ranges), unixPeers || other.unixPeers, trusted, others);
  }

  /** Returns whether a peer is trusted; an unresolved address and {@code null} never are. */
  public boolean trusts(@Nullable SocketAddress peer) {
    if (peer instanceof InetSocketAddress inet) {
      InetAddress address = inet.getAddress();
      return address != null && ranges.contains(address);
    }
    return unixPeers && isUnix(peer);
  }

  /**
   * Returns the policy for a channel: REQUIRE if its peer is trusted, CLOSE for others, unless
   * {@link #withPolicies} said otherwise.
   */
  @Override
  public ProxyHeaderPolicy select(Channel channel) {
    SocketAddress peer = Objects.requireNonNull(channel, "channel").remoteAddress();
    // A client's unix socket mostly has no name; the server's says of what kind the channel is.
    boolean unnamed = peer == null && isUnix(channel.localAddress());
    return policyFor(unnamed ? channel.localAddress() : peer);
  }

  /** Returns the policy for a datagram, by its sender alone. */
  public ProxyHeaderPolicy select(Channel channel, InetSocketAddress sender) {
    return policyFor(sender);
  }

  /**
   * Returns the same trust with other policies, for instance {@link ProxyHeaderPolicy#REJECT} for
   * direct clients beside proxies.
   *
   * @param trusted the policy for peers that are trusted
   * @param others the policy for all others
   */
  public TrustedProxies withPolicies(ProxyHeaderPolicy trusted, ProxyHeaderPolicy others) {
    return new TrustedProxies(ranges, unixPeers, trusted, others);
  }

  private ProxyHeaderPolicy policyFor(@Nullable SocketAddress peer) {
    return trusts(peer) ? trusted : others;
  }

  private static boolean isUnix(@Nullable SocketAddress address) {
    return address instanceof DomainSocketAddress || address instanceof UnixDomainSocketAddress;
  }

  @Override
  public String toString() {
    return "TrustedProxies{" + ranges + (unixPeers ? ", unix peers}" : "}");
  }
}
