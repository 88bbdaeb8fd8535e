/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import java.time.Duration;
import java.util.Objects;

/** Checks the time-outs that applications set. */
final class Timeouts {
  private Timeouts() {}

  /**
   * Returns a time-out in nanoseconds.
   *
   * @throws IllegalArgumentException if it is negative, or longer than 292 years
   */
  static long nanos(String name, Duration timeout) {
    Objects.requireNonNull(timeout, name);
    if (timeout.isNegative()) {
      throw new IllegalArgumentException(name + ": " + timeout + " (expected: >= 0)");
    }
    try {
      return timeout.toNanos();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(name + ": " + timeout + " (expected: < 292 years)", e);
    }
  }
}
