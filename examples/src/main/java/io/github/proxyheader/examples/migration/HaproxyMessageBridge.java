/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.migration;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.protocol.ProxyCommand;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.tlv.Tlv;
import io.github.proxyheader.tlv.TlvType;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stands behind a decoder, in front of handlers that insist on a {@link HAProxyMessage}: passes the
 * header on as one, behind {@code channelActive} and in front of the payload, and leaves. Without a
 * header there is no message. The handler that takes the message must release it.
 */
public final class HaproxyMessageBridge extends ChannelInboundHandlerAdapter {
  private static final int SSL_FIXED_LENGTH = 5;
  private static final int VECTOR_HEAD = 3;

  private @Nullable ProxiedAddress address;
  private boolean active;

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object evt) {
    ctx.fireUserEventTriggered(evt);
    if (evt instanceof ProxiedAddress known) {
      address = known;
      if (active) {
        tell(ctx);
      }
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    active = true;
    ctx.fireChannelActive();
    tell(ctx);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    tell(ctx);
    ctx.fireChannelRead(msg);
  }

  private void tell(ChannelHandlerContext ctx) {
    ProxiedAddress known = address;
    if (known != null && !ctx.isRemoved()) {
      address = null;
      ProxyHeader header = known.header();
      if (header != null) {
        ctx.fireChannelRead(message(header));
      }
      if (!ctx.isRemoved()) {
        ctx.pipeline().remove(this);
      }
    }
  }

  private static HAProxyMessage message(ProxyHeader header) {
    HAProxyProtocolVersion version =
        header.version() == ProxyVersion.V1 ? HAProxyProtocolVersion.V1 : HAProxyProtocolVersion.V2;
    HAProxyCommand command =
        header.command() == ProxyCommand.LOCAL ? HAProxyCommand.LOCAL : HAProxyCommand.PROXY;
    List<HAProxyTLV> tlvs = new ArrayList<>();
    for (Tlv tlv : header.tlvs()) {
      tlvs.add(tlv(tlv.type(), tlv.value()));
    }
    SocketAddress source = header.source();
    SocketAddress destination = header.destination();
    if (source instanceof InetSocketAddress from && destination instanceof InetSocketAddress to) {
      boolean v4 =
          from.getAddress() instanceof Inet4Address && to.getAddress() instanceof Inet4Address;
      return new HAProxyMessage(
          version,
          command,
          inet(v4, header.transport().isDatagram()),
          text(from.getAddress(), v4),
          text(to.getAddress(), v4),
          from.getPort(),
          to.getPort(),
          tlvs);
    }
    if (source instanceof DomainSocketAddress from
        && destination instanceof DomainSocketAddress to) {
      HAProxyProxiedProtocol unix =
          header.transport().isDatagram()
              ? HAProxyProxiedProtocol.UNIX_DGRAM
              : HAProxyProxiedProtocol.UNIX_STREAM;
      return new HAProxyMessage(version, command, unix, from.path(), to.path(), 0, 0, tlvs);
    }
    return new HAProxyMessage(
        version, command, HAProxyProxiedProtocol.UNKNOWN, null, null, 0, 0, tlvs);
  }

  private static HAProxyProxiedProtocol inet(boolean v4, boolean datagram) {
    if (datagram) {
      return v4 ? HAProxyProxiedProtocol.UDP4 : HAProxyProxiedProtocol.UDP6;
    }
    return v4 ? HAProxyProxiedProtocol.TCP4 : HAProxyProxiedProtocol.TCP6;
  }

  /** Returns the address in the family of both ends. */
  private static String text(InetAddress address, boolean v4) {
    String text = NetUtil.toAddressString(address);
    return address instanceof Inet4Address && !v4 ? "::ffff:" + text : text;
  }

  private static HAProxyTLV tlv(int type, byte[] value) {
    if (type != TlvType.SSL || value.length < SSL_FIXED_LENGTH) {
      return new HAProxyTLV((byte) type, Unpooled.wrappedBuffer(value));
    }
    List<HAProxyTLV> parts = new ArrayList<>();
    int at = SSL_FIXED_LENGTH;
    while (value.length - at >= VECTOR_HEAD) {
      int start = at + VECTOR_HEAD;
      int length = Byte.toUnsignedInt(value[at + 1]) << 8 | Byte.toUnsignedInt(value[at + 2]);
      if (length > value.length - start) {
        break;
      }
      byte[] part = Arrays.copyOfRange(value, start, start + length);
      parts.add(new HAProxyTLV(value[at], Unpooled.wrappedBuffer(part)));
      at = start + length;
    }
    int verify = Unpooled.wrappedBuffer(value).getInt(1);
    return new HAProxySSLTLV(verify, value[0], parts);
  }
}
