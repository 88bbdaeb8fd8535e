/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import java.util.concurrent.atomic.AtomicLong;

/** How many bytes a rule's connection has passed on. One thread counts, any thread reads. */
final class Traffic {
  private final String rule;
  private final ConnectionListener listener;
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();
  private long receivedTold;
  private long sentTold;

  Traffic(String rule, ConnectionListener listener) {
    this.rule = rule;
    this.listener = listener;
  }

  /** The client's bytes were passed on to the target. */
  void addReceived(int bytes) {
    add(received, bytes);
  }

  /** The target's bytes were passed on to the client. */
  void addSent(int bytes) {
    add(sent, bytes);
  }

  private static void add(AtomicLong count, int bytes) {
    count.lazySet(count.getPlain() + bytes);
  }

  String rule() {
    return rule;
  }

  long received() {
    return received.get();
  }

  long sent() {
    return sent.get();
  }

  /** Tells the listener what it was not told yet; for any thread. */
  synchronized void tell() {
    long receivedNow = received();
    long sentNow = sent();
    if (receivedNow != receivedTold || sentNow != sentTold) {
      listener.passed(rule, receivedNow - receivedTold, sentNow - sentTold);
      receivedTold = receivedNow;
      sentTold = sentNow;
    }
  }
}
