/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.proxyheader.examples.probe.Ask;
import io.github.proxyheader.examples.probe.ProbeCase;
import io.github.proxyheader.examples.probe.ProbeException;
import io.github.proxyheader.examples.probe.ProbeReport;
import io.github.proxyheader.examples.probe.ProbeResult;
import io.github.proxyheader.examples.probe.ProbeResult.Outcome;
import io.github.proxyheader.examples.probe.ProbeResult.Verdict;
import io.github.proxyheader.examples.probe.Prober;
import io.github.proxyheader.examples.probe.Selection;
import io.github.proxyheader.examples.probe.Target;
import io.netty.util.NetUtil;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends headers to a server, and tells what the server makes of them. */
@Command(
    name = "probe",
    description =
        "Sends valid headers of every kind and the conformance vectors to a server, and tells which"
            + " it takes, refuses or ignores.",
    footer = {
      "",
      "Exit status: 0 the server differs from the protocol's text nowhere, 1 it does, 2 a wrong"
          + " call, or a server that must not or cannot be reached."
    },
    versionProvider = Main.Version.class,
    mixinStandardHelpOptions = true)
final class ProbeCommand implements Callable<Integer> {
  private static final int BAR = 30;

  private final PrintStream out;
  private final PrintStream err;

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  @Parameters(paramLabel = "HOST:PORT", description = "The server; an IPv6 address in brackets.")
  private String server;

  @Option(
      names = "--ask",
      paramLabel = "HOW",
      description = "How the server is made to answer: http (default), smtp, greeting or none.")
  private Ask.@Nullable Kind kind;

  @Option(
      names = "--send",
      paramLabel = "TEXT",
      description = "Send this behind each header, instead; \\r and \\n are control characters.")
  private @Nullable String text;

  @Option(names = "--send-hex", paramLabel = "HEX", description = "Send these bytes, instead.")
  private @Nullable String hex;

  @Option(
      names = "--refused",
      paramLabel = "TEXT",
      description = "An answer that starts with this text is a refusal.")
  private String refused = "";

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description = "The server's log, if not its answer tells who the client is.")
  private @Nullable Path log;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PATTERN",
      description = "Only cases whose id, group (valid, vector) or rule matches; * is any text.")
  private List<String> only = List.of();

  @Option(names = "--timeout", paramLabel = "MS", description = "Per connection (default: 3000).")
  private int timeout = 3_000;

  @Option(names = "--rate", paramLabel = "N", description = "Connections a second (default: 50).")
  private int rate = 50;

  @Option(names = "--concurrency", paramLabel = "N", description = "At a time (default: 4).")
  private int concurrency = 4;

  @Option(names = "--yes", description = "Allow addresses that are neither loopback nor private.")
  private boolean yes;

  @Option(names = "--json", description = "Write JSON, for machines.")
  private boolean json;

  ProbeCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() throws InterruptedException {
    Ask ask = ask().refusedBy(refused);
    require("--timeout", timeout, 60_000);
    require("--rate", rate, 1_000);
    require("--concurrency", concurrency, 64);
    try {
      return probe(ask);
    } catch (ProbeException e) {
      err.println("probe: " + e.getMessage());
      return ExitCode.USAGE;
    }
  }

  private void require(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new ParameterException(spec.commandLine(), option + ": 1 to " + most);
    }
  }

  private Ask ask() {
    if ((kind == null ? 0 : 1) + (text == null ? 0 : 1) + (hex == null ? 0 : 1) > 1) {
      throw new ParameterException(
          spec.commandLine(), "Only one of --ask, --send and --send-hex can be given");
    }
    if (kind == Ask.Kind.SEND) {
      throw new ParameterException(spec.commandLine(), "--ask: what is sent is given by --send");
    }
    if (text != null) {
      String request = text.replace("\\r", "\r").replace("\\n", "\n");
      return Ask.send(request.getBytes(UTF_8));
    }
    if (hex != null) {
      try {
        return Ask.send(HexFormat.of().parseHex(hex));
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), "--send-hex: not hexadecimal", e);
      }
    }
    return Ask.of(kind == null ? Ask.Kind.HTTP : kind);
  }

  private int probe(Ask ask) throws ProbeException, InterruptedException {
    if (log != null && !(Files.isRegularFile(log) && Files.isReadable(log))) {
      throw new ProbeException("--log: this is no file that can be read");
    }
    List<ProbeCase> cases = Selection.of(only);
    InetSocketAddress target = Target.of(server, yes);
    Prober.Limits limits = new Prober.Limits(Duration.ofMillis(timeout), concurrency, rate);
    boolean bar = Terminal.isTerminal(err);
    List<ProbeResult> results;
    try (Prober prober = new Prober(target, ask, limits, log)) {
      results = prober.run(cases, done -> showProgress(bar, done, cases.size()));
    } finally {
      if (bar) {
        err.print("\r" + " ".repeat(BAR + 20) + "\r");
      }
    }
    if (results.stream().allMatch(result -> result.outcome() == Outcome.FAILED)) {
      throw new ProbeException(NetUtil.toSocketAddressString(target) + ": no connection");
    }
    String shown = NetUtil.toSocketAddressString(target);
    out.print(json ? ProbeReport.json(shown, results) : ProbeReport.table(shown, results));
    if (out.checkError()) {
      throw new ProbeException("standard output cannot be written");
    }
    return ProbeReport.count(results, Verdict.DIFFERS) == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private void showProgress(boolean bar, int done, int all) {
    if (bar) {
      int filled = BAR * done / all;
      err.print(
          "\r[" + "#".repeat(filled) + " ".repeat(BAR - filled) + "] " + done + "/" + all + " ");
    }
  }
}
