/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.minecraft;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.CorruptedFrameException;

/** The protocol's integers of one to five bytes, seven bits in each, and its texts. */
final class VarInts {
  private static final int MORE = 0x80;
  private static final int BITS = 0x7f;

  private VarInts() {}

  /** Reads an integer of the whole packet that the buffer holds. */
  static int read(ByteBuf in) {
    int value = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += 7) {
      if (!in.isReadable()) {
        throw new CorruptedFrameException("an integer ends early");
      }
      byte b = in.readByte();
      value |= (b & BITS) << shift;
      if ((b & MORE) == 0) {
        return value;
      }
    }
    throw new CorruptedFrameException("an integer has more than five bytes");
  }

  static void write(ByteBuf out, int value) {
    int rest = value;
    while ((rest & ~BITS) != 0) {
      out.writeByte(rest & BITS | MORE);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }
}
