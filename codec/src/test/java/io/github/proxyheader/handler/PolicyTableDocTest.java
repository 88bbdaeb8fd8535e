/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.handler.PolicyTable.Sent;
import io.github.proxyheader.handler.PolicyTable.Then;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table in docs/policies.md is the one that the tests hold, cell by cell. */
class PolicyTableDocTest {
  @Test
  void documentHoldsTheTable() throws IOException {
    assertThat(Files.readString(Path.of("..", "docs", "policies.md"))).contains(markdown());
  }

  private static String markdown() {
    StringBuilder table = new StringBuilder("| the peer sends | then |");
    for (ProxyHeaderPolicy policy : ProxyHeaderPolicy.values()) {
      table.append(' ').append(policy).append(" |");
    }
    table.append("\n| --- | --- |").append(" --- |".repeat(ProxyHeaderPolicy.values().length));
    for (Sent sent : Sent.values()) {
      for (Then then : Then.values()) {
        table.append('\n').append(row(sent, then));
      }
    }
    return table.append('\n').toString();
  }

  private static String row(Sent sent, Then then) {
    return Arrays.stream(ProxyHeaderPolicy.values())
        .map(policy -> PolicyTable.expected(policy, sent, then).toString())
        .map(outcome -> "`" + outcome + "`")
        .collect(Collectors.joining(" | ", "| " + words(sent) + " | " + words(then) + " | ", " |"));
  }

  private static String words(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
