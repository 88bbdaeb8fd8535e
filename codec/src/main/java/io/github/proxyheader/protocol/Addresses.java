/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import io.netty.channel.unix.DomainSocketAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Turns the bits of a header into the JDK's address objects and back, and looks up no name. */
final class Addresses {
  private static final long MAPPED_PREFIX = 0xFFFFL << 32;

  private Addresses() {}

  /** Returns the lower half of the IPv6 address that an IPv4 address maps to; the upper is zero. */
  static long mapped(int ipv4) {
    return MAPPED_PREFIX | ipv4 & 0xFFFF_FFFFL;
  }

  /** Returns whether an IPv6 address is one that an IPv4 address maps to. */
  static boolean isMapped(long high, long low) {
    return high == 0 && low >>> 32 == MAPPED_PREFIX >>> 32;
  }

  /** Returns the upper half of an IPv6 address, or of the one that an IPv4 address maps to. */
  static long ipv6High(byte[] address) {
    return address.length == Integer.BYTES ? 0 : longAt(address, 0);
  }

  /** Returns the lower half of an IPv6 address, or of the one that an IPv4 address maps to. */
  static long ipv6Low(byte[] address) {
    return address.length == Integer.BYTES
        ? mapped(intAt(address, 0))
        : longAt(address, Long.BYTES);
  }

  static int intAt(byte[] bytes, int at) {
    return bytes[at] << 24
        | (bytes[at + 1] & 0xFF) << 16
        | (bytes[at + 2] & 0xFF) << 8
        | bytes[at + 3] & 0xFF;
  }

  static long longAt(byte[] bytes, int at) {
    return (long) intAt(bytes, at) << 32 | intAt(bytes, at + 4) & 0xFFFF_FFFFL;
  }

  static InetAddress ofIpv4(int address) {
    byte[] bytes = {
      (byte) (address >> 24), (byte) (address >> 16), (byte) (address >> 8), (byte) address
    };
    return ofBytes(bytes);
  }

  /** Returns an address, which is an {@link Inet4Address} for an IPv4-mapped one. */
  static InetAddress ofIpv6(long high, long low) {
    byte[] bytes = new byte[16];
    for (int i = 0; i < Long.BYTES; i++) {
      bytes[i] = (byte) (high >> 8 * (Long.BYTES - 1 - i));
      bytes[Long.BYTES + i] = (byte) (low >> 8 * (Long.BYTES - 1 - i));
    }
    return ofBytes(bytes);
  }

  private static InetAddress ofBytes(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError("4 and 16 bytes are always an address", e);
    }
  }

  /**
   * Returns the path that stands in front of the first NUL. The NUL that a name in the abstract
   * namespace starts with is kept.
   */
  static DomainSocketAddress ofUnix(byte[] raw) {
    int start = raw[0] == 0 ? 1 : 0;
    int end = start;
    while (end < raw.length && raw[end] != 0) {
      end++;
    }
    int from = end == start ? end : 0;
    return new DomainSocketAddress(new String(raw, from, end - from, StandardCharsets.UTF_8));
  }

  /** Returns the path of a unix address in 108 bytes. */
  static byte[] unixBytes(String name, SocketAddress address) {
    String path =
        address instanceof DomainSocketAddress domain
            ? domain.path()
            : ((UnixDomainSocketAddress) address).getPath().toString();
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(path)) {
      throw new IllegalArgumentException(name + ": a path with an unpaired surrogate");
    }
    if (path.lastIndexOf('\0') > 0) {
      throw new IllegalArgumentException(name + ": a path with a NUL behind its first character");
    }
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > UnixHeader.PATH_LENGTH) {
      throw new IllegalArgumentException(
          name + ": a path of " + bytes.length + " bytes (expected: at most 108)");
    }
    return Arrays.copyOf(bytes, UnixHeader.PATH_LENGTH);
  }

  /** Returns the transport of a stream between two addresses. */
  static ProxyTransport streamTransport(SocketAddress source, SocketAddress destination) {
    check("source", source);
    check("destination", destination);
    if (isUnix(source) != isUnix(destination)) {
      throw new IllegalArgumentException(
          "destination: (expected: of the source's kind, both unix or both IP)");
    }
    if (isUnix(source)) {
      return ProxyTransport.UNIX_STREAM;
    }
    return isIpv4(source) && isIpv4(destination) ? ProxyTransport.TCP4 : ProxyTransport.TCP6;
  }

  private static void check(String name, SocketAddress address) {
    if (address instanceof InetSocketAddress inet) {
      if (inet.isUnresolved()) {
        throw new IllegalArgumentException(name + ": unresolved (expected: an IP address)");
      }
    } else if (!isUnix(address)) {
      throw new IllegalArgumentException(
          name + ": " + address.getClass().getName() + " (expected: an IP or a unix address)");
    }
  }

  private static boolean isIpv4(SocketAddress address) {
    return ((InetSocketAddress) address).getAddress() instanceof Inet4Address;
  }

  private static boolean isUnix(SocketAddress address) {
    return address instanceof DomainSocketAddress || address instanceof UnixDomainSocketAddress;
  }

  /**
   * Returns an address as text: an IP address as in a URL, with brackets around IPv6 and never as a
   * host name, or a path of which each control character and line separator is replaced.
   */
  static String toText(SocketAddress address) {
    if (address instanceof InetSocketAddress inet) {
      InetAddress ip = inet.getAddress();
      String text = ip.getHostAddress();
      return (ip instanceof Inet4Address ? text : '[' + text + ']') + ':' + inet.getPort();
    }
    return address.toString().replace('\0', '@').replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}]", "?");
  }
}
