/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import io.github.proxyheader.handler.ProxiedAddress;
import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A datagram whose client is known. {@link #content()} is the payload behind the header. {@link
 * #sender()} is the real sender, which is the proxy, so that a reply to it goes back the way the
 * datagram came.
 *
 * <p>A datagram is reference-counted like every {@link DatagramPacket}. Its {@link
 * #proxiedAddress()} is not, and can be used after the datagram was released.
 */
public final class ProxiedDatagram extends DatagramPacket {
  private final ProxiedAddress proxiedAddress;

  /**
   * Creates a datagram.
   *
   * @param payload the bytes behind the header; the datagram takes their ownership
   * @param recipient where the datagram goes, may be {@code null} if there is a sender
   * @param sender where the datagram comes from, may be {@code null} if there is a recipient
   * @param proxiedAddress the client and its header
   */
  public ProxiedDatagram(
      ByteBuf payload,
      @Nullable InetSocketAddress recipient,
      @Nullable InetSocketAddress sender,
      ProxiedAddress proxiedAddress) {
    super(payload, recipient, sender);
    this.proxiedAddress = Objects.requireNonNull(proxiedAddress, "proxiedAddress");
  }

  /** Returns the client and its header, or the real addresses if there is no header. */
  public ProxiedAddress proxiedAddress() {
    return proxiedAddress;
  }

  /**
   * Returns an answer to this datagram. It goes to this datagram's sender, comes from its
   * recipient, and is for the same client.
   *
   * @param payload the bytes of the answer, whose ownership is taken
   */
  public ProxiedDatagram reply(ByteBuf payload) {
    return new ProxiedDatagram(
        payload, /* recipient= */ sender(), /* sender= */ recipient(), proxiedAddress);
  }

  @Override
  public ProxiedDatagram copy() {
    return replace(content().copy());
  }

  @Override
  public ProxiedDatagram duplicate() {
    return replace(content().duplicate());
  }

  @Override
  public ProxiedDatagram retainedDuplicate() {
    return replace(content().retainedDuplicate());
  }

  @Override
  public ProxiedDatagram replace(ByteBuf content) {
    return new ProxiedDatagram(content, recipient(), sender(), proxiedAddress);
  }

  @Override
  public ProxiedDatagram retain() {
    super.retain();
    return this;
  }

  @Override
  public ProxiedDatagram retain(int increment) {
    super.retain(increment);
    return this;
  }

  @Override
  public ProxiedDatagram touch() {
    super.touch();
    return this;
  }

  @Override
  public ProxiedDatagram touch(Object hint) {
    super.touch(hint);
    return this;
  }

  /** Returns a text of one line with the addresses and the length of the payload. */
  @Override
  public String toString() {
    int length = refCnt() > 0 ? content().readableBytes() : 0;
    return "ProxiedDatagram{"
        + sender()
        + " => "
        + recipient()
        + ", "
        + proxiedAddress
        + ", "
        + length
        + " bytes}";
  }
}
