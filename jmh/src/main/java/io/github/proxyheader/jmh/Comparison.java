/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One line of the report: a benchmark of ours beside another, and the bar that it must reach.
 *
 * @param what the subject
 * @param header which header, empty if the subject has none
 * @param ours the benchmark of the library
 * @param other the benchmark that it is compared with
 * @param base a benchmark whose cost is taken off both, or empty
 * @param kind how they are compared
 * @param bar the bar for the ratio, 0 for none
 */
record Comparison(
    String what, String header, String ours, String other, String base, Kind kind, double bar) {
  /** What the ratio tells. */
  enum Kind {
    /** How many times faster than the other; at least the bar. */
    FASTER,
    /** How many times the cost of the other; at most the bar. */
    OVERHEAD
  }

  static final List<String> HEADERS =
      List.of("V1_TCP4", "V1_TCP6", "V2_TCP4", "V2_TCP6", "V2_NLB", "V2_SSL");

  /** All of them; without {@code Unsafe} Netty's buffers are slower, and the bars lower. */
  static List<Comparison> all(boolean unsafe) {
    Lines lines = new Lines();
    double[] parse =
        unsafe ? new double[] {3, 1.8, 8, 10, 6, 10} : new double[] {3, 1.8, 6, 9, 5, 9};
    lines.each("parse", "ParseBenchmark.ours", "ParseBenchmark.netty", Kind.FASTER, parse);
    lines.add(
        "parse, checksum not verified",
        "V2_NLB",
        "ParseBenchmark.oursUnverified",
        "ParseBenchmark.netty",
        Kind.FASTER,
        parse[4]);
    lines.each(
        "parse + source()",
        "ParseBenchmark.oursWithSource",
        "ParseBenchmark.nettyWithSource",
        Kind.FASTER,
        3,
        2.5,
        5,
        7,
        4,
        7);
    lines.each(
        "write from addresses",
        "WriteBenchmark.ours",
        "WriteBenchmark.netty",
        Kind.FASTER,
        2.5,
        2.5,
        15,
        8);
    lines.each(
        "write a ready header",
        "WriteBenchmark.oursReady",
        "WriteBenchmark.nettyReady",
        Kind.FASTER,
        0,
        0,
        6,
        4);
    double[] life = {1.6, 1.6, 1.6, 2.3, 1.9, 2.6};
    lines.each(
        "whole life, both with a time-out",
        "PipelineBenchmark.ours",
        "PipelineBenchmark.nettyWithTimeout",
        Kind.FASTER,
        life);
    lines.each(
        "whole life, neither with a time-out",
        "PipelineBenchmark.oursWithoutTimeout",
        "PipelineBenchmark.netty",
        Kind.FASTER,
        life);
    double[] skip = {1.75, 2.15, 1.5, 1.5, 1.5, 1.5};
    lines.each(
        "whole life against a handler that only leaves",
        "PipelineBenchmark.ours",
        "PipelineBenchmark.skip",
        Kind.OVERHEAD,
        skip);
    lines.each(
        "the same without a time-out",
        "PipelineBenchmark.oursWithoutTimeout",
        "PipelineBenchmark.skip",
        Kind.OVERHEAD,
        skip);
    lines.reject("RejectBenchmark.netty", "refusal of other bytes", 8);
    lines.reject("RejectBenchmark.nettyWithTimeout", "the same, both with a time-out", 8);
    return lines.all;
  }

  boolean isMeasured(Costs costs) {
    return costs.has(ours, header) && costs.has(other, header);
  }

  String toMarkdown(Costs costs) {
    Cost mine = costs.get(ours, header);
    Cost theirs = costs.get(other, header);
    if (!base.isEmpty()) {
      Cost common = costs.get(base, header);
      mine = mine.minus(common);
      theirs = theirs.minus(common);
    }
    double ratio =
        kind == Kind.FASTER ? theirs.nanos() / mine.nanos() : mine.nanos() / theirs.nanos();
    boolean reached = kind == Kind.FASTER ? ratio >= bar : ratio <= bar;
    String limit = (kind == Kind.FASTER ? "≥ " : "≤ ") + bar;
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s | %.2f | %s | %s |",
        what,
        header,
        mine,
        theirs,
        ratio,
        bar == 0 ? "" : limit,
        bar == 0 ? "" : reached ? "yes" : "**no**");
  }

  private static final class Lines {
    final List<Comparison> all = new ArrayList<>();

    void each(String what, String ours, String other, Kind kind, double... bars) {
      for (int i = 0; i < bars.length; i++) {
        add(what, HEADERS.get(i), ours, other, kind, bars[i]);
      }
    }

    void add(String what, String header, String ours, String other, Kind kind, double bar) {
      all.add(new Comparison(what, header, ours, other, "", kind, bar));
    }

    void reject(String other, String what, double bar) {
      all.add(
          new Comparison(
              what,
              "",
              "RejectBenchmark.ours",
              other,
              "RejectBenchmark.channel",
              Kind.FASTER,
              bar));
    }
  }
}
