/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import io.github.proxyheader.examples.probe.Ask;
import io.github.proxyheader.examples.probe.ProbeResult;
import io.github.proxyheader.examples.probe.ProbeResult.Outcome;
import io.github.proxyheader.examples.probe.ProbeResult.Verdict;
import io.github.proxyheader.examples.probe.Prober;
import io.github.proxyheader.examples.probe.Selection;
import io.github.proxyheader.handler.ReceiverOptions;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes docs/CONFORMANCE.md from the results of probing receivers. */
public final class ConformancePage {
  private static final Pattern RULE = Pattern.compile("(?m)^\\| (R\\d+) \\| ([^|]+?) \\|");
  private static final Pattern RULE_NUMBER = Pattern.compile("\\d+");

  private ConformancePage() {}

  /**
   * A receiver that was probed.
   *
   * @param version what it says of itself
   */
  public record Row(String title, String version, List<ProbeResult> results) {
    long count(Verdict verdict) {
      return results.stream().filter(result -> result.verdict() == verdict).count();
    }

    /** Returns the ids of the cases that differ, by rule in the rules' order. */
    Map<Integer, List<String>> differences() {
      return results.stream()
          .filter(result -> result.verdict() == Verdict.DIFFERS)
          .collect(
              Collectors.groupingBy(
                  result -> number(result.probe().rule()),
                  TreeMap::new,
                  Collectors.mapping(
                      result -> "`" + result.probe().id() + "` " + word(result.outcome()),
                      Collectors.toList())));
    }
  }

  /** Probes a server with this library's decoder, which requires a header from every client. */
  public static Row ours() throws Exception {
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    Prober.Limits limits = new Prober.Limits(Duration.ofSeconds(30), 64, 500);
    InetSocketAddress any = new InetSocketAddress(Loopback.V4, 0);
    try (WhoAmIServer server = WhoAmIServer.start(group, any, ReceiverOptions.builder().build());
        Prober prober = new Prober(server.address(), Ask.of(Ask.Kind.HTTP), limits, null)) {
      List<ProbeResult> results = prober.run(Selection.of(List.of()), done -> {});
      return new Row("netty-proxyheader", "0.1.0-SNAPSHOT", results);
    } finally {
      group.shutdownGracefully().awaitUninterruptibly();
    }
  }

  private static int number(String rule) {
    Matcher digits = RULE_NUMBER.matcher(rule);
    return digits.find() ? Integer.parseInt(digits.group()) : 0;
  }

  private static String word(Outcome outcome) {
    return switch (outcome) {
      case TAKEN -> "taken";
      case LOCAL -> "served as the proxy";
      case SERVED -> "served";
      case REFUSED -> "refused";
      case SILENT -> "not answered";
      case OPEN -> "kept open";
      case FAILED -> "no connection";
    };
  }

  private static String letter(ProbeResult result) {
    String letter =
        switch (result.outcome()) {
          case TAKEN -> "A";
          case LOCAL -> "L";
          case SERVED -> "s";
          case REFUSED -> "x";
          case SILENT, OPEN -> "w";
          case FAILED -> "?";
        };
    return result.verdict() == Verdict.DIFFERS ? "**" + letter + "**" : letter;
  }

  /** Returns the page. */
  public static String of(List<Row> rows, LocalDate date) throws IOException {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # What receivers make of headers

        This page is written by a run of [`probe`](probe.md) against this library and against real programs, on %s. Each receiver got %d connections: one without a header, one with each kind of valid header, and one with each of the [conformance vectors](conformance/README.md). To write it again, with the receivers that are installed:

        ```sh
        mvn -Dfast -pl examples -am -Pconformance test -Dsurefire.failIfNoSpecifiedTests=false
        ```

        ## Kinds of headers

        `A`: the client is served, and the address of the header is believed. `L`: served, with the address of the connection. `s`: served; what the receiver believes does not show. `x`: refused. `w`: no answer within 4 seconds. In **bold**: the protocol's text wants something else, see [the differences](#differences). The last columns count all cases: those that agree with the text, those that the text permits, and those that differ.

        Some programs know one version only (R1): H2O, gunicorn, uWSGI and Puma version 1, and dnsdist, PowerDNS, Knot Resolver, Unbound and InspIRCd version 2. Limits on the size of a header are R62 here, as the text sets none below 65,551 bytes. MariaDB is left out: it greets its client before it reads the header, so that an answer tells nothing.

        """
            .formatted(date, rows.get(0).results().size()));
    List<String> kinds = new ArrayList<>();
    for (ProbeResult result : rows.get(0).results()) {
      if (!result.probe().group().equals("vector")) {
        kinds.add(result.probe().id());
      }
    }
    page.append("| receiver | version | ").append(String.join(" | ", kinds));
    page.append(" | agree | permitted | differ |\n");
    page.append("| --- | --- |").append(" --- |".repeat(kinds.size())).append(" ---: |".repeat(3));
    page.append('\n');
    for (Row row : rows) {
      page.append("| ").append(row.title()).append(" | ").append(row.version()).append(" |");
      row.results().stream()
          .filter(result -> !result.probe().group().equals("vector"))
          .forEach(result -> page.append(' ').append(letter(result)).append(" |"));
      page.append(' ').append(row.count(Verdict.AGREES)).append(" | ");
      page.append(row.count(Verdict.PERMITTED)).append(" | ");
      page.append(row.count(Verdict.DIFFERS)).append(" |\n");
    }
    differences(page, rows);
    return page.toString();
  }

  private static void differences(StringBuilder page, List<Row> rows) throws IOException {
    Map<Integer, String> rules = rules();
    page.append("\n## Differences\n\n");
    page.append("Each difference from the protocol's text, by the rule that explains it. ");
    page.append("The rules are those of [RULES.md](RULES.md).\n");
    for (Row row : rows) {
      page.append("\n### ").append(row.title()).append("\n\n");
      Map<Integer, List<String>> differences = row.differences();
      if (differences.isEmpty()) {
        page.append("None.\n");
        continue;
      }
      page.append("| rule | in short | cases |\n| --- | --- | --- |\n");
      differences.forEach(
          (rule, cases) -> {
            Set<String> once = new LinkedHashSet<>(cases);
            page.append("| R").append(rule).append(" | ");
            page.append(rules.getOrDefault(rule, "")).append(" | ");
            page.append(String.join(", ", once)).append(" |\n");
          });
    }
  }

  /** Returns what docs/RULES.md says of each rule, in short. */
  private static Map<Integer, String> rules() throws IOException {
    Map<Integer, String> rules = new TreeMap<>();
    Matcher lines = RULE.matcher(Files.readString(Path.of("..", "docs", "RULES.md")));
    while (lines.find()) {
      String sentence = lines.group(2).replaceAll("\\[([^]]+)]\\([^)]*\\)", "$1");
      rules.putIfAbsent(number(lines.group(1)), sentence);
    }
    return rules;
  }
}
