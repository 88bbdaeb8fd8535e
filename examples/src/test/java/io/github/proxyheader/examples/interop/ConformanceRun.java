/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import io.github.proxyheader.examples.ConformancePage;
import io.github.proxyheader.examples.ConformancePage.Row;
import io.github.proxyheader.examples.Loopback;
import io.github.proxyheader.examples.probe.Ask;
import io.github.proxyheader.examples.probe.ProbeResult;
import io.github.proxyheader.examples.probe.Prober;
import io.github.proxyheader.examples.probe.Selection;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Probes this library's server and every receiver of the matrix that is installed, and writes
 * docs/CONFORMANCE.md. A receiver that is missing is named on standard error.
 */
public final class ConformanceRun {
  private static final Prober.Limits LIMITS = new Prober.Limits(Duration.ofSeconds(4), 16, 500);
  private static final Prober.Limits ONE_AT_A_TIME =
      new Prober.Limits(Duration.ofSeconds(4), 1, 500);

  private ConformanceRun() {}

  /** Runs everything; the argument is the page that is written. */
  public static void main(String[] args) throws Exception {
    List<Row> rows = new ArrayList<>();
    rows.add(ConformancePage.ours());
    for (Receiver receiver : Receivers.all()) {
      String title = receiver.program().title();
      if (receiver.program().missing().isPresent()) {
        System.err.println("skipped: " + receiver.program().missing().get());
        continue;
      }
      try {
        List<ProbeResult> results = probe(receiver);
        rows.add(new Row(title, receiver.program().installedVersion(), results));
        System.err.println(title);
      } catch (Exception e) {
        System.err.println("failed: " + title + ": " + e);
      }
    }
    String page = ConformancePage.of(rows, LocalDate.now(ZoneOffset.UTC));
    Files.writeString(Path.of(args[0]), page);
    System.exit(0);
  }

  static List<ProbeResult> probe(Receiver receiver) throws Exception {
    try (RunningProgram running = RunningProgram.start(receiver.program(), Map.of())) {
      InetSocketAddress target =
          new InetSocketAddress(Loopback.V4, receiver.address(running).getPort());
      String name = receiver.logFile();
      @Nullable Path log = name == null ? null : running.directory().resolve(name);
      Prober.Limits limits = needsPause(receiver) ? ONE_AT_A_TIME : LIMITS;
      try (Prober prober = new Prober(target, ask(receiver), limits, log)) {
        return prober.run(Selection.of(List.of()), done -> {});
      }
    }
  }

  /** Mail servers count the connections of one client at a time. */
  private static boolean needsPause(Receiver receiver) {
    return switch (receiver.dialog()) {
      case SMTP, GREETING, IMAP -> true;
      default -> false;
    };
  }

  private static Ask ask(Receiver receiver) {
    return switch (receiver.dialog()) {
      case HTTP -> Ask.http(receiver.dialog().opening());
      case SMTP -> Ask.of(Ask.Kind.SMTP);
      case GREETING, IMAP, MYSQL -> Ask.of(Ask.Kind.GREETING);
      default -> Ask.send(receiver.dialog().opening()).refusedBy("error=");
    };
  }
}
