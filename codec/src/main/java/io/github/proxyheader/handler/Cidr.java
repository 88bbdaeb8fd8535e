/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A range of IP addresses, given by its first and its last address as numbers of 128 bits. IPv4
 * addresses are those of the IPv4-mapped block.
 *
 * <p>Netty's {@code IpSubnetFilterRule} is not used because it also accepts host names, and
 * resolves them.
 */
record Cidr(long firstHigh, long firstLow, long lastHigh, long lastLow)
    implements Comparable<Cidr> {
  private static final Pattern ADDRESS =
      Pattern.compile("[0-9.]+|[0-9a-fA-F:]+|::[fF]{4}:[0-9.]+"); // Only mapped IPv6 may have dots.
  private static final Pattern LEADING_ZERO = Pattern.compile("(^|[.:])0[0-9]+(\\.|$)");
  private static final Pattern PREFIX = Pattern.compile("0|[1-9][0-9]{0,2}");
  private static final int IPV4_BITS = 32;
  private static final int IPV6_BITS = 128;

  static Cidr parse(String text) {
    int slash = text.indexOf('/');
    byte[] address = parseAddress(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      throw bad(text);
    }
    int bits = 8 * address.length;
    int prefix = bits;
    if (slash >= 0) {
      String digits = text.substring(slash + 1);
      if (!PREFIX.matcher(digits).matches() || Integer.parseInt(digits) > bits) {
        throw bad(text);
      }
      prefix = Integer.parseInt(digits);
    }
    return bits == IPV4_BITS
        ? of(0, AddressRanges.mapped(address), IPV6_BITS - IPV4_BITS + prefix)
        : of(AddressRanges.longAt(address, 0), AddressRanges.longAt(address, 8), prefix);
  }

  private static Cidr of(long high, long low, int prefix) {
    long maskHigh = prefix >= 64 ? -1 : mask(prefix);
    long maskLow = prefix <= 64 ? 0 : mask(prefix - 64);
    return new Cidr(high & maskHigh, low & maskLow, high | ~maskHigh, low | ~maskLow);
  }

  /** Returns a number whose first bits are set; there may be 0 to 64 of them. */
  private static long mask(int bits) {
    return bits == 0 ? 0 : -1L << 64 - bits;
  }

  /**
   * Returns the bytes of an address, {@code null} if the text is not one. Numbers with leading
   * zeros are refused because some programs read them as octal.
   */
  private static byte @Nullable [] parseAddress(String text) {
    if (!ADDRESS.matcher(text).matches()
        || text.indexOf('.') >= 0 && LEADING_ZERO.matcher(text).find()) {
      return null;
    }
    return NetUtil.createByteArrayFromIpAddressString(text);
  }

  private static IllegalArgumentException bad(String text) {
    return new IllegalArgumentException(
        "cidr: '" + text + "' (expected: an address and a prefix length, such as 10.0.0.0/8)");
  }

  boolean contains(Cidr other) {
    return compareTo(other) <= 0
        && AddressRanges.compare(lastHigh, lastLow, other.lastHigh, other.lastLow) >= 0;
  }

  /** Returns this range without a part of it. The high half of the part's addresses is zero. */
  List<Cidr> without(Cidr part) {
    List<Cidr> rest = new ArrayList<>(2);
    if (compareTo(part) < 0) {
      rest.add(new Cidr(firstHigh, firstLow, part.firstHigh, part.firstLow - 1));
    }
    if (AddressRanges.compare(lastHigh, lastLow, part.lastHigh, part.lastLow) > 0) {
      rest.add(new Cidr(part.lastHigh, part.lastLow + 1, lastHigh, lastLow));
    }
    return rest;
  }

  boolean isBefore(Cidr other) {
    return AddressRanges.compare(lastHigh, lastLow, other.firstHigh, other.firstLow) < 0;
  }

  /** Returns the smallest range that holds this one and another one that overlaps it. */
  Cidr merge(Cidr other) {
    boolean longer = AddressRanges.compare(lastHigh, lastLow, other.lastHigh, other.lastLow) >= 0;
    return longer ? this : new Cidr(firstHigh, firstLow, other.lastHigh, other.lastLow);
  }

  @Override
  public int compareTo(Cidr other) {
    return AddressRanges.compare(firstHigh, firstLow, other.firstHigh, other.firstLow);
  }
}
