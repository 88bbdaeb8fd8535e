/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** The first handler of a pipeline: counts what the handlers behind it ask the transport for. */
public final class Front extends ChannelDuplexHandler {
  private final AtomicInteger reads = new AtomicInteger();
  private final List<String> asked = new CopyOnWriteArrayList<>();

  /** How many times {@code read()} was called. */
  public int reads() {
    return reads.get();
  }

  /** What else was called, in order: {@code write}, {@code flush}, {@code close}. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    reads.incrementAndGet();
    ctx.read();
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    asked.add("write");
    ctx.write(msg, promise);
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    asked.add("flush");
    ctx.flush();
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    asked.add("close");
    ctx.close(promise);
  }
}
