/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import io.github.proxyheader.tlv.Tlvs;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A header with IP addresses, whose address objects are created when they are first asked for. */
abstract sealed class IpHeader extends ProxyHeader permits Ipv4Header, Ipv6Header {
  private final char sourcePort;
  private final char destinationPort;
  // These are set at the first call, without a lock, for an InetSocketAddress is immutable.
  private @Nullable InetSocketAddress source;
  private @Nullable InetSocketAddress destination;

  /**
   * Creates a header.
   *
   * @param ports both ports, the source's in the upper 16 bits
   */
  IpHeader(ProxyVersion version, ProxyTransport transport, Tlvs tlvs, int ports) {
    super(version, transport, tlvs);
    sourcePort = (char) (ports >> 16);
    destinationPort = (char) ports;
  }

  /** Creates a header of either family. It asks each address for its bytes only once. */
  static IpHeader of(
      ProxyVersion version,
      ProxyTransport transport,
      Tlvs tlvs,
      InetSocketAddress source,
      InetSocketAddress destination) {
    byte[] from = source.getAddress().getAddress();
    byte[] to = destination.getAddress().getAddress();
    int ports = source.getPort() << 16 | destination.getPort();
    return transport.isIpv4()
        ? new Ipv4Header(
            version, transport, tlvs, Addresses.intAt(from, 0), Addresses.intAt(to, 0), ports)
        : new Ipv6Header(
            version,
            transport,
            tlvs,
            Addresses.ipv6High(from),
            Addresses.ipv6Low(from),
            Addresses.ipv6High(to),
            Addresses.ipv6Low(to),
            ports);
  }

  abstract InetAddress sourceIp();

  abstract InetAddress destinationIp();

  /** Writes the two IP addresses in text, separated by a space. */
  abstract void writeIpsTo(TextLine line);

  @Override
  public final ProxyCommand command() {
    return ProxyCommand.PROXY;
  }

  @Override
  public final boolean hasAddresses() {
    return true;
  }

  @Override
  public final InetSocketAddress source() {
    InetSocketAddress address = source;
    if (address == null) {
      address = new InetSocketAddress(sourceIp(), sourcePort);
      source = address;
    }
    return address;
  }

  @Override
  public final InetSocketAddress destination() {
    InetSocketAddress address = destination;
    if (address == null) {
      address = new InetSocketAddress(destinationIp(), destinationPort);
      destination = address;
    }
    return address;
  }

  /** Returns both ports, the source's in the upper 16 bits. */
  final int ports() {
    return sourcePort << 16 | destinationPort;
  }

  /** Writes the addresses and ports in text, separated by single spaces. */
  final void writeTo(TextLine line) {
    writeIpsTo(line);
    line.space().decimal(sourcePort).space().decimal(destinationPort);
  }
}
