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

  AddresslessHeader(ProxyVersion version, ProxyCommand command, Tlvs tlvs) {
    super(version, ProxyTransport.UNSPEC, tlvs);
    this.command = command;
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
    // R60: nothing between the length and the vectors.
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
