/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/** What reached a decoder while the handlers behind it must see nothing. */
final class HeldMessages {
  /** Events come from the handlers in front, not from the peer; more than these are not kept. */
  private static final int MAX_EVENTS = 16;

  private final Queue<Object> messages = new ArrayDeque<>(2);
  private final Queue<Object> events = new ArrayDeque<>(2);
  private boolean writabilityChanged;

  void add(Object message) {
    messages.add(message);
  }

  void addEvent(Object event) {
    if (events.size() < MAX_EVENTS) {
      events.add(event);
    } else {
      ReferenceCountUtil.release(event);
    }
  }

  void writabilityChanged() {
    writabilityChanged = true;
  }

  boolean hasMessages() {
    return !messages.isEmpty();
  }

  void fireEvents(ChannelHandlerContext ctx) {
    for (Object event = events.poll(); event != null; event = events.poll()) {
      ctx.fireUserEventTriggered(event);
    }
    if (writabilityChanged) {
      writabilityChanged = false;
      ctx.fireChannelWritabilityChanged();
    }
  }

  /** Returns whether there was any. */
  boolean fireMessages(ChannelHandlerContext ctx) {
    boolean any = hasMessages();
    for (Object message = messages.poll(); message != null; message = messages.poll()) {
      ctx.fireChannelRead(message);
    }
    return any;
  }

  void release() {
    messages.forEach(ReferenceCountUtil::release);
    messages.clear();
    events.forEach(ReferenceCountUtil::release);
    events.clear();
  }
}
