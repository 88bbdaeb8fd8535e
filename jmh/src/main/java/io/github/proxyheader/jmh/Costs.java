/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** All that was measured, by benchmark and header; a figure is a median over the forks. */
final class Costs {
  private static final String BYTES = "gc.alloc.rate.norm";

  private final Map<String, List<Cost>> forks = new TreeMap<>();

  void add(Collection<RunResult> results) {
    for (RunResult run : results) {
      String method = run.getParams().getBenchmark();
      String name = method.substring(method.lastIndexOf('.', method.lastIndexOf('.') - 1) + 1);
      String header = run.getParams().getParam("header");
      for (BenchmarkResult fork : run.getBenchmarkResults()) {
        forks
            .computeIfAbsent(key(name, header), k -> new ArrayList<>())
            .add(new Cost(median(fork, CpuTimeProfiler.LABEL), median(fork, BYTES)));
      }
    }
  }

  boolean has(String benchmark, String header) {
    return forks.containsKey(key(benchmark, header));
  }

  Cost get(String benchmark, String header) {
    List<Cost> all = forks.get(key(benchmark, header));
    return new Cost(
        median(all.stream().map(Cost::nanos).toList()),
        median(all.stream().map(Cost::bytes).toList()));
  }

  private static String key(String benchmark, String header) {
    return benchmark + ' ' + (header == null ? "" : header);
  }

  private static double median(BenchmarkResult fork, String label) {
    List<Double> values = new ArrayList<>();
    for (IterationResult iteration : fork.getIterationResults()) {
      Result<?> result = iteration.getSecondaryResults().get(label);
      if (result != null) {
        values.add(result.getScore());
      }
    }
    return median(values);
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }
}
