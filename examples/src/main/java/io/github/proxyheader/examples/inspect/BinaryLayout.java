/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The byte ranges of a header of version 2. */
final class BinaryLayout {
  private static final int SIGNATURE = 12;
  private static final int FIXED_PART = 16;
  private static final int UNIX_PATH = 108;

  private final byte[] bytes;
  private final int offset;
  private final int end;
  private final List<Range> ranges = new ArrayList<>();

  BinaryLayout(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.offset = offset;
    end = offset + length;
  }

  /** Returns the ranges of a header that the reader has accepted, as it has understood it. */
  List<Range> accepted(ProxyHeader header) {
    fixedPart();
    int vectors = end - header.tlvs().wireLength();
    if (header.hasAddresses()) {
      addresses((bytes[offset + 13] & 0xFF) >> 4);
    } else {
      add(offset + FIXED_PART, vectors, "not used: this header has no addresses", ignored());
    }
    new VectorLayout(bytes, offset, end, ranges).vectors(vectors);
    return ranges;
  }

  private String ignored() {
    return (bytes[offset + SIGNATURE] & 0xF) == 0 ? "R32" : "R35";
  }

  /** Returns the ranges up to the byte that is refused, of which the last one is wrong. */
  Layout.Refused refused(Reason reason) {
    fixedPart();
    if (reason == Reason.TLV || reason == Reason.CHECKSUM) {
      int family = (bytes[offset + 13] & 0xFF) >> 4;
      addresses(family);
      VectorLayout vectors = new VectorLayout(bytes, offset, end, ranges);
      vectors.vectors(offset + FIXED_PART + addressLength(family));
      return new Layout.Refused(ranges, vectors.markWrong(reason));
    }
    int last = ranges.size() - 1;
    Range range = ranges.get(last);
    ranges.set(
        last,
        new Range(
            range.offset(), range.length(), range.depth(), range.meaning(), range.rule(), true));
    return new Layout.Refused(
        ranges,
        switch (reason) {
          case VERSION -> "R30";
          case COMMAND -> "R31";
          case TRANSPORT -> "R33";
          case LENGTH -> "R39";
          default -> "R62";
        });
  }

  /** Returns the ranges of the bytes that are there, though more are missing. */
  List<Range> truncated() {
    fixedPart();
    add(offset + FIXED_PART, end, "the part of addresses and vectors that is there", "R38");
    return ranges;
  }

  private void fixedPart() {
    add(offset, Math.min(offset + SIGNATURE, end), "signature of version 2", "R29");
    if (offset + SIGNATURE < end) {
      int value = bytes[offset + SIGNATURE] & 0xFF;
      String command = value % 16 == 0 ? "LOCAL" : value % 16 == 1 ? "PROXY" : "unassigned";
      add(
          offset + SIGNATURE,
          offset + SIGNATURE + 1,
          "version " + (value >> 4) + ", command " + value % 16 + " (" + command + ")",
          "R30 R31");
    }
    if (offset + 13 < end) {
      add(offset + 13, offset + 14, familyAndTransport(bytes[offset + 13] & 0xFF), "R33");
    }
    if (offset + 14 < end) {
      boolean whole = offset + FIXED_PART <= end;
      String meaning =
          whole ? "length of the rest: " + uint16(offset + 14) : "length, one byte of two";
      add(offset + 14, Math.min(offset + FIXED_PART, end), meaning, "R36");
    }
  }

  private static String familyAndTransport(int code) {
    List<String> families = List.of("UNSPEC", "IPv4", "IPv6", "unix");
    List<String> transports = List.of("UNSPEC", "STREAM", "DGRAM");
    int family = code >> 4;
    int transport = code & 0xF;
    return "family "
        + (family < families.size() ? families.get(family) : family + " (unassigned)")
        + ", transport "
        + (transport < transports.size() ? transports.get(transport) : transport + " (unassigned)");
  }

  private static int addressLength(int family) {
    return family == 1 ? 12 : family == 2 ? 36 : 2 * UNIX_PATH;
  }

  private void addresses(int family) {
    int start = offset + FIXED_PART;
    if (family == 3) {
      unix(start, "source path");
      unix(start + UNIX_PATH, "destination path");
      return;
    }
    int length = addressLength(family) / 2 - 2;
    ip(start, length, "source address");
    ip(start + length, length, "destination address");
    int ports = start + 2 * length;
    add(ports, ports + 2, "source port " + uint16(ports), "R37");
    add(ports + 2, ports + 4, "destination port " + uint16(ports + 2), "R37");
  }

  private void ip(int start, int length, String name) {
    String address = NetUtil.bytesToIpAddress(bytes, start, length);
    add(start, start + length, name + " " + address, "R37");
  }

  private void unix(int start, String name) {
    int stop = start + 1;
    while (stop < start + UNIX_PATH && bytes[stop] != 0) {
      stop++;
    }
    boolean isEmpty = bytes[start] == 0 && stop == start + 1;
    byte[] path = isEmpty ? new byte[0] : Arrays.copyOfRange(bytes, start, stop);
    add(start, start + UNIX_PATH, name + " \"" + Escapes.bytes(path) + "\"", "R40");
  }

  private int uint16(int at) {
    return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
  }

  private void add(int start, int stop, String meaning, String rule) {
    if (stop > start) {
      ranges.add(new Range(start, stop - start, 0, meaning, rule, false));
    }
  }

  /** Returns a number as hexadecimal digits. */
  static String hex(long value, int digits) {
    return String.format(Locale.ROOT, "0x%0" + digits + "x", value);
  }
}
