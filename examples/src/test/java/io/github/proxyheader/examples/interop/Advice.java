/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import java.util.Arrays;
import java.util.List;

/**
 * A line of advice, and what of the matrix it rests on, from {@code interop/advice.txt}.
 *
 * @param text the advice
 * @param evidence each {@code receiver: KIND=cell}, {@code datagram: KIND=cell} or {@code sender:
 *     mode=summary}
 */
record Advice(String text, List<String> evidence) {
  static List<Advice> all() {
    return Matrix.lines("advice.txt").stream().map(Advice::of).toList();
  }

  private static Advice of(String line) {
    String[] parts = line.split(" \\|\\| ");
    return new Advice(
        parts[0].strip(), Arrays.stream(parts[1].split(";")).map(String::strip).toList());
  }

  /** Returns whether the matrix holds a piece of evidence, so that each run asserts it. */
  static boolean isHeld(String evidence) {
    String title = evidence.substring(0, evidence.indexOf(": "));
    String cell = evidence.substring(evidence.indexOf(": ") + 2);
    int equals = cell.lastIndexOf(" = ");
    String left = cell.substring(0, equals);
    String right = cell.substring(equals + 3);
    return SendingPrograms.all().stream()
            .filter(sender -> sender.program().title().equals(title))
            .flatMap(sender -> sender.modes().stream())
            .anyMatch(mode -> mode.title().equals(left) && mode.expected().equals(right))
        || holds(Matrix.rows().get(title), left, right)
        || holds(Datagrams.rows().get(title), left, right);
  }

  private static boolean holds(java.util.Map<?, String> row, String kind, String cell) {
    return row != null
        && row.entrySet().stream()
            .anyMatch(
                each -> each.getKey().toString().equals(kind) && each.getValue().equals(cell));
  }
}
