/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

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
  private boolean leaving;

  /** Adds a gate behind a decoder, and behind its detector if that is still there. */
  static void addBehind(ChannelHandlerContext decoder, @Nullable LateHeaderDetector detector) {
    ChannelPipeline pipeline = decoder.pipeline();
    ChannelHandlerContext place = detector == null ? null : pipeline.context(detector);
    pipeline.addAfter((place == null ? decoder : place).name(), null, new ReadGate());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    held.add(msg);
  }

  /** Does nothing: the messages that this call completes have not been passed on yet. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    // passOn fires it behind the messages.
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (leaving) {
      ctx.read();
      return;
    }
    leave(ctx);
    if (ctx.channel().config().isAutoRead()) {
      ctx.read();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object evt) {
    if (evt instanceof ChannelInputShutdownEvent) {
      leave(ctx);
    }
    ctx.fireUserEventTriggered(evt);
  }

  @Override
  public void channelUnregistered(ChannelHandlerContext ctx) {
    if (held.isEmpty()) {
      leave(ctx);
    }
    ctx.fireChannelUnregistered();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    leave(ctx);
    ctx.fireChannelInactive();
  }

  /** Releases what is held: the application closes the channel without having asked for it. */
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    held.forEach(ReferenceCountUtil::release);
    held.clear();
    ctx.close(promise);
  }

  /**
   * Passes on what is held, then leaves. The gate stays until then, so that a message which a
   * handler causes meanwhile cannot overtake those that are held.
   */
  private void leave(ChannelHandlerContext ctx) {
    leaving = true;
    passOn(ctx);
    if (!ctx.isRemoved()) {
      ctx.pipeline().remove(this);
    }
  }

  private void passOn(ChannelHandlerContext ctx) {
    while (!held.isEmpty()) {
      for (Object msg = held.poll(); msg != null; msg = held.poll()) {
        ctx.fireChannelRead(msg);
      }
      ctx.fireChannelReadComplete();
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    passOn(ctx);
  }
}
