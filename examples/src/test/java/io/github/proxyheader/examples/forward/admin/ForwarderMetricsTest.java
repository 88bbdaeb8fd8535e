/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.examples.forward.ConnectionEnd;
import io.github.proxyheader.examples.forward.DatagramDrop;
import io.github.proxyheader.examples.forward.ForwarderStatus;
import io.github.proxyheader.protocol.ProxyHeaderException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ForwarderMetricsTest {
  private static final Path PAGE =
      Path.of(System.getProperty("basedir", "")).resolve("../docs/forwarder-operations.md");

  private final ForwarderMetrics metrics = new ForwarderMetrics();

  @Test
  void connectionsAreCountedByRuleAndReason() {
    metrics.opened("game");
    metrics.opened("game");
    metrics.passed("game", 8, 30);
    metrics.passed("game", 4, 4);
    metrics.closed(end("game", ConnectionEnd.Reason.DONE));

    assertThat(scrape(Statuses.idle(false)))
        .contains(
            "forwarder_connections_opened_total{rule=\"game\"} 2.0",
            "forwarder_connections_closed_total{reason=\"done\",rule=\"game\"} 1.0",
            "forwarder_connections_closed_total{reason=\"idle\",rule=\"game\"} 0.0",
            "forwarder_received_bytes_total{rule=\"game\"} 12.0",
            "forwarder_sent_bytes_total{rule=\"game\"} 34.0",
            "forwarder_connection_duration_seconds_bucket{rule=\"game\",le=\"1.0\"} 0",
            "forwarder_connection_duration_seconds_bucket{rule=\"game\",le=\"10.0\"} 1",
            "forwarder_connection_duration_seconds_bucket{rule=\"game\",le=\"3600.0\"} 1",
            "forwarder_connection_duration_seconds_bucket{rule=\"game\",le=\"+Inf\"} 1",
            "forwarder_connection_duration_seconds_sum{rule=\"game\"} 1.5");
  }

  @Test
  void refusedHeadersAreCountedByReason() {
    metrics.headerRefused("game", ProxyHeaderException.Reason.UNTRUSTED);

    assertThat(scrape(Statuses.idle(false)))
        .contains("forwarder_headers_refused_total{reason=\"untrusted\",rule=\"game\"} 1.0");
  }

  @Test
  void droppedDatagramsAreCountedByReason() {
    metrics.datagramDropped("game", DatagramDrop.LIMIT);

    assertThat(scrape(Statuses.idle(false)))
        .contains("forwarder_datagrams_dropped_total{reason=\"limit\",rule=\"game\"} 1.0");
  }

  @Test
  void failedConnectsAreCountedByTarget() {
    metrics.connectFailed("game", "10.1.0.5:25565");
    metrics.connectFailed("game", "10.1.0.5:25565");

    assertThat(scrape(Statuses.idle(false)))
        .contains("forwarder_connect_failures_total{rule=\"game\",target=\"10.1.0.5:25565\"} 2.0");
  }

  @Test
  void theStateIsServed() {
    ForwarderStatus.Connection connection =
        Statuses.connection(
            Statuses.address("203.0.113.7", 45678), Statuses.address("10.0.0.1", 3333));

    assertThat(scrape(Statuses.rule("game", connection)))
        .contains(
            "forwarder_draining 0.0",
            "forwarder_connections{rule=\"game\"} 1.0",
            "forwarder_target_up{rule=\"game\",target=\"10.1.0.5:25565\"} 1.0",
            "forwarder_target_connections{rule=\"game\",target=\"10.1.0.5:25565\"} 1.0");
    assertThat(scrape(Statuses.idle(true))).contains("forwarder_draining 1.0");
  }

  @Test
  void aTargetThatIsDownIsZero() {
    ForwarderStatus.Target down = new ForwarderStatus.Target("10.1.0.5:25565", false, 0, 3);
    ForwarderStatus.Rule rule = Statuses.rule("game", 25565, List.of(), List.of(down));

    assertThat(scrape(new ForwarderStatus(false, List.of(rule))))
        .contains("forwarder_target_up{rule=\"game\",target=\"10.1.0.5:25565\"} 0.0");
  }

  @Test
  void targetsWithTheSameAddressAreOne() {
    ForwarderStatus.Target down = new ForwarderStatus.Target("10.1.0.5:25565", false, 2, 3);
    ForwarderStatus.Target up = new ForwarderStatus.Target("10.1.0.5:25565", true, 3, 0);
    ForwarderStatus.Rule rule = Statuses.rule("game", 25565, List.of(), List.of(up, down));

    for (int i = 0; i < 2; i++) {
      assertThat(scrape(new ForwarderStatus(false, List.of(rule))))
          .contains(
              "forwarder_target_up{rule=\"game\",target=\"10.1.0.5:25565\"} 1.0",
              "forwarder_target_connections{rule=\"game\",target=\"10.1.0.5:25565\"} 5.0");
    }
  }

  @Test
  void whatAReloadRemovesIsServedNoMore() {
    assertThat(text(Statuses.rule("old"))).contains("forwarder_target_up{rule=\"old\"");

    assertThat(text(Statuses.rule("new")))
        .contains("forwarder_target_up{rule=\"new\"", "forwarder_connections{rule=\"new\"}")
        .doesNotContain("rule=\"old\"");
  }

  @Test
  void whatClientsDoMakesNoSeries() {
    metrics.closed(end("game", ConnectionEnd.Reason.DONE));
    metrics.headerRefused("game", ProxyHeaderException.Reason.SYNTAX);
    long before = scrape(Statuses.rule("game")).size();

    for (int client = 1; client < 200; client++) {
      metrics.opened("game");
      for (ConnectionEnd.Reason reason : ConnectionEnd.Reason.values()) {
        metrics.closed(
            new ConnectionEnd(
                "game",
                Statuses.address("203.0.113." + client, client),
                Statuses.address("198.51.100." + client, client),
                "10.1.0.5:25565",
                client,
                client,
                Duration.ofSeconds(client),
                reason));
      }
    }

    assertThat(scrape(Statuses.rule("game"))).hasSize((int) before);
  }

  @Test
  void theDocumentationListsWhatIsServed() throws IOException {
    try (AccessLog log = AccessLog.to(new ByteArrayOutputStream())) {
      metrics.watch(log);
      metrics.opened("game");
      metrics.connectFailed("game", "10.1.0.5:25565");
      Set<String> served = names("(?m)^# TYPE (\\S+) ", text(Statuses.rule("game")));

      assertThat(
              names("(?m)^\\| `((?:forwarder|jvm|process)_[a-z_]+)` \\|", Files.readString(PAGE)))
          .containsExactlyInAnyOrderElementsOf(served);
    }
  }

  private static Set<String> names(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map((MatchResult result) -> result.group(1))
        .collect(Collectors.toSet());
  }

  private List<String> scrape(ForwarderStatus status) {
    return text(status).lines().toList();
  }

  private String text(ForwarderStatus status) {
    return metrics.scrape(status);
  }

  private static ConnectionEnd end(String rule, ConnectionEnd.Reason reason) {
    return new ConnectionEnd(
        rule,
        Statuses.address("203.0.113.7", 45678),
        Statuses.address("10.0.0.1", 3333),
        "10.1.0.5:25565",
        12,
        34,
        Duration.ofMillis(1500),
        reason);
  }
}
