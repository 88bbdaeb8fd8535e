/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The {@link HeaderValidator}s that the library provides. All of them are immutable, and accept
 * headers without addresses. {@link HeaderValidator#and} combines them.
 */
public final class HeaderValidators {
  private HeaderValidators() {}

  /**
   * Returns a validator that refuses a header whose source is a loopback, unspecified, link-local,
   * private (10/8, 172.16/12, 192.168/16, fc00::/7, fec0::/10) or multicast address, or a unix
   * socket. A forged header then cannot use what an application grants to such clients only, for
   * instance an admin page for {@code 127.0.0.1}.
   */
  public static HeaderValidator noSpoofedLocal() {
    return (channel, header) -> {
      if (isLocal(header.source()) && header.hasAddresses()) {
        throw new ProxyHeaderException(Reason.VALIDATION, "the source is a local address");
      }
    };
  }

  /**
   * Returns a validator that refuses a header with addresses and without a checksum, such as every
   * header of version 1. LOCAL and UNSPEC headers are accepted with whatever vectors they have. The
   * reader verifies the checksum itself, see {@link
   * io.github.proxyheader.protocol.ProxyHeaderReader.Builder#verifyChecksum}.
   */
  public static HeaderValidator requireChecksum() {
    return (channel, header) -> {
      if (header.hasAddresses() && !header.hasChecksum()) {
        throw new ProxyHeaderException(Reason.VALIDATION, "the header has no checksum");
      }
    };
  }

  private static boolean isLocal(@Nullable SocketAddress source) {
    if (!(source instanceof InetSocketAddress inet)) {
      return true; // a unix socket
    }
    InetAddress address = inet.getAddress();
    return address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()
        || address instanceof Inet6Address && isUniqueLocal(address);
  }

  private static boolean isUniqueLocal(InetAddress address) {
    return (address.getAddress()[0] & 0xFE) == 0xFC;
  }
}
