/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import io.github.proxyheader.tlv.Tlvs;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A header over TCP6 or UDP6; its address objects are made on first use. */
final class Ipv6Header extends ProxyHeader {
  private final long sourceHigh;
  private final long sourceLow;
  private final long destinationHigh;
  private final long destinationLow;
  private final char sourcePort;
  private final char destinationPort;
  // Written without a lock by whoever comes first: an InetSocketAddress is immutable.
  private @Nullable InetSocketAddress sourceAddress;
  private @Nullable InetSocketAddress destinationAddress;

  Ipv6Header(
      ProxyVersion version,
      ProxyTransport transport,
      Tlvs tlvs,
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      char sourcePort,
      char destinationPort) {
    super(version, transport, tlvs);
    this.sourceHigh = sourceHigh;
    this.sourceLow = sourceLow;
    this.destinationHigh = destinationHigh;
    this.destinationLow = destinationLow;
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
      address = new InetSocketAddress(Addresses.ofIpv6(sourceHigh, sourceLow), sourcePort);
      sourceAddress = address;
    }
    return address;
  }

  @Override
  public InetSocketAddress destination() {
    InetSocketAddress address = destinationAddress;
    if (address == null) {
      address =
          new InetSocketAddress(Addresses.ofIpv6(destinationHigh, destinationLow), destinationPort);
      destinationAddress = address;
    }
    return address;
  }

  @Override
  void writeAddresses(ByteBuf out) {
    out.writeLong(sourceHigh);
    out.writeLong(sourceLow);
    out.writeLong(destinationHigh);
    out.writeLong(destinationLow);
    out.writeInt(sourcePort << 16 | destinationPort);
  }

  /** Writes the two addresses and ports in text, separated by single spaces. */
  void writeTo(TextLine line) {
    line.ipv6(sourceHigh, sourceLow).space().ipv6(destinationHigh, destinationLow);
    line.space().decimal(sourcePort).space().decimal(destinationPort);
  }

  @Override
  boolean sameAddresses(ProxyHeader other) {
    return other instanceof Ipv6Header that
        && sourceHigh == that.sourceHigh
        && sourceLow == that.sourceLow
        && destinationHigh == that.destinationHigh
        && destinationLow == that.destinationLow
        && sourcePort == that.sourcePort
        && destinationPort == that.destinationPort;
  }

  @Override
  int addressesHashCode() {
    int hash = 31 * Long.hashCode(sourceHigh) + Long.hashCode(sourceLow);
    hash = 31 * hash + Long.hashCode(destinationHigh);
    hash = 31 * hash + Long.hashCode(destinationLow);
    return 31 * hash + (sourcePort << 16 | destinationPort);
  }
}
