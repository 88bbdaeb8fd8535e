/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ServerChannel;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a channel whose pipeline has a handler of this package in a place where it cannot work.
 *
 * <p>An exception from {@code handlerAdded} would not do: Netty takes such a handler out of the
 * pipeline, and the connection would go on without it. So the channel is closed, and the handler is
 * replaced by this one, which passes nothing on to the handlers behind.
 */
@Sharable
final class Misplacement extends ChannelInboundHandlerAdapter {
  private static final Misplacement INSTANCE = new Misplacement();

  private Misplacement() {}

  /**
   * Returns whether a handler cannot work where it is: in the pipeline of a server channel, or with
   * an executor that is not the event loop of its channel.
   */
  static boolean of(ChannelHandlerContext ctx) {
    return problem(ctx) != null;
  }

  /**
   * Fires an exception, closes the channel, and takes the handler's place. Only {@code
   * handlerAdded} may call this: an executor without order may run other methods of the handler at
   * the same time, and Netty's pipeline does not stand two replacements of one handler.
   */
  static void refuse(ChannelHandlerContext ctx) {
    String handler = ctx.handler().getClass().getSimpleName();
    ctx.fireExceptionCaught(new IllegalStateException(handler + problem(ctx)));
    ctx.pipeline().replace(ctx.handler(), null, INSTANCE);
    ctx.close();
  }

  private static @Nullable String problem(ChannelHandlerContext ctx) {
    if (ctx.channel() instanceof ServerChannel) {
      return " is in the pipeline of a server channel; add it by childHandler";
    }
    return ctx.executor() == ctx.channel().eventLoop()
        ? null
        : " has an executor of its own; add it without one, as it must run on the event loop";
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {}

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {}

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (msg instanceof Channel accepted) {
      accepted.unsafe().closeForcibly();
    } else {
      ReferenceCountUtil.release(msg);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {}

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {}

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object evt) {
    ReferenceCountUtil.release(evt);
  }

  @Override
  @SuppressWarnings("deprecation") // only in ChannelHandler, not in ChannelInboundHandler
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {}
}
