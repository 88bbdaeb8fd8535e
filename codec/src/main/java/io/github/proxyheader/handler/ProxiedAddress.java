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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The client of a connection or of a datagram. {@link ProxyHeaderDecoder} fires it as a user event
 * and sets it as the channel's attribute {@link #KEY}. It is immutable, and there is nothing to
 * release.
 *
 * <p>{@link #source()} and {@link #destination()} are never {@code null}. They are the addresses in
 * the header if there are any. Otherwise, which is the case for LOCAL, UNSPEC, {@code UNKNOWN}, for
 * an ignored header and without a header, they are the addresses of the connection itself, which
 * are always available as {@link #peer()} and {@link #local()}.
 */
public final class ProxiedAddress {
  /** The attribute of the channel. {@link #of(Channel)} also works where it is not set. */
  public static final AttributeKey<ProxiedAddress> KEY =
      AttributeKey.valueOf(ProxiedAddress.class, "KEY");

  /**
   * The attribute of a channel that knows the clients of its child channels: a function that
   * returns the client of a child, or {@code null} if it does not know it. It may be called from
   * any thread. {@link #of(Channel)} asks it for children that have no {@link #KEY}. {@code
   * ProxiedDatagramFlows} sets it on its channel, for the children that QUIC and other protocols
   * have on one datagram channel.
   */
  public static final AttributeKey<Function<? super Channel, ? extends @Nullable ProxiedAddress>>
      CHILDREN = AttributeKey.valueOf(ProxiedAddress.class, "CHILDREN");

  private final @Nullable ProxyHeader header;
  private final SocketAddress peer;
  private final SocketAddress local;
  private final ProxyHeaderPolicy policy;

  private ProxiedAddress(
      @Nullable ProxyHeader header,
      SocketAddress peer,
      SocketAddress local,
      ProxyHeaderPolicy policy) {
    this.header = header;
    this.peer = peer;
    this.local = local;
    this.policy = policy;
  }

  /**
   * Returns the client of a channel: what a {@link ProxyHeaderDecoder} has found out, or the
   * addresses of the connection itself if the header has not come yet or there is no decoder. A
   * child channel, such as a stream of HTTP/2, has the client of the nearest parent that has one.
   *
   * <p>A connection of Netty 4.2's QUIC codec, and so its streams, has the client of its flow if
   * there is a {@code ProxiedDatagramFlows} in front of the codec: with the vectors of the header
   * if the header comes once for each flow, or if this method is called in the initializer of the
   * connection; otherwise with the addresses of the header alone. What is returned on the event
   * loop is returned on other threads from then on. Without a flow, and before this method was
   * called on the event loop, the source and the peer are both the address from which the
   * connection's datagrams come as the codec sees it; behind {@code ProxiedDatagramFlows} this is
   * the client's. When the client migrates to another address, it is that address's client. If
   * there is no {@code ProxiedDatagramFlows}, the addresses are those of the QUIC channel, which
   * are connection identifiers.
   *
   * <p>This method may be called from any thread at any time.
   */
  public static ProxiedAddress of(Channel channel) {
    Objects.requireNonNull(channel, "channel");
    for (Channel at = channel; at != null; at = at.parent()) {
      ProxiedAddress address = known(at);
      if (address != null) {
        return address;
      }
    }
    return of(channel, null);
  }

  private static @Nullable ProxiedAddress known(Channel channel) {
    ProxiedAddress own = channel.hasAttr(KEY) ? channel.attr(KEY).get() : null;
    Channel parent = channel.parent();
    if (own != null || parent == null || !parent.hasAttr(CHILDREN)) {
      return own;
    }
    Function<? super Channel, ? extends @Nullable ProxiedAddress> children =
        parent.attr(CHILDREN).get();
    return children == null ? null : children.apply(channel);
  }

  /**
   * Returns the client that a header tells, with the policy {@link ProxyHeaderPolicy#SKIP}. This is
   * for tests, and for handlers that find the header themselves.
   *
   * @param header the header, or {@code null} if there is none or it is not used
   * @param peer the real peer's address, {@code null} if it has none
   * @param local the address that the peer reached, {@code null} if there is none
   */
  public static ProxiedAddress of(
      @Nullable ProxyHeader header, @Nullable SocketAddress peer, @Nullable SocketAddress local) {
    return of(header, peer, local, ProxyHeaderPolicy.SKIP);
  }

  /**
   * Returns the client that a header tells. This is for tests, and for handlers that find the
   * header themselves.
   *
   * @param header the header, or {@code null} if there is none or it is not used
   * @param peer the real peer's address, {@code null} if it has none
   * @param local the address that the peer reached, {@code null} if there is none
   * @param policy the policy that was chosen for the peer
   */
  public static ProxiedAddress of(
      @Nullable ProxyHeader header,
      @Nullable SocketAddress peer,
      @Nullable SocketAddress local,
      ProxyHeaderPolicy policy) {
    return new ProxiedAddress(
        header, orUnknown(peer), orUnknown(local), Objects.requireNonNull(policy, "policy"));
  }

  /** Returns the client of a channel without a decoder that this header tells. */
  static ProxiedAddress of(Channel channel, @Nullable ProxyHeader header) {
    return of(
        header,
        ProxiedNioSocketChannel.realRemoteAddress(channel),
        ProxiedNioSocketChannel.realLocalAddress(channel));
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

  /** Returns the address of the real peer: that of the proxy, or of a client without a proxy. */
  public SocketAddress peer() {
    return peer;
  }

  /**
   * Returns the real local address, which is the one that the peer has reached. Of a datagram it is
   * the recipient's address, which is that of the channel if the transport does not tell it.
   */
  public SocketAddress local() {
    return local;
  }

  /**
   * Returns the policy that was chosen for the peer. With {@link
   * ReceiverOptions.Builder#reportOnly} it is also the one that was chosen, and not USE, which is
   * followed instead. It is {@link ProxyHeaderPolicy#SKIP} without a decoder.
   */
  public ProxyHeaderPolicy policy() {
    return policy;
  }

  /** Returns whether {@link #source()} and {@link #destination()} are the header's addresses. */
  public boolean isProxied() {
    return header != null && header.hasAddresses();
  }

  /** Returns the header, or {@code null} if there was none or it was ignored. */
  public @Nullable ProxyHeader header() {
    return header;
  }

  /** Returns the vectors of the header. There are none if there is no header. */
  public Tlvs tlvs() {
    return header == null ? Tlvs.empty() : header.tlvs();
  }

  /**
   * Returns whether the other object tells the same client: their headers and their real addresses
   * are equal. The policies are not compared.
   */
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

  /** Returns a text of one line with the header, if there is one, and the real addresses. */
  @Override
  public String toString() {
    return "ProxiedAddress{header="
        + header
        + ", peer="
        + onOneLine(peer)
        + ", local="
        + onOneLine(local)
        + ", policy="
        + policy
        + '}';
  }

  /** Replaces control characters, as the peer chooses the path of its unix socket. */
  private static String onOneLine(SocketAddress address) {
    return address.toString().replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}]", "?");
  }

  private static SocketAddress orUnknown(@Nullable SocketAddress address) {
    return address == null ? Unknown.ADDRESS : address;
  }

  /** The address of a channel that never was connected, or whose transport has no addresses. */
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
