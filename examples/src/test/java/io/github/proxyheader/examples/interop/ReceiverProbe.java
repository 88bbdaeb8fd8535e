/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import io.github.proxyheader.examples.Loopback;
import io.github.proxyheader.examples.probe.Ask;
import io.github.proxyheader.examples.probe.ProbeCase;
import io.github.proxyheader.examples.probe.ProbeResult;
import io.github.proxyheader.examples.probe.Prober;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Starts a receiver of the matrix, and probes it. */
final class ReceiverProbe {
  private ReceiverProbe() {}

  static List<ProbeResult> run(Receiver receiver, List<ProbeCase> cases, Duration timeout)
      throws Exception {
    try (RunningProgram running = RunningProgram.start(receiver.program(), Map.of())) {
      InetSocketAddress target =
          new InetSocketAddress(Loopback.V4, receiver.address(running).getPort());
      String log = receiver.logFile();
      Path file = log == null ? null : running.directory().resolve(log);
      Prober.Limits limits = new Prober.Limits(timeout, concurrency(receiver), 500);
      try (Prober prober = new Prober(target, ask(receiver), limits, file)) {
        return prober.run(cases, done -> {});
      }
    }
  }

  /** Mail servers limit how many connections one client has at a time. */
  private static int concurrency(Receiver receiver) {
    return switch (receiver.dialog()) {
      case SMTP, GREETING, IMAP -> 1;
      default -> 16;
    };
  }

  private static Ask ask(Receiver receiver) {
    return switch (receiver.dialog()) {
      case HTTP -> Ask.http(receiver.dialog().opening());
      case SMTP -> Ask.of(Ask.Kind.SMTP);
      case IMAP -> Ask.of(Ask.Kind.GREETING);
      case GREETING -> Ask.send(new byte[0]).refusedBy("421 ");
      default -> Ask.send(receiver.dialog().opening()).refusedBy("error=");
    };
  }
}
