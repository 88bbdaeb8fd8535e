/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.util.ReferenceCountUtil;

/** Stands for the application: takes the header in either form, and the payload. */
final class LastHandler extends ChannelInboundHandlerAdapter {
  private Object header;
  private int messages;
  private Throwable failure;

  /** What the benchmark returns, so that nothing is optimised away. */
  int messages() {
    return messages;
  }

  /** Forgets what was seen; returns how many messages that were. */
  int reset() {
    int seen = messages;
    messages = 0;
    header = null;
    return seen;
  }

  Object header() {
    return header;
  }

  Throwable failure() {
    return failure;
  }

  @Override
  public boolean isSharable() {
    return true;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object evt) {
    header = evt;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    messages++;
    if (msg instanceof HAProxyMessage) {
      header = msg;
    }
    ReferenceCountUtil.release(msg);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    // The end of the pipeline.
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failure = cause; // both decoders close the channel themselves
  }
}
