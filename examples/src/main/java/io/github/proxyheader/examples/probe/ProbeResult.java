/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.probe;

import io.github.proxyheader.examples.probe.ProbeCase.Expected;

/**
 * What became of a case.
 *
 * @param outcome what the receiver made of the bytes
 * @param end how the connection ended, in lower case
 */
public record ProbeResult(ProbeCase probe, Outcome outcome, String end) {

  /** What a receiver makes of a header. */
  public enum Outcome {
    /** It serves the client, and believes the address of the header. */
    TAKEN,
    /** It serves the client, and believes the address of the connection. */
    LOCAL,
    /** It serves the client; what it believes is not known. */
    SERVED,
    /** It closes or resets the connection, or answers with an error. */
    REFUSED,
    /** It does nothing until the time is over. */
    SILENT,
    /** It was not asked, and keeps the connection open. */
    OPEN,
    /** There was no connection. */
    FAILED;

    /** Returns whether the client is served. */
    public boolean isServed() {
      return this == TAKEN || this == LOCAL || this == SERVED;
    }
  }

  /** Whether the outcome is what the protocol's text wants. */
  public enum Verdict {
    /** It is. */
    AGREES,
    /** It is not what a receiver should do, but it is permitted. */
    PERMITTED,
    /** It is not. */
    DIFFERS,
    /** That cannot be told. */
    UNKNOWN
  }

  /** Compares the outcome with what is expected. */
  public Verdict verdict() {
    boolean waits = probe.expected() == Expected.WAIT;
    if (outcome == Outcome.FAILED || (outcome == Outcome.OPEN && !waits)) {
      return Verdict.UNKNOWN;
    }
    if (is(probe.expected())) {
      return Verdict.AGREES;
    }
    return probe.permitted().stream().anyMatch(this::is) ? Verdict.PERMITTED : Verdict.DIFFERS;
  }

  private boolean is(Expected expected) {
    return switch (expected) {
      case PROXIED -> outcome == Outcome.TAKEN || outcome == Outcome.SERVED;
      case LOCAL -> outcome == Outcome.LOCAL || outcome == Outcome.SERVED;
      case REJECT -> outcome == Outcome.REFUSED;
      case WAIT ->
          outcome == Outcome.SILENT || outcome == Outcome.REFUSED || outcome == Outcome.OPEN;
    };
  }
}
