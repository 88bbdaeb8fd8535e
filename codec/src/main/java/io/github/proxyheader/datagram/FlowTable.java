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
 * A bounded number of flows by their address, the least recently used first. Every call takes
 * constant time. An idle flow is never returned; its memory is freed when new flows come.
 */
final class FlowTable {
  /** How many idle flows one new flow removes at most: more than one, so that they get fewer. */
  private static final int EVICTED_AT_ONCE = 2;

  /** A client and the proxy through which it is reached. */
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

  /** Adds or replaces a flow. If there are too many, the least recently used one is forgotten. */
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

  /** Returns whether a flow that is not idle would have to make room for a new one. */
  boolean isFull() {
    return flows.size() >= maxFlows && !isIdle(flows.values().iterator().next(), clock.getAsLong());
  }

  /** Forgets the least recently used flow if it is idle. Returns whether it was. */
  boolean removeIdle() {
    Iterator<Flow> eldest = flows.values().iterator();
    return eldest.hasNext() && isIdle(eldest.next(), clock.getAsLong()) && removeEldest();
  }

  /** Forgets the least recently used flow. Returns whether there was one. */
  boolean removeEldest() {
    Iterator<Flow> eldest = flows.values().iterator();
    if (!eldest.hasNext()) {
      return false;
    }
    eldest.next();
    eldest.remove();
    return true;
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
