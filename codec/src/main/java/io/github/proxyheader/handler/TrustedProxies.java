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
 * <p>As a {@link PolicySelector} it chooses REQUIRE for trusted peers and CLOSE for all others.
 * {@link #withPolicies} and {@link #withoutAddress} return selectors that choose other policies.
 * The policy of a datagram is chosen by its sender in the same way.
 *
 * <p>The trusted peers can change while the server runs if the selector reads them from an {@link
 * java.util.concurrent.atomic.AtomicReference}: {@code channel -> current.get().select(channel)}.
 *
 * <p>No name is ever resolved. The ranges are sorted and merged once, so that a look-up among n of
 * them takes O(log n) comparisons and allocates at most a few bytes.
 */
public final class TrustedProxies implements PolicySelector {
  private final AddressRanges ranges;
  private final boolean unixPeers;
  private final ProxyHeaderPolicy trusted;
  private final ProxyHeaderPolicy others;

  /** The policy for peers without an address, {@code null} if it is that of all others. */
  private final @Nullable ProxyHeaderPolicy withoutAddress;

  private TrustedProxies(AddressRanges ranges, boolean unixPeers) {
    this(ranges, unixPeers, ProxyHeaderPolicy.REQUIRE, ProxyHeaderPolicy.CLOSE, null);
  }

  private TrustedProxies(
      AddressRanges ranges,
      boolean unixPeers,
      ProxyHeaderPolicy trusted,
      ProxyHeaderPolicy others,
      @Nullable ProxyHeaderPolicy withoutAddress) {
    this.ranges = ranges;
    this.unixPeers = unixPeers;
    this.trusted = trusted;
    this.others = others;
    this.withoutAddress = withoutAddress;
  }

  /**
   * Returns the trust in the peers of these ranges of IP addresses.
   *
   * @param cidrs ranges such as {@code 10.0.0.0/8} and {@code 2001:db8::/32}, or single addresses;
   *     the bits behind the prefix are ignored. An IPv4 range also holds IPv4-mapped IPv6
   *     addresses. An IPv6 range never holds IPv4 addresses, not even {@code ::/0}.
   * @throws IllegalArgumentException if there is no range, or if one of the texts is not a range;
   *     the message quotes that text
   */
  public static TrustedProxies of(String... cidrs) {
    return of(Arrays.asList(Objects.requireNonNull(cidrs, "cidrs")));
  }

  /**
   * Returns the trust in the peers of these ranges of IP addresses, as {@link #of(String...)} does.
   *
   * @throws IllegalArgumentException if there is no range, or if one of the texts is not a range
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

  /** Returns the trust in 127.0.0.0/8 and ::1, which are all processes on this host. */
  public static TrustedProxies loopback() {
    return of("127.0.0.0/8", "::1/128");
  }

  /**
   * Returns the trust in all peers on unix sockets. The permissions of the socket's file decide who
   * can connect to it.
   */
  public static TrustedProxies unixPeers() {
    return new TrustedProxies(AddressRanges.of(List.of()), true);
  }

  /**
   * Returns the trust in all peers that this one or the other trusts; the policies are this one's.
   */
  public TrustedProxies and(TrustedProxies other) {
    Objects.requireNonNull(other, "other");
    return new TrustedProxies(
        ranges.and(other.ranges), unixPeers || other.unixPeers, trusted, others, withoutAddress);
  }

  /** Returns whether a peer is trusted. An unresolved address and {@code null} never are. */
  public boolean trusts(@Nullable SocketAddress peer) {
    if (peer instanceof InetSocketAddress inet) {
      InetAddress address = inet.getAddress();
      return address != null && ranges.contains(address);
    }
    return unixPeers && isUnix(peer);
  }

  /**
   * Returns the policy for a channel: REQUIRE if its peer is trusted and CLOSE if it is not, unless
   * {@link #withPolicies} or {@link #withoutAddress} has set another.
   *
   * <p>For a decoder behind another one, the peer is the client that the first header told: it is
   * the proxy that sent the second header. Without such a header it is the peer of the connection.
   */
  @Override
  public ProxyHeaderPolicy select(Channel channel) {
    Objects.requireNonNull(channel, "channel");
    ProxiedAddress earlier =
        channel.hasAttr(ProxiedAddress.KEY) ? channel.attr(ProxiedAddress.KEY).get() : null;
    if (earlier != null && earlier.isProxied()) {
      return policyFor(earlier.source());
    }
    SocketAddress peer = ProxiedNioSocketChannel.realRemoteAddress(channel);
    // Most clients have not bound their unix socket to a name: the local address tells the kind
    // of such a channel. It also does if the peer of a TCP connection is already gone.
    return peer == null ? policyForUnnamedPeer(channel.localAddress()) : policyFor(peer);
  }

  private ProxyHeaderPolicy policyForUnnamedPeer(@Nullable SocketAddress local) {
    return local == null || local instanceof InetSocketAddress ? others : policyFor(local);
  }

  /** Returns the policy for a datagram, which depends on its sender alone. */
  public ProxyHeaderPolicy select(Channel channel, InetSocketAddress sender) {
    return policyFor(sender);
  }

  /**
   * Returns the same trust with other policies, for instance {@link ProxyHeaderPolicy#REJECT} for
   * direct clients beside proxies. A policy that {@link #withoutAddress} has set stays.
   *
   * @param trusted the policy for peers that are trusted
   * @param others the policy for all others
   */
  public TrustedProxies withPolicies(ProxyHeaderPolicy trusted, ProxyHeaderPolicy others) {
    return new TrustedProxies(
        ranges,
        unixPeers,
        Objects.requireNonNull(trusted, "trusted"),
        Objects.requireNonNull(others, "others"),
        withoutAddress);
  }

  /**
   * Returns the same trust with another policy for peers whose address is neither an IP address nor
   * that of a unix socket. Such peers are those of the {@linkplain
   * io.netty.channel.local.LocalChannel in-JVM transport} and those of QUIC connections and
   * streams. Unless this method sets their policy, they are not trusted and have the policy for all
   * others.
   *
   * <p>The address of a QUIC peer is a connection identifier and proves nothing: the datagrams of
   * the connection decide whether its peer is trusted.
   */
  public TrustedProxies withoutAddress(ProxyHeaderPolicy policy) {
    return new TrustedProxies(
        ranges, unixPeers, trusted, others, Objects.requireNonNull(policy, "policy"));
  }

  private ProxyHeaderPolicy policyFor(SocketAddress peer) {
    if (trusts(peer)) {
      return trusted;
    }
    boolean hasAddress = peer instanceof InetSocketAddress || isUnix(peer);
    return hasAddress || withoutAddress == null ? others : withoutAddress;
  }

  private static boolean isUnix(@Nullable SocketAddress address) {
    return address instanceof DomainSocketAddress || address instanceof UnixDomainSocketAddress;
  }

  @Override
  public String toString() {
    return "TrustedProxies{" + ranges + (unixPeers ? ", unix peers}" : "}");
  }
}
