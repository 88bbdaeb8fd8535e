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
 * Adds a header to each outgoing datagram, in front of the payload in the same datagram (R10). A
 * proxy uses it to pass a client's datagrams on.
 *
 * <p>It accepts the messages that Netty's datagram channels accept: a {@link DatagramPacket} or
 * another {@link io.netty.channel.AddressedEnvelope} with bytes and an IP address, a {@link
 * io.netty.channel.unix.SegmentedDatagramPacket}, and on a connected channel a {@link ByteBuf}.
 * Each segment of a segmented packet gets the header. The write of any other message fails. The
 * payload is not copied; header and payload become one composite buffer.
 *
 * <p>A write fails with an {@link IllegalArgumentException} if header and payload together are
 * longer than the limit, or if the header is of version 1, which has no word for UDP. If the
 * function throws an exception, the write fails with that exception. Whenever a write fails, its
 * message is released and the channel stays open.
 *
 * <p>Each channel needs its own instance.
 */
public final class ProxyHeaderDatagramEncoder extends ChannelOutboundHandlerAdapter {
  /**
   * The longest payload of UDP over IPv4, in bytes. It is the default limit of header and payload
   * together.
   */
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
   * @param source returns the header, or {@code null} for none. It is called on the channel's event
   *     loop with the datagram that was written, which it must neither change nor release. If only
   *     bytes were written, the datagram's recipient is the channel's remote address, or 0.0.0.0:0
   *     if that is not an IP address
   */
  public ProxyHeaderDatagramEncoder(
      Function<? super DatagramPacket, ? extends @Nullable ProxyHeader> source) {
    this(source, MAX_DATAGRAM_SIZE);
  }

  /**
   * Creates an encoder with another limit, for instance the one that the path's MTU sets.
   *
   * @param source returns the header of each datagram, or {@code null} for none
   * @param maxSize how many bytes header and payload may have together, at most 65,507
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
