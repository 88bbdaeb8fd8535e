/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

import io.netty.util.NetUtil;
import java.util.Arrays;

/** Finds the TCP segment or the UDP datagram in a packet of a capture, whatever is around it. */
final class PacketDecoder {
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86DD;
  private static final int MAX_NESTING = 16;

  /**
   * Takes what packets carry. Addresses are written as {@code 192.0.2.1:80} and {@code [::1]:80}.
   */
  interface Handler {
    /** Takes a segment; the flags are those of its header. */
    void segment(String source, String destination, int sequence, int flags, byte[] payload);

    /** Takes a datagram. */
    void datagram(String source, String destination, byte[] payload);

    /** Learns that a packet was passed over, because it is a fragment. */
    void fragment();
  }

  private final Handler handler;
  private byte[] bytes = {};
  private int at;
  private int end;

  PacketDecoder(Handler handler) {
    this.handler = handler;
  }

  /** Returns whether packets of a link type can be decoded. */
  static boolean knows(int linkType) {
    return switch (linkType) {
      case 0, 1, 12, 14, 101, 108, 113, 228, 229, 276 -> true;
      default -> false;
    };
  }

  /** Decodes a packet; one that carries neither TCP nor UDP, or is cut off, is passed over. */
  void packet(int linkType, byte[] packet) {
    bytes = packet;
    at = 0;
    end = packet.length;
    switch (linkType) {
      case 0, 108 -> skipTo(4, this::ip);
      case 1 -> etherType(12);
      case 113 -> etherType(14);
      case 276 -> skipTo(20, () -> payload(uint16(0)));
      default -> ip();
    }
  }

  private boolean has(int count) {
    return count <= end - at;
  }

  private void skipTo(int offset, Runnable next) {
    if (has(offset)) {
      at += offset;
      next.run();
    }
  }

  /** Passes over the header of the link. */
  private void etherType(int offset) {
    if (!has(offset + 2)) {
      return;
    }
    at = offset + 2;
    payload(uint16(offset));
  }

  private static boolean isVlan(int type) {
    return type == 0x8100 || type == 0x88A8 || type == 0x9100;
  }

  /** Passes over the tags of VLANs. */
  private void payload(int type) {
    int actual = type;
    for (int i = 0; i < MAX_NESTING && isVlan(actual) && has(4); i++) {
      actual = uint16(at + 2);
      at += 4;
    }
    if (actual == IPV4 || actual == IPV6) {
      ip();
    }
  }

  private void ip() {
    if (!has(1)) {
      return;
    }
    switch ((bytes[at] & 0xFF) >> 4) {
      case 4 -> ipv4();
      case 6 -> ipv6();
      default -> {
        // Neither version of IP.
      }
    }
  }

  private void ipv4() {
    if (!has(20)) {
      return;
    }
    int start = at;
    int header = (bytes[at] & 0xF) * 4;
    int total = uint16(at + 2);
    if (header < 20 || !has(header)) {
      return;
    }
    if ((uint16(at + 6) & 0x3FFF) != 0) {
      handler.fragment();
      return;
    }
    // A total length of 0 is that of a packet which the network card cuts into segments later.
    if (total >= header) {
      end = Math.min(end, at + total);
    }
    at += header;
    transport(bytes[start + 9] & 0xFF, start + 12, start + 16, 4);
  }

  private void ipv6() {
    if (!has(40)) {
      return;
    }
    int start = at;
    int length = uint16(at + 4);
    if (length > 0) {
      end = Math.min(end, at + 40 + length);
    }
    int next = bytes[at + 6] & 0xFF;
    at += 40;
    for (int i = 0; i < MAX_NESTING; i++) {
      if (next != 0 && next != 43 && next != 44 && next != 51 && next != 60) {
        transport(next, start + 8, start + 24, 16);
        return;
      }
      if (!has(8)) {
        return;
      }
      if (next == 44 && (uint16(at + 2) & 0xFFF9) != 0) {
        handler.fragment();
        return;
      }
      int units = bytes[at + 1] & 0xFF;
      int size = next == 44 ? 8 : next == 51 ? (units + 2) * 4 : (units + 1) * 8;
      next = bytes[at] & 0xFF;
      if (!has(size)) {
        return;
      }
      at += size;
    }
  }

  private void transport(int protocol, int source, int destination, int size) {
    if (protocol == TCP && has(20)) {
      int header = ((bytes[at + 12] & 0xFF) >> 4) * 4;
      if (header >= 20 && has(header)) {
        handler.segment(
            endpoint(source, size, at),
            endpoint(destination, size, at + 2),
            uint16(at + 4) << 16 | uint16(at + 6),
            bytes[at + 13] & 0xFF,
            Arrays.copyOfRange(bytes, at + header, end));
      }
    } else if (protocol == UDP && has(8)) {
      int length = uint16(at + 4);
      int stop = length >= 8 ? Math.min(end, at + length) : end;
      handler.datagram(
          endpoint(source, size, at),
          endpoint(destination, size, at + 2),
          Arrays.copyOfRange(bytes, at + 8, stop));
    }
  }

  private String endpoint(int address, int size, int port) {
    String text = NetUtil.bytesToIpAddress(bytes, address, size);
    return (size == 4 ? text : '[' + text + ']') + ':' + uint16(port);
  }

  private int uint16(int offset) {
    return (bytes[offset] & 0xFF) << 8 | bytes[offset + 1] & 0xFF;
  }
}
