/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.tlv.Tlv;
import io.github.proxyheader.tlv.TlvType;
import io.github.proxyheader.tlv.Tlvs;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** The byte ranges of a header's vectors. */
final class VectorLayout {
  private static final int VECTOR_HEADER = 3;
  private static final int SSL_FIXED_PART = 5;
  private static final int MAX_UNIQUE_ID = 128;
  private static final int CHECKSUM = 4;

  private final byte[] bytes;
  private final int offset;
  private final int end;
  private final List<Range> ranges;
  private boolean sawChecksum;

  VectorLayout(byte[] bytes, int offset, int end, List<Range> ranges) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
    this.ranges = ranges;
  }

  /** Adds the ranges of the vectors from an index to the end of the header. */
  void vectors(int start) {
    int at = start;
    while (at < end) {
      if (end - at < VECTOR_HEADER) {
        add(at, end, 0, "too few bytes for another vector", "R42");
        return;
      }
      int length = uint16(at + 1);
      int type = bytes[at] & 0xFF;
      int value = at + VECTOR_HEADER;
      String vector = "vector " + TlvType.name(type) + ", length " + length;
      if (length > end - value) {
        add(at, value, 0, vector + ", but the header ends", "R42");
        add(value, end, 1, "cut off: " + (end - value) + " bytes of " + length, rule(type));
        return;
      }
      add(at, value, 0, vector, rule(type));
      value(type, value, value + length);
      at = value + length;
    }
  }

  private void value(int type, int start, int stop) {
    byte[] value = Arrays.copyOfRange(bytes, start, stop);
    if (type == TlvType.SSL && parts(value).ssl().isPresent()) {
      ssl(start, stop);
      return;
    }
    String meaning =
        switch (type) {
          case TlvType.CRC32C -> checksum(value, start);
          case TlvType.NOOP -> "padding";
          case TlvType.SSL -> "malformed: too short, or parts that do not fit";
          default -> "\"" + Escapes.bytes(value) + "\"";
        };
    add(start, stop, 1, meaning, rule(type));
  }

  private static Tlvs parts(byte[] value) {
    return Tlvs.builder().add(Tlv.of(TlvType.SSL, value)).build();
  }

  private void ssl(int start, int stop) {
    int client = bytes[start] & 0xFF;
    String facts =
        ((client & 1) != 0 ? " TLS" : "")
            + ((client & 2) != 0 ? " certificate-on-connection" : "")
            + ((client & 4) != 0 ? " certificate-in-session" : "");
    add(
        start,
        start + 1,
        1,
        "client " + BinaryLayout.hex(client, 2) + (facts.isEmpty() ? ": no TLS" : ":" + facts),
        "R50");
    long verify = ByteBuffer.wrap(bytes, start + 1, CHECKSUM).getInt() & 0xFFFFFFFFL;
    add(start + 1, start + SSL_FIXED_PART, 1, "verify result " + verify, "R50");
    int at = start + SSL_FIXED_PART;
    while (at < stop) {
      int type = bytes[at] & 0xFF;
      int length = uint16(at + 1);
      int value = at + VECTOR_HEADER;
      add(at, value, 1, "part " + TlvType.name(type) + ", length " + length, "R51");
      String text = Escapes.bytes(Arrays.copyOfRange(bytes, value, value + length));
      boolean isCertificate = type == TlvType.SSL_CLIENT_CERT;
      String meaning = isCertificate ? "certificate, DER" : "\"" + text + "\"";
      add(value, value + length, 1, meaning, "R51");
      at = value + length;
    }
  }

  /** R56: Only the first checksum of a header counts. */
  private String checksum(byte[] value, int start) {
    if (value.length != CHECKSUM) {
      return "a checksum of another length than 4";
    }
    long told = ByteBuffer.wrap(value).getInt() & 0xFFFFFFFFL;
    if (sawChecksum) {
      return "another checksum, not verified: " + BinaryLayout.hex(told, 8);
    }
    sawChecksum = true;
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, start - offset);
    crc.update(new byte[CHECKSUM]);
    crc.update(bytes, start + CHECKSUM, end - start - CHECKSUM);
    return told == crc.getValue()
        ? "checksum " + BinaryLayout.hex(told, 8) + ", matches"
        : "checksum "
            + BinaryLayout.hex(told, 8)
            + ", computed: "
            + BinaryLayout.hex(crc.getValue(), 8);
  }

  /** Marks the vector for which the reader has refused the header, and returns its rule. */
  String markWrong(Reason reason) {
    for (int i = 0; i < ranges.size(); i++) {
      Range range = ranges.get(i);
      String rule = broken(range, reason);
      if (!rule.isEmpty()) {
        ranges.set(
            i,
            new Range(range.offset(), range.length(), range.depth(), range.meaning(), rule, true));
        return rule;
      }
    }
    return reason == Reason.TLV ? "R42" : "R46";
  }

  private String broken(Range range, Reason reason) {
    boolean isVector = range.length() == VECTOR_HEADER && range.meaning().startsWith("vector ");
    int type = isVector ? bytes[range.offset()] & 0xFF : -1;
    int length = isVector ? uint16(range.offset() + 1) : 0;
    if (reason == Reason.CHECKSUM) {
      boolean isMismatch = range.meaning().contains(", computed: ");
      return type == TlvType.CRC32C && length != CHECKSUM ? "R45" : isMismatch ? "R46" : "";
    }
    boolean isTooLong = type == TlvType.UNIQUE_ID && length > MAX_UNIQUE_ID;
    return range.rule().equals("R42") ? "R42" : isTooLong ? "R49" : "";
  }

  private static String rule(int type) {
    return switch (type) {
      case TlvType.ALPN -> "R43";
      case TlvType.AUTHORITY -> "R44";
      case TlvType.CRC32C -> "R45";
      case TlvType.NOOP -> "R48";
      case TlvType.UNIQUE_ID -> "R49";
      case TlvType.SSL -> "R50";
      case TlvType.NETNS -> "R52";
      default -> type >= 0xF8 ? "R55" : type >= 0xF0 ? "R54" : type >= 0xE0 ? "R53" : "R41";
    };
  }

  private int uint16(int at) {
    return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
  }

  private void add(int start, int stop, int depth, String meaning, String rule) {
    if (stop > start) {
      ranges.add(new Range(start, stop - start, depth, meaning, rule, false));
    }
  }
}
