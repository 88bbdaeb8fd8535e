/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The last handler of a pipeline: writes down what it sees, releases it, and does what a test wants
 * done at that moment.
 */
public final class Recorder extends ChannelInboundHandlerAdapter {
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final List<Object> objects = new CopyOnWriteArrayList<>();
  private final Map<String, Consumer<ChannelHandlerContext>> actions = new ConcurrentHashMap<>();

  /** Sets what is done, once, at the first entry of this kind, after it was written down. */
  public Recorder on(String kind, Consumer<ChannelHandlerContext> action) {
    actions.put(kind, action);
    return this;
  }

  /**
   * What came, in order: {@code registered}, {@code address}, {@code active}, {@code read TEXT},
   * {@code complete}, {@code event X}, {@code writability}, {@code exception REASON}, {@code
   * inactive}, {@code unregistered}; without {@code registered}, which is always the first, and
   * {@code unregistered}, the last.
   */
  public List<String> seen() {
    return List.copyOf(seen);
  }

  /** The messages, events and exceptions, in order; buffers are released already. */
  public <T> List<T> all(Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private void add(ChannelHandlerContext ctx, String kind, String entry) {
    seen.add(entry);
    Consumer<ChannelHandlerContext> action = actions.remove(kind);
    if (action != null) {
      action.accept(ctx);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    add(ctx, "active", "active");
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    add(ctx, "inactive", "inactive");
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    objects.add(msg);
    try {
      add(ctx, "read", "read " + text(msg));
    } finally {
      ReferenceCountUtil.release(msg);
    }
  }

  private static Object text(Object msg) {
    return msg instanceof ByteBuf bytes ? bytes.toString(StandardCharsets.ISO_8859_1) : msg;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    add(ctx, "complete", "complete");
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    add(ctx, "writability", "writability");
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object evt) {
    objects.add(evt);
    if (evt instanceof ProxiedAddress) {
      add(ctx, "address", "address");
    } else {
      add(ctx, "event", "event " + (evt instanceof String ? evt : evt.getClass().getSimpleName()));
      ReferenceCountUtil.release(evt);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    objects.add(cause);
    add(
        ctx,
        "exception",
        "exception " + (cause instanceof ProxyHeaderException e ? e.reason() : cause.getMessage()));
  }
}
