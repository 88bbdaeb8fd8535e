/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Ranges of IP addresses that do not overlap, in ascending order. A look-up is a binary search.
 * Immutable.
 *
 * <p>IPv4 addresses lie in the block of IPv4-mapped addresses. That block is cut out of larger IPv6
 * ranges, so that {@code ::/0} holds IPv6 addresses only.
 */
final class AddressRanges {
  private static final long MAPPED_PREFIX = 0xFFFFL << 32;

  private static final Cidr ALL_IPV4 = Cidr.parse("0.0.0.0/0");

  private final List<Cidr> ranges;

  private AddressRanges(List<Cidr> ranges) {
    this.ranges = ranges;
  }

  static AddressRanges of(List<Cidr> cidrs) {
    List<Cidr> sorted = new ArrayList<>(cidrs.size());
    for (Cidr cidr : cidrs) {
      if (cidr.contains(ALL_IPV4) && !cidr.equals(ALL_IPV4)) {
        sorted.addAll(cidr.without(ALL_IPV4));
      } else {
        sorted.add(cidr);
      }
    }
    Collections.sort(sorted);
    List<Cidr> merged = new ArrayList<>(sorted.size());
    for (Cidr next : sorted) {
      int last = merged.size() - 1;
      if (last < 0 || merged.get(last).isBefore(next)) {
        merged.add(next);
      } else {
        merged.set(last, merged.get(last).merge(next));
      }
    }
    return new AddressRanges(List.copyOf(merged));
  }

  AddressRanges and(AddressRanges other) {
    List<Cidr> both = new ArrayList<>(ranges);
    both.addAll(other.ranges);
    return of(both);
  }

  boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    boolean ipv4 = address instanceof Inet4Address;
    return contains(ipv4 ? 0 : longAt(bytes, 0), ipv4 ? mapped(bytes) : longAt(bytes, 8));
  }

  private boolean contains(long high, long low) {
    int from = 0;
    int to = ranges.size() - 1;
    while (from <= to) {
      int middle = (from + to) >>> 1;
      Cidr range = ranges.get(middle);
      if (compare(high, low, range.firstHigh(), range.firstLow()) < 0) {
        to = middle - 1;
      } else if (compare(high, low, range.lastHigh(), range.lastLow()) > 0) {
        from = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  static int compare(long high, long low, long otherHigh, long otherLow) {
    int result = Long.compareUnsigned(high, otherHigh);
    return result != 0 ? result : Long.compareUnsigned(low, otherLow);
  }

  /** Returns the low half of the IPv4-mapped address for the four bytes of an IPv4 address. */
  static long mapped(byte[] ipv4) {
    return MAPPED_PREFIX
        | (ipv4[0] & 0xFFL) << 24
        | (ipv4[1] & 0xFFL) << 16
        | (ipv4[2] & 0xFFL) << 8
        | ipv4[3] & 0xFFL;
  }

  static long longAt(byte[] bytes, int at) {
    long value = 0;
    for (int i = at; i < at + Long.BYTES; i++) {
      value = value << 8 | bytes[i] & 0xFF;
    }
    return value;
  }

  @Override
  public String toString() {
    return ranges.size() + (ranges.size() == 1 ? " range" : " ranges");
  }
}
