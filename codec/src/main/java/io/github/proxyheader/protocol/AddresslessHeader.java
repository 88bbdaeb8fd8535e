/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import io.github.proxyheader.tlv.Tlvs;
import io.netty.buffer.ByteBuf;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A header without addresses: LOCAL, PROXY with UNSPEC, or {@code UNKNOWN} of version 1. */
final class AddresslessHeader extends ProxyHeader {
  static final AddresslessHeader LOCAL =
      new AddresslessHeader(ProxyVersion.V2, ProxyCommand.LOCAL, Tlvs.empty());
  static final AddresslessHeader UNKNOWN =
      new AddresslessHeader(ProxyVersion.V1, ProxyCommand.PROXY, Tlvs.empty());

  private final ProxyCommand command;

  private AddresslessHeader(ProxyVersion version, ProxyCommand command, Tlvs tlvs) {
    super(version, ProxyTransport.UNSPEC, tlvs);
    this.command = command;
  }

  /**
   * Returns a header with these vectors. Vectors that are nothing but zeros are left out if they
   * are as long as the shortest addresses, because a receiver cannot tell them from addresses that
   * are zeros.
   */
  static AddresslessHeader of(ProxyVersion version, ProxyCommand command, Tlvs tlvs) {
    Tlvs vectors = areZeros(tlvs) ? Tlvs.empty() : tlvs;
    if (vectors.isEmpty() && version == ProxyVersion.V1) {
      return UNKNOWN;
    }
    return vectors.isEmpty() && command == ProxyCommand.LOCAL
        ? LOCAL
        : new AddresslessHeader(version, command, vectors);
  }

  private static boolean areZeros(Tlvs tlvs) {
    if (tlvs.wireLength() < ProxyTransport.TCP4.addressLength()
        || !tlvs.contains(BinaryHeader.UNASSIGNED_TYPE)) {
      return false;
    }
    for (byte b : tlvs.toBytes()) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public ProxyCommand command() {
    return command;
  }

  @Override
  public boolean hasAddresses() {
    return false;
  }

  @Override
  public @Nullable SocketAddress source() {
    return null;
  }

  @Override
  public @Nullable SocketAddress destination() {
    return null;
  }

  @Override
  void writeAddresses(ByteBuf out) {
    // R60: Nothing stands between the length and the vectors.
  }

  @Override
  boolean sameAddresses(ProxyHeader other) {
    return true;
  }

  @Override
  int addressesHashCode() {
    return 0;
  }
}
