/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Skips so many bytes unseen and leaves: the least that a handler which leaves can cost. */
final class SkippingHandler extends ChannelInboundHandlerAdapter {
  private final int length;

  SkippingHandler(int length) {
    this.length = length;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ((ByteBuf) msg).skipBytes(length);
    ctx.pipeline().remove(this);
    ctx.fireChannelRead(msg);
  }
}
