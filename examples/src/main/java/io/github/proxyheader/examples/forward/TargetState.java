/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether a target can be connected to, from what connections and checks have shown. Safe for use
 * by several threads.
 *
 * <p>After {@value #PATIENCE} failures in a row the target rests, first for about a second, then
 * twice as long each time, up to 30 seconds; after each rest one connection tries it. Beside that,
 * active checks take it down and up.
 */
final class TargetState {
  static final int PATIENCE = 3;

  private static final long FIRST_REST_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_REST_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();

  /** When the rest ends, on the clock of {@link System#nanoTime}; 0: there is none. */
  private final AtomicLong restUntil = new AtomicLong();

  /** Good checks in a row, or bad ones if negative; only the checks write it. */
  private volatile int checks;

  private volatile boolean healthy = true;

  int connections() {
    return connections.get();
  }

  /** How many failures in a row, of connections or of checks. */
  int failures() {
    return Math.max(failures.get(), -checks);
  }

  /** A connection is to be made, or begins. */
  void opened() {
    connections.incrementAndGet();
  }

  /** Such a connection has ended, or was not made. */
  void closed() {
    connections.decrementAndGet();
  }

  /** Whether connections are sent to it. */
  boolean isUp() {
    return healthy && restUntil.get() == 0;
  }

  /** Whether it is up, or its rest is over. */
  boolean isUsable(long now) {
    long until = restUntil.get();
    return healthy && (until == 0 || until - now <= 0);
  }

  /** Takes the right to try it: when it is up, or for one connection when its rest is over. */
  boolean tryUse(long now) {
    long until = restUntil.get();
    return isUsable(now)
        && (until == 0 || restUntil.compareAndSet(until, end(now, failures.get())));
  }

  void connected() {
    if (failures.get() != 0) {
      failures.set(0);
      restUntil.set(0);
    }
  }

  void failed(long now) {
    int inRow = failures.incrementAndGet();
    if (inRow >= PATIENCE) {
      restUntil.set(end(now, inRow));
    }
  }

  void checked(boolean good, int rise, int fall) {
    int inRow = good ? Math.max(checks, 0) + 1 : Math.min(checks, 0) - 1;
    checks = inRow;
    if (inRow >= rise) {
      healthy = true;
      connected();
    } else if (-inRow >= fall) {
      healthy = false;
    }
  }

  /** Forgets what checks have shown: there are none any more. */
  void unchecked() {
    checks = 0;
    healthy = true;
  }

  /** With jitter, so that several processes do not try at the same moment. */
  private static long end(long now, int failures) {
    int doublings = Math.min(Math.max(failures - PATIENCE, 0), 5);
    long longest = Math.min(FIRST_REST_NANOS << doublings, LONGEST_REST_NANOS);
    long end = now + longest - ThreadLocalRandom.current().nextLong(longest / 4);
    return end == 0 ? 1 : end;
  }
}
