/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.text;

import io.github.proxyheader.testing.Wire;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The table in the documentation of {@link ProxyHeaderPolicy}. */
final class PolicyTable {
  private PolicyTable() {}

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
    SILENT,
    UNEXPECTED,
    /** Closed at once, without an exception. */
    UNTRUSTED;

    boolean goesOn() {
      return compareTo(DIRECT) <= 0;
    }
  }

  /** The whole table: one row for what the peer does, one column for each policy in order. */
  static Outcome expected(ProxyHeaderPolicy policy, Sent sent, Then then) {
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
                then == Then.SILENCE ? Outcome.SILENT : Outcome.ABANDONED,
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
}
