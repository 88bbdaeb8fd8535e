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
 * A datagram whose client is known. {@link #content()} is the payload behind the header; {@link
 * #sender()} is the real one, the proxy, so that a reply to it goes back the way the datagram came.
 *
 * <p>It is reference-counted as every {@link DatagramPacket}; {@link #proxiedAddress()} is not, and
 * outlives it.
 */
public final class ProxiedDatagram extends DatagramPacket {
  private final ProxiedAddress proxiedAddress;

  /**
   * Creates a datagram.
   *
   * @param payload what is behind the header; its ownership is taken
   * @param recipient where the datagram goes, or {@code null} if the sender is known
   * @param sender where it comes from, or {@code null} if the recipient is known
   */
  public ProxiedDatagram(
      ByteBuf payload,
      @Nullable InetSocketAddress recipient,
      @Nullable InetSocketAddress sender,
      ProxiedAddress proxiedAddress) {
    super(payload, recipient, sender);
    this.proxiedAddress = Objects.requireNonNull(proxiedAddress, "proxiedAddress");
  }

  /** Returns who the client is, and its header; the real addresses if there is none. */
  public ProxiedAddress proxiedAddress() {
    return proxiedAddress;
  }

  /**
   * Returns an answer to this datagram: to its sender, from its recipient, for the same client.
   *
   * @param payload what is answered; its ownership is taken
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

  /** Returns the addresses and the payload's length, on one line. */
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
