/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The byte ranges of a header of version 1. */
final class TextLayout {
  private static final List<String> FIELDS =
      List.of(
          "signature of version 1",
          "protocol",
          "source address",
          "destination address",
          "source port",
          "destination port");

  private final byte[] bytes;
  private final int offset;
  private final int end;
  private final boolean tcp6;
  private final boolean unknown;

  TextLayout(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.offset = offset;
    end = offset + length;
    tcp6 = startsWith("PROXY TCP6");
    unknown = startsWith("PROXY UNKNOWN");
  }

  private boolean startsWith(String text) {
    int length = Math.min(text.length(), bytes.length - offset);
    return new String(bytes, offset, length, ISO_8859_1).equals(text);
  }

  List<Range> accepted() {
    return ranges(false);
  }

  Layout.Refused refused(Reason reason) {
    return new Layout.Refused(ranges(true), rule(reason));
  }

  private String rule(Reason reason) {
    return switch (reason) {
      case TOO_LONG -> "R23";
      case ADDRESS -> addressRule();
      case PORT -> "R20";
      case SYNTAX -> isEndOfLine() ? "R25" : "R16";
      default -> "R16";
    };
  }

  /** Returns whether the last byte is a line feed without carriage return, or the other way. */
  private boolean isEndOfLine() {
    byte last = bytes[end - 1];
    return last == '\n' || last == '\r' || bytes[end - 2] == '\r';
  }

  private String addressRule() {
    int start = end - 1;
    while (start > offset && bytes[start - 1] != ' ') {
      start--;
    }
    int stop = end - 1;
    while (stop < bytes.length && bytes[stop] != ' ' && bytes[stop] != '\r' && stop - end < 64) {
      stop++;
    }
    String address = new String(Arrays.copyOfRange(bytes, start, stop), ISO_8859_1);
    boolean isIpv6 = address.contains(":");
    if (isIpv6 != tcp6 && (isIpv6 || address.contains("."))) {
      return "R19";
    }
    return tcp6 ? "R18" : "R17";
  }

  private List<Range> ranges(boolean refused) {
    List<Range> ranges = new ArrayList<>();
    int start = offset;
    int field = 0;
    while (start < end) {
      int stop = start;
      if (bytes[start] == ' ') {
        stop = start + 1;
        ranges.add(range(start, stop, "space", "R16", refused));
        field++;
      } else if (bytes[start] == '\r' || bytes[start] == '\n') {
        stop = Math.min(start + 2, end);
        ranges.add(range(start, stop, "end of the line", "R25", refused));
      } else {
        boolean rest = unknown && field > 1;
        while (stop < end && isPart(bytes[stop], rest)) {
          stop++;
        }
        ranges.add(field(start, stop, field, refused));
      }
      start = stop;
    }
    return ranges;
  }

  private static boolean isPart(byte b, boolean rest) {
    return b != '\r' && b != '\n' && (rest || b != ' ');
  }

  private Range field(int start, int stop, int field, boolean refused) {
    String text = Escapes.bytes(Arrays.copyOfRange(bytes, start, stop));
    if (unknown && field > 1) {
      return range(start, stop, "ignored: " + text, "R26", refused);
    }
    String name = field < FIELDS.size() ? FIELDS.get(field) : "one field too many";
    String rule =
        switch (field) {
          case 0 -> "R13";
          case 2, 3 -> tcp6 ? "R18" : "R17";
          case 4, 5 -> "R20";
          default -> unknown ? "R26" : "R16";
        };
    return range(start, stop, field == 0 ? name : name + " " + text, rule, refused);
  }

  private Range range(int start, int stop, String meaning, String rule, boolean refused) {
    return new Range(start, stop - start, 0, meaning, rule, refused && stop == end);
  }
}
