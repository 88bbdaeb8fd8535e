/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import io.github.proxyheader.handler.ProxiedAddress;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Flows by an address, least recently used first; a bounded number of them. Every call takes
 * constant time. An idle flow is never given out; its memory is freed as new flows come.
 */
final class FlowTable {
  /** Two for each one that comes: so the idle ones get fewer. */
  private static final int EVICTED_AT_ONCE = 2;

  /** Who a client is, and the proxy that brought it. */
  static final class Flow {
    final InetSocketAddress proxy;
    final ProxiedAddress client;
    private long lastUsed;

    Flow(InetSocketAddress proxy, ProxiedAddress client) {
      this.proxy = proxy;
      this.client = client;
    }
  }

  private final Map<Endpoint, Flow> flows = new LinkedHashMap<>(16, 0.75f, true);
  private final int maxFlows;
  private final long idleNanos;
  private final LongSupplier clock;

  FlowTable(int maxFlows, long idleNanos, LongSupplier clock) {
    this.maxFlows = maxFlows;
    this.idleNanos = idleNanos;
    this.clock = clock;
  }

  /** Returns a flow, which is thereby used, or {@code null} if there is none. */
  @Nullable Flow get(InetSocketAddress address) {
    Endpoint key = Endpoint.of(address);
    Flow flow = key == null ? null : flows.get(key);
    if (flow == null) {
      return null;
    }
    long now = clock.getAsLong();
    if (isIdle(flow, now)) {
      flows.remove(key);
      return null;
    }
    flow.lastUsed = now;
    return flow;
  }

  /** Adds a flow, or puts it in another's place; if there are too many, the oldest has to go. */
  void put(InetSocketAddress address, Flow flow) {
    Endpoint key = Endpoint.of(address);
    if (key == null) {
      return;
    }
    flow.lastUsed = clock.getAsLong();
    if (flows.put(key, flow) == null) {
      evict(flow.lastUsed);
    }
  }

  void remove(InetSocketAddress address) {
    Endpoint key = Endpoint.of(address);
    if (key != null) {
      flows.remove(key);
    }
  }

  /** Returns whether a new flow would cost one that is not idle its place. */
  boolean isFull() {
    return flows.size() >= maxFlows && !isIdle(flows.values().iterator().next(), clock.getAsLong());
  }

  int size() {
    return flows.size();
  }

  private void evict(long now) {
    Iterator<Flow> oldest = flows.values().iterator();
    for (int i = 0; i < EVICTED_AT_ONCE && oldest.hasNext(); i++) {
      Flow flow = oldest.next();
      if (flows.size() <= maxFlows && !isIdle(flow, now)) {
        return;
      }
      oldest.remove();
    }
  }

  private boolean isIdle(Flow flow, long now) {
    return now - flow.lastUsed >= idleNanos;
  }
}
