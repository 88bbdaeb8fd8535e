/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.minecraft;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Reads the packets that a client may send before it plays. At the first byte that cannot be one it
 * fails with a {@link CorruptedFrameException}, and drops all that comes later.
 */
final class PacketDecoder extends ByteToMessageDecoder {
  /** A bound far above the longest packet: a handshake with 255 characters of three bytes each. */
  static final int MAX_PACKET = 2_048;

  /**
   * The milliseconds in which the rest of a legacy ping must come: its first bytes alone are the
   * whole ping of an older client.
   */
  static final int LEGACY_PAUSE_MILLIS = 500;

  private static final int MAX_HOST_BYTES = 255 * 3;
  private static final int MAX_NAME_BYTES = 16 * 3;
  private static final int MAX_LENGTH_BYTES = 2;

  private static final int LEGACY = 0xfe;
  private static final int LEGACY_VERSIONED = 0x01;
  private static final int LEGACY_MESSAGE = 0xfa;

  private enum State {
    FIRST,
    HANDSHAKE,
    STATUS,
    LOGIN,
    END
  }

  private State state = State.FIRST;
  private boolean pausing;

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (state == State.FIRST) {
      decideFirst(ctx, in, out);
    }
    if (state == State.END) {
      in.skipBytes(in.readableBytes());
    } else if (state != State.FIRST) {
      try {
        readPacket(in, out);
      } catch (CorruptedFrameException e) {
        state = State.END;
        throw e;
      }
    }
  }

  /** Drops what is incomplete at the end of the connection. */
  @Override
  protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    in.skipBytes(in.readableBytes());
    state = State.END;
  }

  private void decideFirst(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    int start = in.readerIndex();
    if (in.getUnsignedByte(start) != LEGACY
        || in.readableBytes() > 1 && in.getUnsignedByte(start + 1) != LEGACY_VERSIONED
        || in.readableBytes() > 2 && in.getUnsignedByte(start + 2) != LEGACY_MESSAGE) {
      state = State.HANDSHAKE;
    } else if (in.readableBytes() > 2) {
      state = State.END;
      out.add(new Packet.LegacyPing(true));
    } else if (!pausing) {
      pausing = true;
      ctx.executor().schedule(() -> endPause(ctx), LEGACY_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void endPause(ChannelHandlerContext ctx) {
    if (state == State.FIRST && ctx.channel().isActive()) {
      state = State.END;
      ctx.fireChannelRead(new Packet.LegacyPing(actualReadableBytes() > 1));
      ctx.fireChannelReadComplete();
    }
  }

  private void readPacket(ByteBuf in, List<Object> out) {
    int length = 0;
    for (int i = 0; ; i++) {
      if (i == in.readableBytes()) {
        return;
      }
      byte b = in.getByte(in.readerIndex() + i);
      length |= (b & 0x7f) << 7 * i;
      if (b >= 0) {
        if (length == 0 || length > MAX_PACKET) {
          throw new CorruptedFrameException("the length of a packet is out of range");
        }
        if (in.readableBytes() - i - 1 >= length) {
          in.skipBytes(i + 1);
          out.add(read(in.readSlice(length)));
        }
        return;
      }
      if (i + 1 == MAX_LENGTH_BYTES) {
        throw new CorruptedFrameException("the length of a packet is out of range");
      }
    }
  }

  private Packet read(ByteBuf packet) {
    int id = VarInts.read(packet);
    if (state == State.HANDSHAKE && id == 0) {
      return handshake(packet);
    }
    if (state == State.STATUS && id == 0 && !packet.isReadable()) {
      return new Packet.StatusRequest();
    }
    if (state == State.STATUS && id == 1 && packet.readableBytes() == Long.BYTES) {
      state = State.END;
      return new Packet.Ping(packet.readLong());
    }
    if (state == State.LOGIN && id == 0) {
      // What stands behind the name differs from version to version.
      state = State.END;
      return new Packet.LoginStart(text(packet, MAX_NAME_BYTES).toString(StandardCharsets.UTF_8));
    }
    throw new CorruptedFrameException("a packet is not expected here");
  }

  private Packet handshake(ByteBuf packet) {
    int protocol = VarInts.read(packet);
    text(packet, MAX_HOST_BYTES);
    if (packet.readableBytes() < Short.BYTES) {
      throw new CorruptedFrameException("a handshake ends early");
    }
    packet.skipBytes(Short.BYTES);
    int next = VarInts.read(packet);
    // 3 is a login of a player whom another server has sent here.
    if (next < 1 || next > 3 || packet.isReadable()) {
      throw new CorruptedFrameException("a handshake asks for what does not exist");
    }
    state = next == 1 ? State.STATUS : State.LOGIN;
    return new Packet.Handshake(protocol, next != 1);
  }

  private static ByteBuf text(ByteBuf packet, int maxBytes) {
    int length = VarInts.read(packet);
    if (length < 0 || length > maxBytes || length > packet.readableBytes()) {
      throw new CorruptedFrameException("a text is too long");
    }
    return packet.readSlice(length);
  }
}
