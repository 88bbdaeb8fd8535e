/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * An IP address and a port as the key of a map. The addresses of the JDK have hash codes that are
 * sums, so clients could choose many addresses with the same hash code. The hash code of this class
 * makes that harder. It is also comparable, so that a {@link java.util.HashMap} still finds a key
 * quickly if the hash codes of many keys are equal.
 */
record Endpoint(long high, long low, int port) implements Comparable<Endpoint> {
  /** Returns the endpoint of an address, or {@code null} if that is unresolved. */
  static @Nullable Endpoint of(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    if (ip == null) {
      return null;
    }
    byte[] bytes = ip.getAddress();
    return bytes.length == Integer.BYTES
        ? new Endpoint(0, 0xFFFFL << 32 | longAt(bytes, 0, Integer.BYTES), address.getPort())
        : new Endpoint(
            longAt(bytes, 0, Long.BYTES), longAt(bytes, Long.BYTES, Long.BYTES), address.getPort());
  }

  private static long longAt(byte[] bytes, int at, int length) {
    long value = 0;
    for (int i = at; i < at + length; i++) {
      value = value << 8 | bytes[i] & 0xFF;
    }
    return value;
  }

  @Override
  public int hashCode() {
    long mixed = (high * 31 + low) * 31 + port;
    mixed *= 0x9E37_79B9_7F4A_7C15L; // The golden ratio spreads neighbouring addresses.
    return (int) (mixed >>> 32);
  }

  @Override
  public int compareTo(Endpoint other) {
    int order = Long.compare(low, other.low);
    if (order == 0) {
      order = Integer.compare(port, other.port);
    }
    return order == 0 ? Long.compare(high, other.high) : order;
  }
}
