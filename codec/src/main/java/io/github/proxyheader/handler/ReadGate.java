/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Stays in a decoder's place while a read of the decoder's own is still out: what it brings waits
 * here until somebody behind asks for it. Then the gate leaves.
 */
final class ReadGate extends ChannelDuplexHandler {
  private final Queue<Object> held = new ArrayDeque<>(1);

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    held.add(msg);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    // What it completes is not passed on yet.
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    ctx.pipeline().remove(this);
    if (ctx.channel().config().isAutoRead()) {
      ctx.read(); // otherwise the read that is out, or what it brought, answers this one
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object evt) {
    if (evt instanceof ChannelInputShutdownEvent) {
      ctx.pipeline().remove(this);
    }
    ctx.fireUserEventTriggered(evt);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ctx.pipeline().remove(this);
    ctx.fireChannelInactive();
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    held.forEach(ReferenceCountUtil::release);
    held.clear();
    ctx.close(promise);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (!held.isEmpty()) {
      held.forEach(ctx::fireChannelRead);
      held.clear();
      ctx.fireChannelReadComplete();
    }
  }
}
