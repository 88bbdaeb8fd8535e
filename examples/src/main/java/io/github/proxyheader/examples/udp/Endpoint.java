/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.udp;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Reads an address and a port off the command line, without asking for names. */
final class Endpoint {
  private Endpoint() {}

  /**
   * Reads {@code 192.0.2.1:80} or {@code [2001:db8::1]:80}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static InetSocketAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    InetAddress address =
        colon < 0 ? null : NetUtil.createInetAddressFromIpAddressString(text.substring(0, colon));
    if (address == null) {
      throw new IllegalArgumentException(text + " (expected: an IP address, a colon and a port)");
    }
    return new InetSocketAddress(address, Integer.parseInt(text.substring(colon + 1)));
  }
}
