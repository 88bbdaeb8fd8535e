/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import io.github.proxyheader.tlv.Tlvs;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A header over TCP4 or UDP4; its address objects are made on first use. */
final class Ipv4Header extends ProxyHeader {
  private final int source;
  private final int destination;
  private final char sourcePort;
  private final char destinationPort;
  // Written without a lock by whoever comes first: an InetSocketAddress is immutable.
  private @Nullable InetSocketAddress sourceAddress;
  private @Nullable InetSocketAddress destinationAddress;

  Ipv4Header(
      ProxyVersion version,
      ProxyTransport transport,
      Tlvs tlvs,
      int source,
      int destination,
      char sourcePort,
      char destinationPort) {
    super(version, transport, tlvs);
    this.source = source;
    this.destination = destination;
    this.sourcePort = sourcePort;
    this.destinationPort = destinationPort;
  }

  @Override
  public ProxyCommand command() {
    return ProxyCommand.PROXY;
  }

  @Override
  public boolean hasAddresses() {
    return true;
  }

  @Override
  public InetSocketAddress source() {
    InetSocketAddress address = sourceAddress;
    if (address == null) {
      address = new InetSocketAddress(Addresses.ofIpv4(source), sourcePort);
      sourceAddress = address;
    }
    return address;
  }

  @Override
  public InetSocketAddress destination() {
    InetSocketAddress address = destinationAddress;
    if (address == null) {
      address = new InetSocketAddress(Addresses.ofIpv4(destination), destinationPort);
      destinationAddress = address;
    }
    return address;
  }

  @Override
  void writeAddresses(ByteBuf out) {
    out.writeLong((long) source << 32 | destination & 0xFFFF_FFFFL);
    out.writeInt(sourcePort << 16 | destinationPort);
  }

  /** Writes the two addresses and ports in text, separated by single spaces. */
  void writeTo(TextLine line) {
    line.ipv4(source).space().ipv4(destination);
    line.space().decimal(sourcePort).space().decimal(destinationPort);
  }

  @Override
  boolean sameAddresses(ProxyHeader other) {
    return other instanceof Ipv4Header that
        && source == that.source
        && destination == that.destination
        && sourcePort == that.sourcePort
        && destinationPort == that.destinationPort;
  }

  @Override
  int addressesHashCode() {
    return 31 * (31 * source + destination) + (sourcePort << 16 | destinationPort);
  }
}
