/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * A client's IP address and port as the key of a map. The hashes of the JDK's addresses are sums,
 * which clients can make equal; keys that have an order are still found quickly then. IPv4 comes
 * with a first half that is a multicast address in IPv6, and so no client.
 */
record ClientKey(long high, long low, int port) implements Comparable<ClientKey> {
  static ClientKey of(InetSocketAddress client) {
    byte[] address = client.getAddress().getAddress();
    ByteBuffer bytes = ByteBuffer.wrap(address);
    return address.length == Integer.BYTES
        ? new ClientKey(-1, bytes.getInt(), client.getPort())
        : new ClientKey(bytes.getLong(), bytes.getLong(), client.getPort());
  }

  @Override
  public int compareTo(ClientKey other) {
    int order = Long.compare(low, other.low);
    if (order == 0) {
      order = Integer.compare(port, other.port);
    }
    return order == 0 ? Long.compare(high, other.high) : order;
  }
}
