/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.protocol.ProxyVersion;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts a header in front of each outgoing datagram, in the same datagram (R10): for whoever passes
 * a client's datagrams on.
 *
 * <p>It takes what Netty's datagram channels take: a {@link DatagramPacket} or another {@link
 * io.netty.channel.AddressedEnvelope} with bytes and an IP address, a {@link
 * io.netty.channel.unix.SegmentedDatagramPacket}, each of whose segments gets the header, and on a
 * connected channel a {@link ByteBuf}. Anything else fails its write. The payload is not copied:
 * header and payload become one composite buffer.
 *
 * <p>A write fails with an {@link IllegalArgumentException}, and its message is released, if header
 * and payload together are longer than the limit, or the header is of version 1, which has no word
 * for UDP. If the function throws, the write fails with what it threw. The channel stays open in
 * any case.
 *
 * <p>Each channel needs its own instance.
 */
public final class ProxyHeaderDatagramEncoder extends ChannelOutboundHandlerAdapter {
  /** The longest payload of UDP over IPv4 in bytes: the default limit of header and payload. */
  public static final int MAX_DATAGRAM_SIZE = Prefix.MAX_DATAGRAM_SIZE;

  private final Function<? super DatagramPacket, ? extends @Nullable ProxyHeader> source;
  private final int maxSize;

  /**
   * Creates an encoder that puts the same header in front of every datagram.
   *
   * @throws IllegalArgumentException if the header is of version 1
   */
  public ProxyHeaderDatagramEncoder(ProxyHeader header) {
    this(fixed(header));
  }

  /**
   * Creates an encoder that asks for the header of each datagram.
   *
   * @param source gives the header, or {@code null} for none; it is called on the channel's event
   *     loop, with the datagram as it was written (its recipient being the channel's remote address
   *     if bytes were written, 0.0.0.0:0 where that is not one of IP), which it must neither change
   *     nor release
   */
  public ProxyHeaderDatagramEncoder(
      Function<? super DatagramPacket, ? extends @Nullable ProxyHeader> source) {
    this(source, MAX_DATAGRAM_SIZE);
  }

  /**
   * Creates an encoder with a limit of its own, for instance what the path's MTU leaves.
   *
   * @param source gives the header of each datagram, or {@code null} for none
   * @param maxSize the most bytes that header and payload may have together, up to 65,507
   * @throws IllegalArgumentException if the limit is not positive or above 65,507
   */
  public ProxyHeaderDatagramEncoder(
      Function<? super DatagramPacket, ? extends @Nullable ProxyHeader> source, int maxSize) {
    if (maxSize < 1 || maxSize > MAX_DATAGRAM_SIZE) {
      throw new IllegalArgumentException("maxSize: " + maxSize + " (expected: 1 to 65507)");
    }
    this.source = Objects.requireNonNull(source, "source");
    this.maxSize = maxSize;
  }

  private static Function<DatagramPacket, ProxyHeader> fixed(ProxyHeader header) {
    check(Objects.requireNonNull(header, "header"));
    return packet -> header;
  }

  private static void check(ProxyHeader header) {
    if (header.version() == ProxyVersion.V1) {
      throw new IllegalArgumentException("header: V1 (expected: V2, V1 has no UDP)");
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    Prefix.write(ctx, msg, promise, maxSize, packet -> headerFor(packet, ctx.alloc()));
  }

  private @Nullable ByteBuf headerFor(DatagramPacket packet, ByteBufAllocator allocator) {
    ProxyHeader header = source.apply(packet);
    if (header == null) {
      return null;
    }
    check(header);
    ByteBuf bytes = allocator.ioBuffer(ProxyHeaderWriter.length(header));
    ProxyHeaderWriter.write(header, bytes);
    return bytes;
  }
}
