/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

/** The address family and the transport of the proxied connection (rules R33 to R35). */
public enum ProxyTransport {
  /** The transport is unknown or not supported; the header has no addresses. */
  UNSPEC(0x00, 0),
  /** TCP over IPv4. */
  TCP4(0x11, 12),
  /** TCP over IPv6. */
  TCP6(0x21, 36),
  /** UDP over IPv4, in version 2 only. */
  UDP4(0x12, 12),
  /** UDP over IPv6, in version 2 only. */
  UDP6(0x22, 36),
  /** A unix socket of type stream, in version 2 only. */
  UNIX_STREAM(0x31, 216),
  /** A unix socket of type datagram, in version 2 only. */
  UNIX_DGRAM(0x32, 216);

  private static final int MAX_FAMILY = 3;
  private static final int MAX_PROTOCOL = 2;

  private final byte code;
  private final int addressLength;

  ProxyTransport(int code, int addressLength) {
    this.code = (byte) code;
    this.addressLength = addressLength;
  }

  /** Returns whether both halves of a 14th byte are assigned (R33). */
  static boolean isAssigned(int code) {
    return code >> 4 <= MAX_FAMILY && (code & 0xF) <= MAX_PROTOCOL;
  }

  /** Returns the transport of an assigned 14th byte, UNSPEC if a half is unspecified (R35). */
  static ProxyTransport ofCode(int code) {
    return switch (code) {
      case 0x11 -> TCP4;
      case 0x21 -> TCP6;
      case 0x12 -> UDP4;
      case 0x22 -> UDP6;
      case 0x31 -> UNIX_STREAM;
      case 0x32 -> UNIX_DGRAM;
      default -> UNSPEC;
    };
  }

  /** Returns whether the family half of any 14th byte is UNSPEC. */
  static boolean isUnspecFamily(int code) {
    return code >> 4 == 0;
  }

  /** Returns how many bytes of addresses the family half of any 14th byte stands for. */
  static int addressLength(int code) {
    return switch (code >> 4) {
      case 1 -> TCP4.addressLength;
      case 2 -> TCP6.addressLength;
      case 3 -> UNIX_STREAM.addressLength;
      default -> 0;
    };
  }

  /** Returns the 14th byte of a header of this transport. */
  byte code() {
    return code;
  }

  /** Returns how many bytes the addresses take. */
  int addressLength() {
    return addressLength;
  }

  /** Returns whether the addresses are IP addresses: TCP and UDP over IPv4 or IPv6. */
  public boolean isIp() {
    return isIpv4() || isIpv6();
  }

  /** Returns whether the addresses are those of unix sockets. */
  public boolean isUnix() {
    return this == UNIX_STREAM || this == UNIX_DGRAM;
  }

  /** Returns whether datagrams are exchanged: UDP, or a unix socket of type datagram. */
  public boolean isDatagram() {
    return this == UDP4 || this == UDP6 || this == UNIX_DGRAM;
  }

  boolean isIpv4() {
    return this == TCP4 || this == UDP4;
  }

  boolean isIpv6() {
    return this == TCP6 || this == UDP6;
  }
}
