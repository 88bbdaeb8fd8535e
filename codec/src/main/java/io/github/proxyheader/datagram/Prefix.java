/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.AddressedEnvelope;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.netty.handler.codec.UnsupportedMessageTypeException;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.NotYetConnectedException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Puts bytes in front of outgoing datagrams, without a copy of the payload. */
final class Prefix {
  /** The longest payload of UDP over IPv4 in bytes. */
  static final int MAX_DATAGRAM_SIZE = 65_507;

  /** Stands for the remote address of a transport without IP addresses. */
  private static final InetSocketAddress NOWHERE = new InetSocketAddress(0);

  private Prefix() {}

  /**
   * Writes a message with the bytes that the function returns in front of it. If the function
   * returns {@code null}, the message is written as it is. If the bytes cannot be added, the
   * promise fails and the message is released.
   *
   * @param maxSize how many bytes a datagram may have in all
   */
  static void write(
      ChannelHandlerContext ctx,
      Object msg,
      ChannelPromise promise,
      int maxSize,
      Function<DatagramPacket, @Nullable ByteBuf> prefixes) {
    Object prefixed;
    try {
      prefixed = prefixed(ctx.channel(), msg, maxSize, prefixes);
    } catch (Throwable cause) {
      ReferenceCountUtil.safeRelease(msg); // It may have been released before it was written.
      promise.tryFailure(cause);
      return;
    }
    ctx.write(prefixed, promise);
  }

  private static Object prefixed(
      Channel channel,
      Object msg,
      int maxSize,
      Function<DatagramPacket, @Nullable ByteBuf> prefixes) {
    DatagramPacket packet =
        msg instanceof ByteBuf bytes ? onConnected(channel, bytes) : packetOf(msg);
    if (packet == null) {
      throw new UnsupportedMessageTypeException(
          msg, DatagramPacket.class, AddressedEnvelope.class, ByteBuf.class);
    }
    if (packet.refCnt() == 0) {
      throw new IllegalReferenceCountException(0);
    }
    ByteBuf prefix = prefixes.apply(packet);
    if (prefix == null) {
      return msg;
    }
    try {
      if (packet instanceof SegmentedDatagramPacket segments) {
        return inFrontOfEach(channel, prefix, segments, maxSize);
      }
      check(prefix.readableBytes() + packet.content().readableBytes(), maxSize);
      ByteBuf all =
          channel.alloc().compositeBuffer(2).addComponents(true, prefix.retain(), packet.content());
      return msg instanceof ByteBuf ? all : packet.replace(all);
    } finally {
      prefix.release();
    }
  }

  private static DatagramPacket onConnected(Channel channel, ByteBuf bytes) {
    SocketAddress remote = channel.remoteAddress();
    if (remote == null) {
      throw new NotYetConnectedException();
    }
    return new DatagramPacket(bytes, remote instanceof InetSocketAddress inet ? inet : NOWHERE);
  }

  /**
   * Returns a packet with the content of a message, or {@code null} if the message does not have
   * bytes and an IP address. The packet shares its content with the message, so only one of them
   * must be released.
   */
  static @Nullable DatagramPacket packetOf(Object msg) {
    if (msg instanceof DatagramPacket packet) {
      return packet;
    }
    return msg instanceof AddressedEnvelope<?, ?> envelope
            && envelope.content() instanceof ByteBuf content
            && envelope.recipient() instanceof InetSocketAddress recipient
        ? new DatagramPacket(
            content,
            recipient,
            envelope.sender() instanceof InetSocketAddress sender ? sender : null)
        : null;
  }

  /** Adds the bytes to each of the datagrams that the kernel will take apart (UDP_SEGMENT). */
  private static SegmentedDatagramPacket inFrontOfEach(
      Channel channel, ByteBuf prefix, SegmentedDatagramPacket segments, int maxSize) {
    ByteBuf payload = segments.content();
    int size = segments.segmentSize();
    int count = Math.max(1, (payload.readableBytes() + size - 1) / size);
    check(prefix.readableBytes() + Math.min(size, payload.readableBytes()), maxSize);
    check((long) count * prefix.readableBytes() + payload.readableBytes(), MAX_DATAGRAM_SIZE);
    CompositeByteBuf all = channel.alloc().compositeBuffer(2 * count);
    for (int i = 0; i < count; i++) {
      all.addComponent(true, prefix.retainedDuplicate());
      all.addComponent(true, payload.readRetainedSlice(Math.min(size, payload.readableBytes())));
    }
    payload.release();
    return new SegmentedDatagramPacket(
        all, prefix.readableBytes() + size, segments.recipient(), segments.sender());
  }

  private static void check(long size, int maxSize) {
    if (size > maxSize) {
      throw new IllegalArgumentException(
          "datagram: " + size + " bytes with its header (expected: at most " + maxSize + ')');
    }
  }
}
