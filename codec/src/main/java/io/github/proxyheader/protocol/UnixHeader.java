/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import io.github.proxyheader.tlv.Tlvs;
import io.netty.buffer.ByteBuf;
import io.netty.channel.unix.DomainSocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A header of UNIX_STREAM or UNIX_DGRAM, which keeps all 108 bytes of both addresses (R40). */
final class UnixHeader extends ProxyHeader {
  static final int PATH_LENGTH = 108;

  private final byte[] source;
  private final byte[] destination;
  // These are set at the first call, without a lock, for a DomainSocketAddress is immutable.
  private @Nullable DomainSocketAddress sourceAddress;
  private @Nullable DomainSocketAddress destinationAddress;

  /** Creates a header that keeps the arrays of 108 bytes, which nobody may change any more. */
  UnixHeader(ProxyTransport transport, Tlvs tlvs, byte[] source, byte[] destination) {
    super(ProxyVersion.V2, transport, tlvs);
    this.source = source;
    this.destination = destination;
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
  public DomainSocketAddress source() {
    DomainSocketAddress address = sourceAddress;
    if (address == null) {
      address = Addresses.ofUnix(source);
      sourceAddress = address;
    }
    return address;
  }

  @Override
  public DomainSocketAddress destination() {
    DomainSocketAddress address = destinationAddress;
    if (address == null) {
      address = Addresses.ofUnix(destination);
      destinationAddress = address;
    }
    return address;
  }

  byte[] rawSource() {
    return source;
  }

  byte[] rawDestination() {
    return destination;
  }

  @Override
  void writeAddresses(ByteBuf out) {
    out.writeBytes(source).writeBytes(destination);
  }

  @Override
  boolean sameAddresses(ProxyHeader other) {
    return other instanceof UnixHeader that
        && Arrays.equals(source, that.source)
        && Arrays.equals(destination, that.destination);
  }

  @Override
  int addressesHashCode() {
    return 31 * Arrays.hashCode(source) + Arrays.hashCode(destination);
  }
}
