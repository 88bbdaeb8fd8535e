/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import java.util.EnumMap;
import java.util.Map;

/** Sends every kind of header to a receiver, and compares what it says with the matrix. */
final class ReceiverRun {
  private ReceiverRun() {}

  static void run(EventLoopGroup group, Receiver receiver, Results results) throws Exception {
    String title = receiver.program().title();
    results.version(title, receiver.program().installedVersion());
    Map<Kind, String> seen = new EnumMap<>(Kind.class);
    StringBuilder details = new StringBuilder();
    try (RunningProgram running = RunningProgram.start(receiver.program(), Map.of())) {
      for (Kind kind : Kind.values()) {
        String said = receiver.ask(group, running, kind);
        String cell = Said.of(said);
        seen.put(kind, cell);
        if (Matrix.allows(Matrix.row(title).get(kind), cell)) {
          seen.put(kind, Matrix.row(title).get(kind));
        } else {
          details.append('\n').append(kind).append(": ").append(said);
        }
      }
      if (details.length() > 0) {
        details.append("\n--- what the program printed:\n").append(running.read("log"));
      }
    }
    seen.forEach((kind, cell) -> results.cell(title, kind, cell));
    assertThat(seen).as("what %s says%s", title, details).isEqualTo(Matrix.row(title));
  }
}
