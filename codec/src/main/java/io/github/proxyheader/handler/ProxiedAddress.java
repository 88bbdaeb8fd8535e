/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.SocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who the client of a connection really is. {@link ProxyHeaderDecoder} fires it as a user event and
 * keeps it as the channel's attribute {@link #KEY}. Immutable, with nothing to release.
 *
 * <p>{@link #source()} and {@link #destination()} always answer: with the header's addresses where
 * there are any, else with those of the real connection (LOCAL, UNSPEC, {@code UNKNOWN}, no header,
 * an ignored header).
 */
public final class ProxiedAddress {
  /** The channel attribute; {@link #of(Channel)} is the easier way to it. */
  public static final AttributeKey<ProxiedAddress> KEY =
      AttributeKey.valueOf(ProxiedAddress.class, "KEY");

  private final @Nullable ProxyHeader header;
  private final SocketAddress peer;
  private final SocketAddress local;

  private ProxiedAddress(@Nullable ProxyHeader header, SocketAddress peer, SocketAddress local) {
    this.header = header;
    this.peer = peer;
    this.local = local;
  }

  /**
   * Returns what is known of the client of a channel: what a {@link ProxyHeaderDecoder} found out,
   * else the addresses of the connection itself. A child channel, such as a stream of HTTP/2, asks
   * its parent.
   *
   * <p>Callable from any thread at any time.
   */
  public static ProxiedAddress of(Channel channel) {
    Objects.requireNonNull(channel, "channel");
    for (Channel at = channel; at != null; at = at.parent()) {
      if (at.hasAttr(KEY)) {
        ProxiedAddress address = at.attr(KEY).get();
        if (address != null) {
          return address;
        }
      }
    }
    return of(channel, null);
  }

  /**
   * Returns what a header and the addresses that it came over say together: for datagrams, and for
   * tests.
   *
   * @param header the header, or {@code null} if there is none or it is not used
   * @param peer the real peer's address, {@code null} if it has none
   * @param local the address that the peer reached, {@code null} if there is none
   */
  public static ProxiedAddress of(
      @Nullable ProxyHeader header, @Nullable SocketAddress peer, @Nullable SocketAddress local) {
    return new ProxiedAddress(header, orUnknown(peer), orUnknown(local));
  }

  /** The addresses of a channel, and the header that came over it, if one did and counts. */
  static ProxiedAddress of(Channel channel, @Nullable ProxyHeader header) {
    return of(header, channel.remoteAddress(), channel.localAddress());
  }

  /** Returns the client's address. */
  public SocketAddress source() {
    SocketAddress source = header == null ? null : header.source();
    return source == null ? peer : source;
  }

  /** Returns the address that the client connected to. */
  public SocketAddress destination() {
    SocketAddress destination = header == null ? null : header.destination();
    return destination == null ? local : destination;
  }

  /** Returns the real peer: the proxy, or the client itself if there is none. */
  public SocketAddress peer() {
    return peer;
  }

  /** Returns whether {@link #source()} and {@link #destination()} came in a header. */
  public boolean isProxied() {
    return header != null && header.hasAddresses();
  }

  /** Returns the header, or {@code null} if there was none or it was ignored. */
  public @Nullable ProxyHeader header() {
    return header;
  }

  /** Returns the header's vectors, none if there is no header. */
  public Tlvs tlvs() {
    return header == null ? Tlvs.empty() : header.tlvs();
  }

  /** Two are equal if their headers and the real addresses are. */
  @Override
  public boolean equals(Object o) {
    return o instanceof ProxiedAddress other
        && Objects.equals(header, other.header)
        && peer.equals(other.peer)
        && local.equals(other.local);
  }

  @Override
  public int hashCode() {
    return Objects.hash(header, peer, local);
  }

  /** Returns the header, if there is one, and the real addresses, on one line. */
  @Override
  public String toString() {
    return "ProxiedAddress{header="
        + header
        + ", peer="
        + onOneLine(peer)
        + ", local="
        + onOneLine(local)
        + '}';
  }

  /** The peer chooses the path of its unix socket. */
  private static String onOneLine(SocketAddress address) {
    return address.toString().replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}]", "?");
  }

  private static SocketAddress orUnknown(@Nullable SocketAddress address) {
    return address == null ? Unknown.ADDRESS : address;
  }

  /**
   * Stands in where a channel has no address: it never was connected, or the transport has none.
   */
  private static final class Unknown extends SocketAddress {
    static final Unknown ADDRESS = new Unknown();

    private static final long serialVersionUID = 1L;

    @Override
    public String toString() {
      return "unknown";
    }

    private Object readResolve() {
      return ADDRESS;
    }
  }
}
