/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import io.github.proxyheader.tlv.Tlvs;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;

/** A header of TCP6 or UDP6. */
final class Ipv6Header extends IpHeader {
  private final long sourceHigh;
  private final long sourceLow;
  private final long destinationHigh;
  private final long destinationLow;

  Ipv6Header(
      ProxyVersion version,
      ProxyTransport transport,
      Tlvs tlvs,
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int ports) {
    super(version, transport, tlvs, ports);
    this.sourceHigh = sourceHigh;
    this.sourceLow = sourceLow;
    this.destinationHigh = destinationHigh;
    this.destinationLow = destinationLow;
  }

  @Override
  InetAddress sourceIp() {
    return Addresses.ofIpv6(sourceHigh, sourceLow);
  }

  @Override
  InetAddress destinationIp() {
    return Addresses.ofIpv6(destinationHigh, destinationLow);
  }

  @Override
  void writeAddresses(ByteBuf out) {
    out.writeLong(sourceHigh);
    out.writeLong(sourceLow);
    out.writeLong(destinationHigh);
    out.writeLong(destinationLow);
    out.writeInt(ports());
  }

  @Override
  void writeIpsTo(TextLine line) {
    line.ipv6(sourceHigh, sourceLow).space().ipv6(destinationHigh, destinationLow);
  }

  @Override
  boolean sameAddresses(ProxyHeader other) {
    return other instanceof Ipv6Header that
        && sourceHigh == that.sourceHigh
        && sourceLow == that.sourceLow
        && destinationHigh == that.destinationHigh
        && destinationLow == that.destinationLow
        && ports() == that.ports();
  }

  @Override
  int addressesHashCode() {
    int hash = 31 * Long.hashCode(sourceHigh) + Long.hashCode(sourceLow);
    hash = 31 * hash + Long.hashCode(destinationHigh);
    hash = 31 * hash + Long.hashCode(destinationLow);
    return 31 * hash + ports();
  }
}
