/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.udp;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.protocol.ProxyVersion;
import java.net.InetSocketAddress;

/** The addresses that headers carry in the tests with DNS servers, none of them of a machine. */
enum Carried {
  IPV4(ProxyTransport.UDP4, "203.0.113.7", "198.51.100.9"),
  IPV6(ProxyTransport.UDP6, "2001:db8::7", "2001:db8:1::9");

  static final int SOURCE_PORT = 45678;
  static final int DESTINATION_PORT = 53;

  private final ProxyTransport transport;
  private final String source;
  private final String destination;

  Carried(ProxyTransport transport, String source, String destination) {
    this.transport = transport;
    this.source = source;
    this.destination = destination;
  }

  ProxyTransport transport() {
    return transport;
  }

  /** The source's address without its port. */
  String host() {
    return source;
  }

  InetSocketAddress source() {
    return new InetSocketAddress(source, SOURCE_PORT);
  }

  InetSocketAddress destination() {
    return new InetSocketAddress(destination, DESTINATION_PORT);
  }

  ProxyHeader header() {
    return builder().build();
  }

  ProxyHeader.Builder builder() {
    return ProxyHeader.builder()
        .version(ProxyVersion.V2)
        .transport(transport)
        .source(source())
        .destination(destination());
  }
}
