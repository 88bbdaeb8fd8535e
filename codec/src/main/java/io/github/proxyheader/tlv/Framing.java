/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.tlv;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Finds the vectors within bytes by their types and lengths (rules R41 and R42). */
final class Framing {
  /** How many bytes the type and the length in front of each value take. */
  static final int VECTOR_HEADER = 3;

  private Framing() {}

  /** Returns whether whole vectors fill a range of a buffer. */
  static boolean isWhole(ByteBuf in, int index, int end) {
    int at = index;
    while (end - at >= VECTOR_HEADER) {
      at += VECTOR_HEADER + in.getUnsignedShort(at + 1);
    }
    return at == end;
  }

  /** Returns where the first vector of a type starts, at an index or behind it; else -1. */
  static int find(byte[] wire, int type, int from) {
    for (int at = from; at < wire.length; at = next(wire, at)) {
      if ((wire[at] & 0xFF) == type) {
        return at;
      }
    }
    return -1;
  }

  /** Returns where the vector that starts at an index ends, and the next one starts. */
  static int next(byte[] wire, int at) {
    return at + VECTOR_HEADER + ((wire[at + 1] & 0xFF) << 8 | wire[at + 2] & 0xFF);
  }

  /** Returns a copy of the value of the vector that starts at an index. */
  static byte[] value(byte[] wire, int at) {
    return Arrays.copyOfRange(wire, at + VECTOR_HEADER, next(wire, at));
  }

  /** Returns the 32 bits at an index, big-endian. */
  static int intAt(byte[] bytes, int at) {
    return bytes[at] << 24
        | (bytes[at + 1] & 0xFF) << 16
        | (bytes[at + 2] & 0xFF) << 8
        | bytes[at + 3] & 0xFF;
  }
}
