/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;

/** Writes version 1 (rule R16). Each thread has one instance. */
final class TextLine {
  private static final FastThreadLocal<TextLine> INSTANCES =
      new FastThreadLocal<>() {
        @Override
        protected TextLine initialValue() {
          return new TextLine();
        }
      };

  private static final byte[] TCP4 = "PROXY TCP4 ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TCP6 = "PROXY TCP6 ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] UNKNOWN = "PROXY UNKNOWN".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int GROUPS = 8;

  private final byte[] line = new byte[TextHeader.MAX_LENGTH];
  private int length;

  private TextLine() {}

  /** Returns the line of a version 1 header. It is valid until the thread asks for the next one. */
  static TextLine of(ProxyHeader header) {
    TextLine line = INSTANCES.get();
    line.length = 0;
    if (header instanceof IpHeader ip) {
      ip.writeTo(line.append(ip instanceof Ipv4Header ? TCP4 : TCP6));
    } else {
      line.append(UNKNOWN);
    }
    return line.append('\r').append('\n');
  }

  int length() {
    return length;
  }

  void writeTo(ByteBuf out) {
    out.writeBytes(line, 0, length);
  }

  TextLine space() {
    return append(' ');
  }

  TextLine ipv4(int address) {
    decimal(address >>> 24).append('.').decimal(address >>> 16 & 0xFF).append('.');
    return decimal(address >>> 8 & 0xFF).append('.').decimal(address & 0xFF);
  }

  /**
   * Appends the short form of RFC 5952, but with an IPv4-mapped address in hexadecimal groups, too,
   * because some receivers refuse a dotted tail.
   */
  TextLine ipv6(long high, long low) {
    int zeros = longestZeros(high, low);
    int gapStart = zeros >> 4;
    int gapEnd = gapStart + (zeros & 0xF);
    for (int i = 0; i < GROUPS; i++) {
      if (i >= gapStart && i < gapEnd) {
        append(':');
        if (gapEnd == GROUPS) {
          append(':');
        }
        i = gapEnd - 1;
        continue;
      }
      if (i > 0) {
        append(':');
      }
      hexadecimal(group(high, low, i));
    }
    return this;
  }

  /**
   * Returns the first one of the longest runs of two zero groups or more: its start in the upper
   * four bits and its length in the lower four, or 0 if there is none.
   */
  private static int longestZeros(long high, long low) {
    int best = 0;
    int run = 0;
    for (int i = 0; i < GROUPS; i++) {
      run = group(high, low, i) == 0 ? run + 1 : 0;
      if (run > 1 && run > (best & 0xF)) {
        best = i + 1 - run << 4 | run;
      }
    }
    return best;
  }

  private static int group(long high, long low, int i) {
    return (int) ((i < GROUPS / 2 ? high : low) >>> 16 * (3 - i % 4)) & 0xFFFF;
  }

  private void hexadecimal(int group) {
    if (group >= 0x1000) {
      append(HEX[group >> 12]);
    }
    if (group >= 0x100) {
      append(HEX[group >> 8 & 0xF]);
    }
    if (group >= 0x10) {
      append(HEX[group >> 4 & 0xF]);
    }
    append(HEX[group & 0xF]);
  }

  TextLine decimal(int number) {
    int digits = number < 10 ? 1 : number < 100 ? 2 : number < 1000 ? 3 : number < 10000 ? 4 : 5;
    int rest = number;
    for (int i = length + digits - 1; i >= length; i--) {
      line[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += digits;
    return this;
  }

  private TextLine append(int c) {
    line[length++] = (byte) c;
    return this;
  }

  private TextLine append(byte[] text) {
    System.arraycopy(text, 0, line, length, text.length);
    length += text.length;
    return this;
  }
}
