/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import io.github.proxyheader.datagram.FlowTable.Flow;
import java.net.InetSocketAddress;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The flows of senders that ask for themselves: direct clients, and proxies that check the server's
 * health. They only use the room that the flows of proxied clients leave, so that no number of them
 * costs a client its flow. The newest one always has room, so that a health check is answered when
 * there are as many clients as possible.
 */
final class DirectFlows {
  private final FlowTable flows;
  private final FlowTable newest;

  DirectFlows(int maxFlows, long idleNanos, LongSupplier clock) {
    flows = new FlowTable(maxFlows, idleNanos, clock);
    newest = new FlowTable(1, idleNanos, clock);
  }

  /** Returns a flow, which is thereby used, or {@code null} if there is none. */
  @Nullable Flow get(InetSocketAddress sender) {
    Flow flow = flows.get(sender);
    return flow == null ? newest.get(sender) : flow;
  }

  void put(InetSocketAddress sender, Flow flow) {
    flows.put(sender, flow);
    newest.put(sender, flow);
  }

  void remove(InetSocketAddress sender) {
    flows.remove(sender);
    newest.remove(sender);
  }

  /** Forgets the least recently used flow; the newest one can still be found. */
  boolean removeEldest() {
    return flows.removeEldest();
  }

  /** Returns the number of flows without the one that always has room. */
  int size() {
    return flows.size();
  }
}
