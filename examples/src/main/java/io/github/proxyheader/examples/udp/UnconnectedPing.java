/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.udp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * RakNet's unconnected ping, as the server list of Minecraft's Bedrock Edition sends it, and the
 * pong that answers it. All numbers are big-endian.
 *
 * @param time the client's clock in milliseconds, which the pong tells again
 * @param client the client's identifier
 * @see <a href="https://minecraft.wiki/w/RakNet">the layout of the packets</a>
 */
record UnconnectedPing(long time, long client) {
  private static final int PING = 0x01;
  private static final int PONG = 0x1C;
  private static final ByteBuf MAGIC =
      Unpooled.unreleasableBuffer(
              Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump("00ffff00fefefefefdfdfdfd12345678")))
          .asReadOnly();
  private static final int MAGIC_LENGTH = 16;
  private static final int LENGTH = 1 + Long.BYTES + MAGIC_LENGTH + Long.BYTES;

  /** Returns the ping that a datagram is, or {@code null} if it is none. */
  static @Nullable UnconnectedPing read(ByteBuf in) {
    boolean isPing =
        in.readableBytes() == LENGTH
            && in.getUnsignedByte(in.readerIndex()) == PING
            && ByteBufUtil.equals(in, in.readerIndex() + 1 + Long.BYTES, MAGIC, 0, MAGIC_LENGTH);
    if (!isPing) {
      return null;
    }
    long time = in.getLong(in.readerIndex() + 1);
    return new UnconnectedPing(time, in.getLong(in.readerIndex() + LENGTH - Long.BYTES));
  }

  /** Writes the ping. */
  void write(ByteBuf out) {
    out.writeByte(PING).writeLong(time).writeBytes(MAGIC, 0, MAGIC_LENGTH).writeLong(client);
  }

  /**
   * Writes the answer.
   *
   * @param server the server's identifier
   * @param status the fields of the server list's entry, with semicolons between them
   */
  void writePong(long server, String status, ByteBuf out) {
    out.writeByte(PONG).writeLong(time).writeLong(server).writeBytes(MAGIC, 0, MAGIC_LENGTH);
    int length = out.writerIndex();
    out.writeShort(0);
    out.setShort(length, out.writeCharSequence(status, StandardCharsets.UTF_8));
  }

  /** Returns the status in a pong to this ping, or {@code null} if the datagram is none. */
  @Nullable String readPong(ByteBuf in) {
    int statusAt = 1 + 2 * Long.BYTES + MAGIC_LENGTH;
    boolean isPong =
        in.readableBytes() >= statusAt + Short.BYTES
            && in.getUnsignedByte(in.readerIndex()) == PONG
            && in.getLong(in.readerIndex() + 1) == time
            && ByteBufUtil.equals(
                in, in.readerIndex() + 1 + 2 * Long.BYTES, MAGIC, 0, MAGIC_LENGTH);
    if (!isPong) {
      return null;
    }
    in.skipBytes(statusAt);
    int length = in.readUnsignedShort();
    return length == in.readableBytes()
        ? in.readCharSequence(length, StandardCharsets.UTF_8).toString()
        : null;
  }
}
