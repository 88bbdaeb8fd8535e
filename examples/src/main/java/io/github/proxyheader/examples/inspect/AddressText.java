/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Addresses of headers as printable ASCII; no name is looked up. */
public final class AddressText {
  private AddressText() {}

  /** Returns an IP address with its port, or {@code unix:} and a path. */
  public static String of(SocketAddress address) {
    if (address instanceof InetSocketAddress inet) {
      return NetUtil.toSocketAddressString(inet);
    }
    String path =
        address instanceof DomainSocketAddress unix ? unix.path() : String.valueOf(address);
    return "unix:" + Escapes.text(path);
  }
}
