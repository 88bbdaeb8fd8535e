/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import io.netty.buffer.ByteBuf;

/** Recognizes a header by the bytes that each version starts with (rules R12, R13 and R29). */
final class Signature {
  /** Bytes 0 to 7 of the binary signature. */
  static final long BINARY_HIGH = 0x0D0A0D0A_000D0A51L;

  /** Bytes 8 to 11 of the binary signature. */
  static final int BINARY_LOW = 0x5549540A;

  static final int BINARY_LENGTH = 12;
  static final int TEXT_LENGTH = 5;

  /** The bytes of {@link #TEXT} as a number. */
  private static final long TEXT_BITS = 0x50524F5859L;

  private static final byte[] TEXT = {'P', 'R', 'O', 'X', 'Y'};
  private static final byte[] BINARY = {
    0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A
  };

  private Signature() {}

  /**
   * Returns whether a buffer of twelve bytes or more starts with the binary signature.
   *
   * @param first the first eight bytes of the buffer
   */
  static boolean isBinary(long first, ByteBuf in) {
    return first == BINARY_HIGH && in.getInt(in.readerIndex() + Long.BYTES) == BINARY_LOW;
  }

  /** Returns whether the first five of eight bytes are those of a text header. */
  static boolean isText(long first) {
    return first >>> 8 * (Long.BYTES - TEXT_LENGTH) == TEXT_BITS;
  }

  /** Returns whether there is a header, decided at the first byte that differs (R15). */
  static HeaderPresence detect(ByteBuf in) {
    int readable = in.readableBytes();
    if (readable == 0) {
      return HeaderPresence.UNDECIDED;
    }
    int index = in.readerIndex();
    byte[] expected = in.getByte(index) == TEXT[0] ? TEXT : BINARY;
    int length = Math.min(readable, expected.length);
    for (int i = 0; i < length; i++) {
      if (in.getByte(index + i) != expected[i]) {
        return HeaderPresence.ABSENT;
      }
    }
    return length == expected.length ? HeaderPresence.PRESENT : HeaderPresence.UNDECIDED;
  }

  /** Returns whether a header that is present is one of version 1. */
  static boolean isText(ByteBuf in) {
    return in.getByte(in.readerIndex()) == TEXT[0];
  }
}
