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
 * Takes the place of a decoder that leaves while a read of its own is out and AUTO_READ is off. The
 * handlers behind have not asked for what that read brings, so the gate holds it.
 *
 * <p>The gate leaves the pipeline, and passes on what it holds, at the first of these:
 *
 * <ul>
 *   <li>A handler behind calls {@code read()}. The read that is out, or what it brought, answers
 *       that call, so the gate passes it on only if AUTO_READ was switched on meanwhile.
 *   <li>The peer ends its half of the connection or the whole connection.
 *   <li>The channel leaves its event loop before anything came. That takes the read back, so the
 *       next {@code read()} of a handler has to reach the transport.
 * </ul>
 */
final class ReadGate extends ChannelDuplexHandler {
  private final Queue<Object> held = new ArrayDeque<>(1);

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    held.add(msg);
  }

  /** Does nothing: the messages that this call completes have not been passed on yet. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    // handlerRemoved fires it behind the messages.
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    ctx.pipeline().remove(this);
    if (ctx.channel().config().isAutoRead()) {
      ctx.read();
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
  public void channelUnregistered(ChannelHandlerContext ctx) {
    if (held.isEmpty()) {
      ctx.pipeline().remove(this);
    }
    ctx.fireChannelUnregistered();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ctx.pipeline().remove(this);
    ctx.fireChannelInactive();
  }

  /** Releases what is held: the application closes the channel without having asked for it. */
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
