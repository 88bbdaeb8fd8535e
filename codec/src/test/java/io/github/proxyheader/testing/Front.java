/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The first handler of a pipeline: counts what the handlers behind it ask the transport for, and
 * what comes from the peer.
 */
public final class Front extends ChannelDuplexHandler {
  private final AtomicInteger reads = new AtomicInteger();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final AtomicLong received = new AtomicLong();

  /** How many times {@code read()} was called. */
  public int reads() {
    return reads.get();
  }

  /** How many bytes came, after the handlers behind have seen them. */
  public long received() {
    return received.get();
  }

  /** What else was called, in order: {@code write}, {@code flush}, {@code close}. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    int length = msg instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
    ctx.fireChannelRead(msg);
    received.addAndGet(length);
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
