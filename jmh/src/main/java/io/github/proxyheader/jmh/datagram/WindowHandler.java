/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh.datagram;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Keeps so many datagrams on their way, and begins anew if they are lost. */
final class WindowHandler extends SimpleChannelInboundHandler<DatagramPacket> {
  private final int payload;
  private volatile long answers;
  private long answersAtLastCheck;
  private ScheduledFuture<?> check;

  WindowHandler(int payload) {
    this.payload = payload;
  }

  /** How many answers have come; for any thread. */
  long answers() {
    return answers;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    fill(ctx);
    check =
        ctx.executor().scheduleWithFixedDelay(() -> refill(ctx), 100, 100, TimeUnit.MILLISECONDS);
  }

  private void refill(ChannelHandlerContext ctx) {
    if (answers == answersAtLastCheck) {
      fill(ctx);
    }
    answersAtLastCheck = answers;
  }

  private void fill(ChannelHandlerContext ctx) {
    for (int i = 0; i < DatagramThroughput.WINDOW; i++) {
      send(ctx);
    }
    ctx.flush();
  }

  private void send(ChannelHandlerContext ctx) {
    ctx.write(ctx.alloc().directBuffer(payload).writeZero(payload), ctx.channel().voidPromise());
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket answer) {
    answers++;
    send(ctx);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    check.cancel(false);
  }
}
