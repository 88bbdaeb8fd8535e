/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The flows of a rule. It belongs to the event loop of the rule's socket; {@link #count} and {@link
 * #newest} are for any thread.
 */
final class Flows {
  /** The one that was not used for the longest time first. */
  private final Map<ClientKey, Flow> unconfirmed = new LinkedHashMap<>(16, 0.75f, true);

  private final Map<ClientKey, Flow> confirmed = new LinkedHashMap<>(16, 0.75f, true);

  /** The newest are the last. */
  private final ConcurrentSkipListMap<Long, Flow> byNumber = new ConcurrentSkipListMap<>();

  private volatile int count;

  void add(Flow flow) {
    unconfirmed.put(flow.key(), flow);
    byNumber.put(flow.number(), flow);
    count = unconfirmed.size() + confirmed.size();
  }

  /** Returns a client's flow, which is thereby used, or {@code null} if there is none. */
  @Nullable Flow use(ClientKey client) {
    Flow flow = confirmed.get(client);
    return flow == null ? unconfirmed.get(client) : flow;
  }

  /** The flow's client is confirmed from now on. */
  void confirm(Flow flow) {
    unconfirmed.remove(flow.key());
    confirmed.put(flow.key(), flow);
  }

  /** Returns whether it was there. */
  boolean remove(Flow flow) {
    boolean known = confirmed.remove(flow.key(), flow) || unconfirmed.remove(flow.key(), flow);
    if (known) {
      byNumber.remove(flow.number());
      count = unconfirmed.size() + confirmed.size();
    }
    return known;
  }

  /** Returns the one of unconfirmed clients that was not used for the longest time. */
  @Nullable Flow oldestUnconfirmed() {
    return first(unconfirmed);
  }

  /** Returns the one that was not used for the longest time. */
  @Nullable Flow oldest() {
    Flow one = first(unconfirmed);
    Flow other = first(confirmed);
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.lastActive() - other.lastActive() <= 0 ? one : other;
  }

  private static @Nullable Flow first(Map<ClientKey, Flow> flows) {
    return flows.isEmpty() ? null : flows.values().iterator().next();
  }

  List<Flow> all() {
    return List.copyOf(byNumber.values());
  }

  int count() {
    return count;
  }

  Stream<Flow> newest() {
    return byNumber.descendingMap().values().stream();
  }
}
