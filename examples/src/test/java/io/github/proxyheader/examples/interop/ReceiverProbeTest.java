/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.examples.ConformancePage;
import io.github.proxyheader.examples.Peers;
import io.github.proxyheader.examples.probe.ProbeResult;
import io.github.proxyheader.examples.probe.ProbeResult.Outcome;
import io.github.proxyheader.examples.probe.ProbeResult.Verdict;
import io.github.proxyheader.examples.probe.Selection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Probes this library's server with all cases, and two real programs with some. */
@Timeout(300)
class ReceiverProbeTest {
  @Test
  @DisplayName("this library differs from the protocol's text in no case")
  void ours() throws Exception {
    List<ProbeResult> results = ConformancePage.ours().results();

    assertThat(results).hasSizeGreaterThan(190);
    assertThat(results)
        .filteredOn(result -> result.verdict() == Verdict.DIFFERS)
        .as("differences")
        .isEmpty();
  }

  @Test
  @DisplayName("the page tells of at least 12 receivers and of no difference of this library")
  void page() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "CONFORMANCE.md"));

    assertThat(page).contains("### netty-proxyheader\n\nNone.\n");
    assertThat(page.lines().filter(line -> line.startsWith("### "))).hasSizeGreaterThan(12);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HAProxy", "nginx http"})
  void realProgram(String title) throws Exception {
    Receiver receiver =
        Receivers.all().stream()
            .filter(each -> each.program().title().equals(title))
            .findFirst()
            .orElseThrow();
    if (receiver.program().missing().isPresent()) {
      throw Peers.missing(title);
    }
    Map<String, Outcome> outcomes =
        ReceiverProbe.run(
                receiver,
                Selection.of(List.of("v1-tcp4", "v1-tcp6", "v2-tcp4", "v2-local")),
                Duration.ofSeconds(30))
            .stream()
            .collect(Collectors.toMap(result -> result.probe().id(), ProbeResult::outcome));

    assertThat(outcomes)
        .containsEntry("no-header", Outcome.REFUSED)
        .containsEntry("v1-tcp4", Outcome.TAKEN)
        .containsEntry("v1-tcp6", Outcome.TAKEN)
        .containsEntry("v2-tcp4", Outcome.TAKEN)
        .containsEntry("v2-local", Outcome.LOCAL);
  }
}
