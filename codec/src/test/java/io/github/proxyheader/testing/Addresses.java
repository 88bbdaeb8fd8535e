/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;

/** Addresses out of literals, by the JDK's own parser; an IPv4-mapped one comes out as IPv4. */
public final class Addresses {
  private Addresses() {}

  /** An address as the vectors write it: {@code 192.0.2.1:80}, {@code [::1]:80} or a path. */
  public static SocketAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      return new DomainSocketAddress(text.startsWith("@") ? '\0' + text.substring(1) : text);
    }
    String host = text.substring(0, colon);
    return inet(
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        Integer.parseInt(text.substring(colon + 1)));
  }

  public static InetSocketAddress inet(String literal, int port) {
    if (!literal.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
      throw new IllegalArgumentException("not a literal: " + literal);
    }
    try {
      return new InetSocketAddress(InetAddress.getByName(literal), port);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(literal, e);
    }
  }
}
