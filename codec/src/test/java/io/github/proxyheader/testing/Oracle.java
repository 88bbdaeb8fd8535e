/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import io.github.proxyheader.protocol.ProxyCommand;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.tlv.Tlv;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.List;

/**
 * A second opinion on bytes, written for clarity alone and without the code under test: the verdict
 * of a reader with all defaults.
 */
public final class Oracle {
  private static final byte[] TEXT = Bytes.text("PROXY");

  private Oracle() {}

  /** The four verdicts. */
  public enum Kind {
    ACCEPTED,
    INCOMPLETE,
    REJECTED,
    ABSENT
  }

  /** A verdict; all but the kind is null or zero unless there is a header. */
  public record Judgement(
      Kind kind,
      int consumed,
      ProxyVersion version,
      ProxyCommand command,
      ProxyTransport transport,
      SocketAddress source,
      SocketAddress destination,
      List<Tlv> tlvs) {

    static Judgement of(Kind kind) {
      return new Judgement(kind, 0, null, null, null, null, null, null);
    }
  }

  public static Judgement judge(byte[] bytes) {
    if (bytes.length == 0) {
      return Judgement.of(Kind.INCOMPLETE);
    }
    if (bytes[0] != 'P') {
      return BinaryOracle.judge(bytes);
    }
    int shared = Math.min(bytes.length, TEXT.length);
    if (!Arrays.equals(bytes, 0, shared, TEXT, 0, shared)) {
      return Judgement.of(Kind.ABSENT);
    }
    return TextOracle.judge(bytes);
  }
}
