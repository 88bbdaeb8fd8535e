/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import io.github.proxyheader.tlv.TlvType;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * Computes the CRC-32C of a whole version 2 header, with the checksum's own bytes taken as zero
 * (R45 to R47). The checksum is stored big-endian, as all senders in use store it.
 *
 * <p>If a header has several checksum vectors, the first one counts (R56). It covers the bytes of
 * the others as they are.
 */
final class Checksum {
  static final int LENGTH = 4;

  private static final byte[] ZEROS = new byte[LENGTH];

  private Checksum() {}

  /** Returns whether the checksum whose value starts at an index has 4 bytes and matches. */
  static boolean isRight(ByteBuf header, int start, int valueIndex, int end) {
    return valueLength(header, valueIndex) == LENGTH
        && compute(header, start, valueIndex, end) == header.getInt(valueIndex);
  }

  /** Returns where the value of the first checksum vector starts, or -1; vectors must be whole. */
  private static int find(ByteBuf header, int tlvStart, int end) {
    int at = tlvStart;
    while (at < end) {
      if (header.getUnsignedByte(at) == TlvType.CRC32C) {
        return at + BinaryHeader.VECTOR_HEADER;
      }
      at += BinaryHeader.VECTOR_HEADER + header.getUnsignedShort(at + 1);
    }
    return -1;
  }

  /** Returns the length of the vector whose value starts at an index. */
  private static int valueLength(ByteBuf header, int valueIndex) {
    return header.getUnsignedShort(valueIndex - 2);
  }

  /** Returns the checksum of a header whose checksum value starts at an index. */
  private static int compute(ByteBuf header, int start, int valueIndex, int end) {
    CRC32C crc = new CRC32C();
    update(crc, header, start, valueIndex);
    crc.update(ZEROS, 0, LENGTH);
    update(crc, header, valueIndex + LENGTH, end);
    return (int) crc.getValue();
  }

  /** Returns the vectors of a header with the value of its first checksum computed. */
  static Tlvs fill(ProxyHeader header) {
    byte[] bytes = ProxyHeaderWriter.toBytes(header);
    ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
    int tlvStart = bytes.length - header.tlvs().wireLength();
    fill(buffer, 0, tlvStart, bytes.length);
    return Objects.requireNonNull(Tlvs.read(buffer, tlvStart, header.tlvs().wireLength()));
  }

  /** Stores the checksum in the first checksum vector, if there is one of the right length. */
  static void fill(ByteBuf header, int start, int tlvStart, int end) {
    int valueIndex = find(header, tlvStart, end);
    if (valueIndex >= 0 && valueLength(header, valueIndex) == LENGTH) {
      header.setInt(valueIndex, compute(header, start, valueIndex, end));
    }
  }

  private static void update(CRC32C crc, ByteBuf header, int from, int to) {
    int length = to - from;
    if (header.hasArray()) {
      crc.update(header.array(), header.arrayOffset() + from, length);
    } else if (header.nioBufferCount() == 1) {
      crc.update(header.internalNioBuffer(from, length));
    } else {
      byte[] bytes = new byte[length];
      header.getBytes(from, bytes);
      crc.update(bytes, 0, length);
    }
  }
}
