/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What reached a decoder while the handlers behind it must see nothing. */
final class HeldMessages {
  /** Events come from the handlers in front, not from the peer; more than these are not kept. */
  private static final int MAX_EVENTS = 16;

  /** An event in its place between messages. */
  private record Event(Object event) {}

  private final Queue<Object> events = new ArrayDeque<>(2);
  private final Queue<Object> messages = new ArrayDeque<>(2);
  private boolean writabilityChanged;

  /** Holds an event that came before the payload. */
  void addEvent(Object event) {
    if (events.size() < MAX_EVENTS) {
      events.add(event);
    } else {
      ReferenceCountUtil.release(event);
    }
  }

  /** Holds a message that came behind the payload. */
  void addMessage(Object message) {
    messages.add(message);
  }

  /** Holds an event that came behind the payload. */
  void addLateEvent(Object event) {
    messages.add(new Event(event));
  }

  void writabilityChanged() {
    writabilityChanged = true;
  }

  boolean hasMessages() {
    return !messages.isEmpty();
  }

  @Nullable Object pollMessage() {
    return messages.poll();
  }

  /** Passes on what came before the payload. */
  void fireEvents(ChannelHandlerContext ctx) {
    for (Object event = events.poll(); event != null; event = events.poll()) {
      ctx.fireUserEventTriggered(event);
    }
    if (writabilityChanged) {
      writabilityChanged = false;
      ctx.fireChannelWritabilityChanged();
    }
  }

  /** Passes on the rest. */
  void fireAll(ChannelHandlerContext ctx) {
    for (Object held = messages.poll(); held != null; held = messages.poll()) {
      if (held instanceof Event late) {
        ctx.fireUserEventTriggered(late.event);
      } else {
        ctx.fireChannelRead(held);
      }
    }
    fireEvents(ctx);
  }

  void release() {
    events.forEach(ReferenceCountUtil::release);
    events.clear();
    messages.forEach(
        held -> ReferenceCountUtil.release(held instanceof Event late ? late.event : held));
    messages.clear();
  }
}
