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
 * The CRC-32C over a whole version 2 header with the checksum's own bytes taken as zero (R45 to
 * R47). It is stored big-endian, as every sender in the field does.
 *
 * <p>Where a header has several checksum vectors, the first is the one that counts (R56): it covers
 * the others.
 */
final class Checksum {
  static final int LENGTH = 4;

  private static final byte[] ZEROS = new byte[LENGTH];

  private Checksum() {}

  /** Whether the checksum whose value is at an index has 4 bytes and matches. */
  static boolean isRight(ByteBuf header, int start, int valueIndex, int end) {
    return valueLength(header, valueIndex) == LENGTH
        && compute(header, start, valueIndex, end) == header.getInt(valueIndex);
  }

  /** The index of the value of the first checksum vector, or -1. The framing must be right. */
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

  /** The length of a vector's value, given the index of that value. */
  private static int valueLength(ByteBuf header, int valueIndex) {
    return header.getUnsignedShort(valueIndex - 2);
  }

  /** The checksum of the header from start to end, whose value is at an index within. */
  private static int compute(ByteBuf header, int start, int valueIndex, int end) {
    CRC32C crc = new CRC32C();
    update(crc, header, start, valueIndex);
    crc.update(ZEROS, 0, LENGTH);
    update(crc, header, valueIndex + LENGTH, end);
    return (int) crc.getValue();
  }

  /** The vectors of a header, the value of its first checksum computed. */
  static Tlvs fill(ProxyHeader header) {
    byte[] bytes = ProxyHeaderWriter.toBytes(header);
    ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
    int tlvStart = bytes.length - header.tlvs().wireLength();
    fill(buffer, 0, tlvStart, bytes.length);
    return Objects.requireNonNull(Tlvs.read(buffer, tlvStart, header.tlvs().wireLength()));
  }

  /** Computes the value of the first checksum vector, if there is one of the right length. */
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
