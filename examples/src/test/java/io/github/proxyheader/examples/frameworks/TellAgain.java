/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.frameworks;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;

/**
 * Tells a framework that has a decoder of its own who the client is. It stands behind a {@code
 * ProxyHeaderDecoder}, which has checked trust, time-out and checksum, and writes one clean header
 * of version 2 without vectors in front of the payload. Then it leaves the pipeline.
 *
 * <p>Without IP addresses from a header, the real addresses of the connection are told: several
 * frameworks fail at a LOCAL header.
 */
public final class TellAgain extends ChannelInboundHandlerAdapter {
  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.fireChannelActive();
    if (ctx.channel().isActive() && !ctx.isRemoved()) {
      byte[] header = ProxyHeaderWriter.toBytes(header(ProxiedAddress.of(ctx.channel())));
      ctx.fireChannelRead(Unpooled.wrappedBuffer(header));
      ctx.fireChannelReadComplete();
      ctx.pipeline().remove(this);
    }
  }

  private static ProxyHeader header(ProxiedAddress client) {
    if (isIp(client.source(), client.destination())) {
      return ProxyHeader.of(client.source(), client.destination());
    }
    return isIp(client.peer(), client.local())
        ? ProxyHeader.of(client.peer(), client.local())
        : ProxyHeader.local();
  }

  private static boolean isIp(Object source, Object destination) {
    return source instanceof InetSocketAddress && destination instanceof InetSocketAddress;
  }
}
