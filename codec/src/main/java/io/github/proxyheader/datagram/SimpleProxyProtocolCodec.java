/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.protocol.ProxyTransport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.netty.handler.codec.UnsupportedMessageTypeException;
import io.netty.util.ReferenceCountUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Cloudflare's <a
 * href="https://developers.cloudflare.com/spectrum/reference/simple-proxy-protocol-header/">Simple
 * Proxy Protocol</a> for UDP. <b>It is not the PROXY protocol</b>: it has 38 bytes and a magic
 * number of two, no version, no vectors and no checksum. Cloudflare Spectrum and Tencent EdgeOne
 * write it in front of each datagram, and expect it in front of each answer.
 *
 * <p>Inbound datagrams are handled as {@link ProxyHeaderDatagramDecoder} does, with the same
 * policies. Its warning on whom to believe also holds here. A {@link ProxiedDatagram} has a header
 * of version 2 over UDP with the two addresses. The reader of the options is not used.
 *
 * <p>An outbound {@link ProxiedDatagram} whose client came in a header gets that header again.
 * There are two ways to make one:
 *
 * <ul>
 *   <li>{@link ProxiedDatagram#reply} of the datagram that is answered,
 *   <li>a {@link ProxiedDatagramFlows} behind this handler, for applications that write to the
 *       client's address.
 * </ul>
 *
 * <p>A {@link ProxiedDatagram} of a direct client and any other message are written as they are,
 * because it is not known which client they are for. The codec remembers nothing of inbound
 * datagrams. A write fails, and its message is released, if header and payload together have more
 * than 65,507 bytes, or if the message is a {@link SegmentedDatagramPacket}, which has no client.
 *
 * <p>Each channel needs its own instance.
 */
public final class SimpleProxyProtocolCodec extends ChannelDuplexHandler {
  /** The length of a header in bytes. */
  public static final int HEADER_LENGTH = 38;

  private static final int MAGIC = 0x56EC;
  private static final int ADDRESS_LENGTH = 16;

  /** The bytes in front of an IPv4 address in an IPv4-mapped one (RFC 4291, 2.5.5.2). */
  private static final int MAPPED_PREFIX = 0xFFFF;

  private final DatagramAdmission admission;

  /** Creates a codec with all defaults: a header from everybody. */
  public SimpleProxyProtocolCodec() {
    this(DatagramReceiverOptions.standard());
  }

  /** Creates a codec with these options. */
  public SimpleProxyProtocolCodec(DatagramReceiverOptions options) {
    admission = new DatagramAdmission(Objects.requireNonNull(options, "options"), Spp.FORMAT);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    admission.receive(ctx, msg);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    admission.readComplete(ctx);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    if (msg instanceof ProxiedDatagram datagram) {
      ProxiedAddress client = datagram.proxiedAddress();
      Prefix.write(
          ctx, msg, promise, Prefix.MAX_DATAGRAM_SIZE, packet -> header(client, ctx.alloc()));
    } else if (msg instanceof SegmentedDatagramPacket) {
      ReferenceCountUtil.release(msg);
      promise.tryFailure(
          new UnsupportedMessageTypeException(msg, ProxiedDatagram.class, DatagramPacket.class));
    } else {
      ctx.write(msg, promise);
    }
  }

  private static @Nullable ByteBuf header(ProxiedAddress client, ByteBufAllocator allocator) {
    if (!client.isProxied()
        || !(client.source() instanceof InetSocketAddress source)
        || !(client.destination() instanceof InetSocketAddress destination)) {
      return null;
    }
    ByteBuf out = allocator.ioBuffer(HEADER_LENGTH);
    out.writeShort(MAGIC);
    writeAddress(source.getAddress(), out);
    writeAddress(destination.getAddress(), out);
    return out.writeShort(source.getPort()).writeShort(destination.getPort());
  }

  private static void writeAddress(InetAddress address, ByteBuf out) {
    if (address instanceof Inet4Address) {
      out.writeLong(0).writeInt(MAPPED_PREFIX);
    }
    out.writeBytes(address.getAddress());
  }

  private enum Spp implements DatagramAdmission.Format {
    FORMAT;

    @Override
    public boolean isPresent(ByteBuf in) {
      return in.readableBytes() >= Short.BYTES && in.getUnsignedShort(in.readerIndex()) == MAGIC;
    }

    @Override
    public ProxyHeader read(ByteBuf in) {
      if (!isPresent(in)) {
        throw new ProxyHeaderException(Reason.MISSING, "no Simple Proxy Protocol header");
      }
      if (in.readableBytes() < HEADER_LENGTH) {
        throw new ProxyHeaderException(Reason.TRUNCATED, "the datagram ends in the header");
      }
      in.skipBytes(Short.BYTES);
      InetAddress client = readAddress(in);
      InetAddress proxy = readAddress(in);
      boolean ipv4 = client instanceof Inet4Address && proxy instanceof Inet4Address;
      return ProxyHeader.builder()
          .transport(ipv4 ? ProxyTransport.UDP4 : ProxyTransport.UDP6)
          .source(new InetSocketAddress(client, in.readUnsignedShort()))
          .destination(new InetSocketAddress(proxy, in.readUnsignedShort()))
          .build();
    }

    private static InetAddress readAddress(ByteBuf in) {
      byte[] bytes = new byte[ADDRESS_LENGTH];
      in.readBytes(bytes);
      try {
        return InetAddress.getByAddress(bytes);
      } catch (UnknownHostException e) {
        throw new AssertionError("16 bytes are always an address", e);
      }
    }
  }
}
