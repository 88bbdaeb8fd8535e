/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Holds what reaches a decoder while the handlers behind it must not see anything yet. */
final class HeldMessages {
  /** The most events that are held. Handlers in front fire them, so a peer hardly can. */
  private static final int MAX_EVENTS = 16;

  /** An event that keeps its place between messages. */
  private record Event(Object event) {}

  private final Queue<Object> events = new ArrayDeque<>(2);
  private final Deque<Object> messages = new ArrayDeque<>(2);
  private boolean writabilityChanged;

  /** Holds an event that came before the payload, or releases it if there are too many. */
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

  /** Holds a message that came before all others that are held. */
  void addFirstMessage(Object message) {
    messages.addFirst(message);
  }

  /** Holds an event that came behind the payload. */
  void addLateEvent(Object event) {
    messages.add(new Event(event));
  }

  /** Notes that the channel's writability changed, which is passed on once. */
  void writabilityChanged() {
    writabilityChanged = true;
  }

  boolean hasMessages() {
    return !messages.isEmpty();
  }

  /** Takes out the first message; there are no events among messages before the policy is known. */
  @Nullable Object pollMessage() {
    return messages.poll();
  }

  /** Takes out the address that a decoder in front has told, if it is held. */
  @Nullable ProxiedAddress takeAddress() {
    ProxiedAddress address = null;
    for (Iterator<Object> all = events.iterator(); address == null && all.hasNext(); ) {
      if (all.next() instanceof ProxiedAddress found) {
        address = found;
        all.remove();
      }
    }
    return address;
  }

  /** Passes on the events that came before the payload. */
  void fireEvents(ChannelHandlerContext ctx) {
    for (Object event = events.poll(); event != null; event = events.poll()) {
      ctx.fireUserEventTriggered(event);
    }
    if (writabilityChanged) {
      writabilityChanged = false;
      ctx.fireChannelWritabilityChanged();
    }
  }

  /** Passes on all messages and events in the order in which they came. */
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

  /** Releases all messages and events. */
  void release() {
    events.forEach(ReferenceCountUtil::release);
    events.clear();
    messages.forEach(
        held -> ReferenceCountUtil.release(held instanceof Event late ? late.event : held));
    messages.clear();
  }
}
