/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.handler.PolicyTable.Outcome;
import io.github.proxyheader.handler.PolicyTable.Sent;
import io.github.proxyheader.handler.PolicyTable.Then;
import io.github.proxyheader.testing.Embedded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table in the documentation of {@link ProxyHeaderPolicy}, cell by cell. */
class PolicyTableTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  static Stream<Arguments> cells() {
    List<Arguments> cells = new ArrayList<>();
    for (ProxyHeaderPolicy policy : ProxyHeaderPolicy.values()) {
      for (Sent sent : Sent.values()) {
        for (Then then : Then.values()) {
          cells.add(Arguments.of(policy, sent, then, PolicyTable.expected(policy, sent, then)));
        }
      }
    }
    return cells.stream();
  }

  @RegisterExtension final Embedded connection = new Embedded();

  @ParameterizedTest(name = "{0}, {1}, then {2}: {3}")
  @MethodSource("cells")
  @DisplayName("4.5 4.6 policy and what the peer does decide the outcome")
  void cell(ProxyHeaderPolicy policy, Sent sent, Then then, Outcome outcome) {
    run(policy, sent, then, sent.bytes.length);
    check(policy, sent, then, outcome);
  }

  @ParameterizedTest(name = "{0}, {1} byte by byte, then {2}: {3}")
  @MethodSource("cells")
  @DisplayName("4.5 4.6 the same if it comes byte by byte")
  void cellByteByByte(ProxyHeaderPolicy policy, Sent sent, Then then, Outcome outcome) {
    run(policy, sent, then, 1);
    check(policy, sent, then, outcome);
  }

  @ParameterizedTest(name = "{0}, {1}, then {2}: {3}")
  @MethodSource("cells")
  @DisplayName("4.4 the same without AUTO_READ")
  void cellWithoutAutoRead(ProxyHeaderPolicy policy, Sent sent, Then then, Outcome outcome) {
    connection.autoRead(false);
    run(policy, sent, then, sent.bytes.length);
    check(policy, sent, then, outcome);
  }

  private void run(ProxyHeaderPolicy policy, Sent sent, Then then, int size) {
    connection.accept(ReceiverOptions.builder().policy(policy));
    for (int at = 0; at < sent.bytes.length && connection.channel.isOpen(); at += size) {
      connection.receive(Arrays.copyOfRange(sent.bytes, at, at + size));
    }
    switch (then) {
      case SILENCE -> connection.advance(TIMEOUT);
      case END -> connection.peerCloses();
      case HALF_CLOSE -> connection.halfClose();
    }
  }

  private void check(ProxyHeaderPolicy policy, Sent sent, Then then, Outcome outcome) {
    assertThat(connection.hasDecoder()).isFalse();
    if (!outcome.goesOn()) {
      connection.assertClosed();
      boolean quiet = outcome == Outcome.ABANDONED || outcome == Outcome.UNTRUSTED;
      connection.assertSeen(quiet ? new String[0] : new String[] {"exception " + outcome});
      connection.assertTold(outcome == Outcome.ABANDONED ? "abandoned" : "rejected " + outcome);
      return;
    }
    assertThat(connection.channel.isOpen()).isEqualTo(then != Then.END);
    connection.assertTold("proxied");
    assertThat(connection.seen()).startsWith("address", "active");
    ProxiedAddress address = connection.behind.all(ProxiedAddress.class).get(0);
    assertThat(address.isProxied()).isEqualTo(outcome == Outcome.PROXIED);
    assertThat(address.header() != null)
        .isEqualTo(outcome == Outcome.PROXIED || outcome == Outcome.LOCAL);
    StringBuilder payload = new StringBuilder();
    connection.seen().stream()
        .filter(entry -> entry.startsWith("read "))
        .forEach(entry -> payload.append(entry.substring(5)));
    assertThat(payload.toString()).isEqualTo(outcome == Outcome.DIRECT ? sent.asText() : "x");
    assertThat(connection.seen().get(connection.seen().size() - 1))
        .isEqualTo(
            switch (then) {
              case SILENCE -> sent.bytes.length == 0 ? "active" : "complete";
              case END -> "inactive";
              case HALF_CLOSE -> "event ChannelInputShutdownEvent";
            });
  }
}
