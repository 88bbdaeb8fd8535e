/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;

/**
 * Passes what one channel receives on to another: one of two that make a tunnel.
 *
 * <p>A channel is read only as fast as the other can be written. The end of one direction is passed
 * on behind its last byte while the other direction goes on. A connection that breaks off is passed
 * on as a reset, so that nobody takes half of an answer for the whole.
 *
 * <p>Both must be {@link DuplexChannel}s on the same event loop; the other one need not be
 * connected yet.
 */
public final class RelayHandler extends ChannelInboundHandlerAdapter {
  private final Channel other;
  private boolean ended;

  /** Creates a handler that passes on to this channel. */
  public RelayHandler(Channel other) {
    this.other = other;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    ctx.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    other.write(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    flushOther();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    other.config().setAutoRead(ctx.channel().isWritable());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ended = true;
      // Not shutdownOutput() at once: it would drop what is still to be written.
      other.write(Unpooled.EMPTY_BUFFER).addListener(written -> shutdownOutput(other));
      flushOther();
      closeIfDone(ctx.channel());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (ended) {
      other.write(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      flushOther();
    } else {
      abort(other);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    abort(other);
    ctx.close();
  }

  /** Before the connection stands a flush would fail what is written. */
  private void flushOther() {
    if (other.isActive()) {
      other.flush();
    }
  }

  private static void shutdownOutput(Channel channel) {
    if (channel.isActive()) {
      ((DuplexChannel) channel).shutdownOutput().addListener(done -> closeIfDone(channel));
    }
  }

  private static void closeIfDone(Channel channel) {
    if (((DuplexChannel) channel).isShutdown()) {
      channel.close();
    }
  }

  /** Closes a channel with a reset in place of an orderly end. */
  static void abort(Channel channel) {
    try {
      if (channel.isActive()) {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
      }
    } catch (ChannelException e) {
      // The socket is gone: there is nobody left to tell.
    }
    channel.close();
  }
}
