/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.testing.Embedded;
import io.github.proxyheader.testing.Wire;
import java.nio.charset.StandardCharsets;
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

  /** What the peer sends, before it falls silent or ends. */
  enum Sent {
    V1(concat(Wire.v1(), text("x"))),
    V2(concat(Wire.v2(), text("x"))),
    LOCAL(concat(Wire.local(), text("x"))),
    NO_HEADER(text("GET / HTTP/1.1")),
    MALFORMED(text("PROXY TCP4 256.0.0.1 192.0.2.1 1 2\r\n")),
    HALF_A_HEADER(Arrays.copyOf(Wire.v2(), 20)),
    SHARED_PREFIX(text("PRO")),
    NOTHING(new byte[0]);

    final byte[] bytes;

    Sent(byte[] bytes) {
      this.bytes = bytes;
    }

    String asText() {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }

  /** What comes then. */
  enum Then {
    SILENCE,
    END,
    HALF_CLOSE
  }

  /** What becomes of the connection. */
  enum Outcome {
    /** Goes on with the header's addresses. */
    PROXIED,
    /** Goes on with the real addresses; the header is known. */
    LOCAL,
    /** Goes on with the real addresses and without a header; one that came is consumed. */
    IGNORED,
    /** Goes on with the real addresses, and what came is payload. */
    DIRECT,
    /** Closed, nobody is to blame. */
    ABANDONED,
    MISSING,
    ADDRESS,
    TRUNCATED,
    TIMEOUT,
    UNEXPECTED,
    /** Closed at once, without an exception. */
    UNTRUSTED;

    boolean goesOn() {
      return compareTo(DIRECT) <= 0;
    }
  }

  /** The whole table: one row for what the peer does, one column for each policy in order. */
  private static Outcome expected(ProxyHeaderPolicy policy, Sent sent, Then then) {
    Outcome[] row =
        switch (sent) {
          case V1, V2 -> row(Outcome.PROXIED, Outcome.PROXIED, Outcome.IGNORED, Outcome.UNEXPECTED);
          case LOCAL -> row(Outcome.LOCAL, Outcome.LOCAL, Outcome.IGNORED, Outcome.UNEXPECTED);
          case NO_HEADER -> row(Outcome.MISSING, Outcome.DIRECT, Outcome.DIRECT, Outcome.DIRECT);
          case MALFORMED ->
              row(Outcome.ADDRESS, Outcome.ADDRESS, Outcome.ADDRESS, Outcome.UNEXPECTED);
          case HALF_A_HEADER -> {
            Outcome late = then == Then.SILENCE ? Outcome.TIMEOUT : Outcome.TRUNCATED;
            yield row(late, late, late, Outcome.UNEXPECTED);
          }
          case SHARED_PREFIX ->
              row(
                  then == Then.SILENCE ? Outcome.TIMEOUT : Outcome.TRUNCATED,
                  Outcome.DIRECT,
                  Outcome.DIRECT,
                  Outcome.DIRECT);
          case NOTHING -> {
            Outcome optional = then == Then.END ? Outcome.ABANDONED : Outcome.DIRECT;
            yield row(
                then == Then.SILENCE ? Outcome.TIMEOUT : Outcome.ABANDONED,
                optional,
                optional,
                optional);
          }
        };
    return row[policy.ordinal()];
  }

  private static Outcome[] row(Outcome require, Outcome use, Outcome ignore, Outcome reject) {
    return new Outcome[] {require, use, ignore, reject, Outcome.DIRECT, Outcome.UNTRUSTED};
  }

  static Stream<Arguments> cells() {
    List<Arguments> cells = new ArrayList<>();
    for (ProxyHeaderPolicy policy : ProxyHeaderPolicy.values()) {
      for (Sent sent : Sent.values()) {
        for (Then then : Then.values()) {
          cells.add(Arguments.of(policy, sent, then, expected(policy, sent, then)));
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
