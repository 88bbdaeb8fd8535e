/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh.datagram;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.protocol.ProxyTransport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Made-up clients, and what a proxy sends for them. */
final class Client {
  private static final int PORTS = 50_000;
  private static final int FIRST_PORT = 10_000;

  private Client() {}

  /** Returns a header for one of many clients. */
  static ProxyHeader header(ProxyTransport transport, int number) {
    byte[] client = address(transport);
    client[client.length - 2] = (byte) (number / PORTS >> 8);
    client[client.length - 1] = (byte) (number / PORTS);
    return ProxyHeader.builder()
        .transport(transport)
        .source(endpoint(client, FIRST_PORT + number % PORTS))
        .destination(endpoint(address(transport), 19_132))
        .build();
  }

  private static byte[] address(ProxyTransport transport) {
    byte[] bytes = new byte[transport == ProxyTransport.UDP4 ? 4 : 16];
    bytes[0] = transport == ProxyTransport.UDP4 ? (byte) 198 : 0x20;
    bytes[1] = transport == ProxyTransport.UDP4 ? 18 : (byte) 1;
    return bytes;
  }

  private static InetSocketAddress endpoint(byte[] address, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address), port);
    } catch (UnknownHostException e) {
      throw new AssertionError("4 and 16 bytes are always an address", e);
    }
  }

  /** A pooled direct buffer, as sockets read into, with a header and so many bytes more. */
  static ByteBuf datagram(ProxyHeader header, int payload) {
    ByteBuf bytes =
        PooledByteBufAllocator.DEFAULT.directBuffer(ProxyHeaderWriter.length(header) + payload);
    ProxyHeaderWriter.write(header, bytes);
    return bytes.writeZero(payload);
  }
}
