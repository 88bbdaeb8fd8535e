/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.handler.PolicyTable.Outcome;
import io.github.proxyheader.handler.PolicyTable.Sent;
import io.github.proxyheader.handler.PolicyTable.Then;
import io.github.proxyheader.testing.Await;
import io.github.proxyheader.testing.Connection;
import io.github.proxyheader.testing.SocketServer;
import io.github.proxyheader.testing.Transport;
import io.github.proxyheader.testing.Wire;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table in the documentation of {@link ProxyHeaderPolicy} on sockets, all cells at once. */
@Timeout(120)
class PolicyTableSocketTest {
  private static final Duration SHORT = Duration.ofMillis(700);
  private static final Duration LONG = Duration.ofSeconds(20);

  @RegisterExtension final SocketServer server = new SocketServer();

  @ParameterizedTest(name = "{0}, AUTO_READ {1}")
  @MethodSource("io.github.proxyheader.testing.Transport#withAutoReadOnAndOff")
  @DisplayName("4.4 4.5 4.6 policy and what the peer does decide the outcome")
  void cells(Transport transport, boolean autoRead) throws Exception {
    server.start(transport);
    List<Cell> cells = new ArrayList<>();
    for (ProxyHeaderPolicy policy : ProxyHeaderPolicy.values()) {
      for (Sent sent : Sent.values()) {
        for (Then then : Then.values()) {
          cells.add(new Cell(server, policy, sent, then, autoRead));
        }
      }
    }

    for (Cell cell : cells) {
      cell.run();
    }
    for (Cell cell : cells) {
      cell.check();
    }
  }

  /** One connection, and what is to become of it. */
  private static final class Cell {
    private final ProxyHeaderPolicy policy;
    private final Sent sent;
    private final Then then;
    private final Outcome outcome;
    private final Connection connection;

    Cell(SocketServer server, ProxyHeaderPolicy policy, Sent sent, Then then, boolean autoRead) {
      this.policy = policy;
      this.sent = sent;
      this.then = then;
      outcome = PolicyTable.expected(policy, sent, then);
      connection = new Connection(server).autoRead(autoRead);
      connection
          .options(
              ReceiverOptions.builder().policy(policy).timeout(then == Then.SILENCE ? SHORT : LONG))
          .with(ChannelOption.ALLOW_HALF_CLOSURE, then == Then.HALF_CLOSE);
    }

    void run() throws IOException {
      connection.connectAndSend(sent.bytes);
      try {
        switch (then) {
          case SILENCE -> {}
          case END -> connection.close();
          case HALF_CLOSE -> connection.halfClose();
        }
      } catch (IOException e) {
        assertThat(outcome.goesOn()).as("%s", this).isFalse(); // the server was faster
      }
    }

    void check() throws Exception {
      if (outcome.goesOn()) {
        checkThatItGoesOn();
      } else {
        checkThatItIsClosed();
      }
      assertThat(connection.channel().pipeline().get(ProxyHeaderDecoder.class))
          .as("%s: the decoder", this)
          .isNull();
    }

    private void checkThatItIsClosed() throws Exception {
      connection.awaitClosed();
      boolean quiet = outcome == Outcome.ABANDONED || outcome == Outcome.UNTRUSTED;
      assertThat(connection.seen())
          .as("%s: seen", this)
          .containsExactly(quiet ? new String[0] : new String[] {"exception " + outcome});
      assertThat(connection.told.all())
          .as("%s: told", this)
          .containsExactly(outcome == Outcome.ABANDONED ? "abandoned" : "rejected " + outcome);
    }

    private void checkThatItGoesOn() throws Exception {
      String payload = outcome == Outcome.DIRECT ? sent.asText() : "x";
      String end =
          switch (then) {
            case SILENCE -> "active";
            case END -> "inactive";
            case HALF_CLOSE -> "event ChannelInputShutdownEvent";
          };
      Await.until(
          () -> connection.seen().contains(end) && connection.payload().equals(payload), this);
      connection.settle();

      assertThat(connection.told.all()).as("%s: told", this).containsExactly("proxied");
      assertThat(connection.seen()).as("%s: seen", this).startsWith("address", "active");
      assertThat(connection.seen().stream().filter(entry -> entry.startsWith("exception")))
          .as("%s: exceptions", this)
          .isEmpty();
      if (then != Then.SILENCE && !payload.isEmpty()) {
        // The io_uring transport may tell the half-close before the end of the read.
        assertThat(connection.seen()).as("%s: seen", this).containsSubsequence("active", end);
        assertThat(connection.seen())
            .as("%s: seen", this)
            .containsSubsequence("active", "complete");
      }
      assertThat(connection.payload()).as("%s: payload", this).isEqualTo(payload);
      assertThat(connection.channel().isOpen()).as("%s: open", this).isEqualTo(then != Then.END);
      ProxiedAddress address = connection.behind.all(ProxiedAddress.class).get(0);
      assertThat(address.source())
          .as("%s: source", this)
          .isEqualTo(
              outcome == Outcome.PROXIED ? Wire.SOURCE : connection.channel().remoteAddress());
      assertThat(address.header() != null)
          .as("%s: header", this)
          .isEqualTo(outcome == Outcome.PROXIED || outcome == Outcome.LOCAL);
    }

    @Override
    public String toString() {
      return policy + ", " + sent + ", then " + then;
    }
  }
}
