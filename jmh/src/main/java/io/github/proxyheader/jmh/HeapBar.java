/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One line of the report's second table: bytes of the heap for an operation, and how many they may
 * be.
 *
 * @param what the subject
 * @param header which header, empty if the subject has none
 * @param benchmark what was measured
 * @param base a benchmark whose bytes are taken off, or empty
 * @param bar the most bytes
 */
record HeapBar(String what, String header, String benchmark, String base, int bar) {
  private static final int NONE = -1;

  /** All of them. */
  static List<HeapBar> all() {
    List<HeapBar> all = new ArrayList<>();
    each(all, "parse", "ParseBenchmark.ours", "", 56, 80, 56, 80, 144, 184);
    each(
        all,
        "source() on top of parse",
        "ParseBenchmark.oursWithSource",
        "ParseBenchmark.ours",
        96,
        192,
        96,
        192,
        96,
        96);
    each(all, "write from addresses", "WriteBenchmark.ours", "", 0, 64, 0, 64);
    String skip = "PipelineBenchmark.skip";
    each(all, "whole life on top of skip", "PipelineBenchmark.ours", skip, 200, NONE, 200);
    String untimed = "PipelineBenchmark.oursWithoutTimeout";
    each(all, "the same without a time-out", untimed, skip, 200, NONE, 200);
    all.add(
        new HeapBar(
            "refusal of other bytes", "", "RejectBenchmark.ours", "RejectBenchmark.channel", 300));
    return all;
  }

  boolean isMeasured(Costs costs) {
    return costs.has(benchmark, header);
  }

  String toMarkdown(Costs costs) {
    double bytes = costs.get(benchmark, header).bytes();
    if (!base.isEmpty()) {
      bytes -= costs.get(base, header).bytes();
    }
    return String.format(
        Locale.ROOT,
        "| %s | %s | %.0f | ≤ %d | %s |",
        what,
        header,
        bytes,
        bar,
        bytes < bar + 0.5 ? "yes" : "**no**");
  }

  private static void each(
      List<HeapBar> all, String what, String benchmark, String base, int... bars) {
    for (int i = 0; i < bars.length; i++) {
      if (bars[i] != NONE) {
        all.add(new HeapBar(what, Comparison.HEADERS.get(i), benchmark, base, bars[i]));
      }
    }
  }
}
