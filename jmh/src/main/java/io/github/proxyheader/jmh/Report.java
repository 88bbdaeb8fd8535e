/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh;

import io.netty.util.Version;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the benchmarks in rounds, contestants next to each other, and prints what they cost as
 * tables in Markdown.
 *
 * <p>Arguments: {@code --quick} for one short round instead of three, {@code --only <regex>} for
 * some of the benchmark classes, {@code --warmup <factor>} for a longer warm-up on a busy machine.
 */
public final class Report {
  /** How many milliseconds a class runs before it is measured, in a quick run and else. */
  private record Subject(String benchmarks, List<String> headers, int quickWarmup, int warmup) {}

  private static final List<String> PLAIN = List.of("V1_TCP4", "V1_TCP6", "V2_TCP4", "V2_TCP6");
  private static final List<String> NONE = List.of("");

  private static final List<Subject> SUBJECTS =
      List.of(
          new Subject("ParseBenchmark", all(), 600, 1_200),
          new Subject("WriteBenchmark", PLAIN, 600, 1_200),
          new Subject("PipelineBenchmark", all(), 1_500, 2_000),
          new Subject("RejectBenchmark", NONE, 2_500, 4_000),
          new Subject("TimeoutBenchmark", NONE, 600, 1_200));

  private static final int WARMUPS = 4;

  private static final List<String> QUICK_LIVES = List.of("V1_TCP4", "V2_TCP4", "V2_NLB");

  private final boolean quick;
  private final String only;
  private final int warmupFactor;
  private final Costs costs = new Costs();

  private Report(List<String> arguments) {
    quick = arguments.contains("--quick");
    only = argument(arguments, "--only", ".*");
    warmupFactor = Integer.parseInt(argument(arguments, "--warmup", "1"));
  }

  /** Runs and prints. */
  public static void main(String[] args) throws RunnerException {
    Report report = new Report(List.of(args));
    PrintStream out = System.out;
    System.setOut(System.err); // where JMH passes on what the forks say
    report.run();
    report.print(out);
  }

  private static String argument(List<String> arguments, String name, String otherwise) {
    int at = arguments.indexOf(name);
    return at < 0 ? otherwise : arguments.get(at + 1);
  }

  private void run() throws RunnerException {
    int rounds = quick ? 1 : 3;
    for (int round = 1; round <= rounds; round++) {
      for (Subject subject : SUBJECTS) {
        if (subject.benchmarks.matches(only)) {
          boolean fewer = quick && subject.benchmarks.equals("PipelineBenchmark");
          for (String header : fewer ? QUICK_LIVES : subject.headers) {
            System.err.printf("round %d of %d: %s %s%n", round, rounds, subject.benchmarks, header);
            costs.add(new Runner(options(subject, header)).run());
          }
        }
      }
    }
  }

  private Options options(Subject subject, String header) {
    long warmup = quick ? subject.quickWarmup : subject.warmup;
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("\\." + subject.benchmarks + "\\.")
            .forks(1)
            .warmupIterations(WARMUPS)
            .warmupTime(new TimeValue(warmup * warmupFactor / WARMUPS, TimeUnit.MILLISECONDS))
            .measurementIterations(quick ? 4 : 8)
            .measurementTime(new TimeValue(60, TimeUnit.MILLISECONDS))
            .addProfiler(GCProfiler.class)
            .addProfiler(CpuTimeProfiler.class)
            .verbosity(VerboseMode.SILENT);
    if (!header.isEmpty()) {
      options.param("header", header);
    }
    if (!header.equals("V2_TCP4")) {
      options.exclude("\\.nothing$"); // once is enough
    }
    return options.build();
  }

  private void print(PrintStream out) {
    boolean unsafe = Runtime.version().feature() < 25; // Netty 4.2 does without from 25 on
    out.printf(
        "JDK %s, Netty %s%n%n",
        Runtime.version(), Version.identify().get("netty-common").artifactVersion());
    List<String> lines = new ArrayList<>();
    lines.add("| what | header | ours, ns / B | other, ns / B | ratio | bar | reached |");
    lines.add("| --- | --- | ---: | ---: | ---: | --- | --- |");
    Comparison.all(unsafe).stream()
        .filter(comparison -> comparison.isMeasured(costs))
        .forEach(comparison -> lines.add(comparison.toMarkdown(costs)));
    lines.add("");
    lines.add("| heap | header | B | bar | reached |");
    lines.add("| --- | --- | ---: | --- | --- |");
    HeapBar.all().stream()
        .filter(bar -> bar.isMeasured(costs))
        .forEach(bar -> lines.add(bar.toMarkdown(costs)));
    lines.add("");
    lines.forEach(out::println);
    alone(out, "no handler at all", "PipelineBenchmark.nothing", "V2_TCP4");
    alone(out, "a time-out, scheduled and cancelled", "TimeoutBenchmark.scheduleAndCancel", "");
    alone(out, "a channel that is closed at its first bytes", "RejectBenchmark.channel", "");
  }

  private void alone(PrintStream out, String what, String benchmark, String header) {
    if (costs.has(benchmark, header)) {
      out.printf("- %s: %s ns / B%n", what, costs.get(benchmark, header));
    }
  }

  private static List<String> all() {
    List<String> names = new ArrayList<>();
    for (SampleHeader header : SampleHeader.values()) {
      names.add(header.name());
    }
    return names;
  }
}
