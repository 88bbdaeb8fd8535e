/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import io.github.proxyheader.tlv.Tlvs;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;

/** A header of TCP4 or UDP4. */
final class Ipv4Header extends IpHeader {
  private final int source;
  private final int destination;

  Ipv4Header(
      ProxyVersion version,
      ProxyTransport transport,
      Tlvs tlvs,
      int source,
      int destination,
      int ports) {
    super(version, transport, tlvs, ports);
    this.source = source;
    this.destination = destination;
  }

  @Override
  InetAddress sourceIp() {
    return Addresses.ofIpv4(source);
  }

  @Override
  InetAddress destinationIp() {
    return Addresses.ofIpv4(destination);
  }

  @Override
  void writeAddresses(ByteBuf out) {
    out.writeLong((long) source << 32 | destination & 0xFFFF_FFFFL);
    out.writeInt(ports());
  }

  @Override
  void writeIpsTo(TextLine line) {
    line.ipv4(source).space().ipv4(destination);
  }

  @Override
  boolean sameAddresses(ProxyHeader other) {
    return other instanceof Ipv4Header that
        && source == that.source
        && destination == that.destination
        && ports() == that.ports();
  }

  @Override
  int addressesHashCode() {
    return 31 * (31 * source + destination) + ports();
  }
}
