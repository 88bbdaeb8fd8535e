/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh;

import java.util.Locale;

/** What one operation costs: processor time, and bytes of the heap. */
record Cost(double nanos, double bytes) {
  /** What is on top of another cost. */
  Cost minus(Cost base) {
    return new Cost(nanos - base.nanos, bytes - base.bytes);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, nanos < 100 ? "%.1f / %.0f" : "%.0f / %.0f", nanos, bytes);
  }
}
