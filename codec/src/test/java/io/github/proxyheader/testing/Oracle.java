/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import io.github.proxyheader.protocol.ProxyCommand;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.tlv.Tlv;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Judges bytes as a reader must, in code that is written for clarity alone and shares nothing with
 * the code under test.
 */
public final class Oracle {
  private static final byte[] TEXT = Bytes.text("PROXY");

  private Oracle() {}

  /** What a reader is set to, as far as the oracle knows of it. */
  public record Settings(
      Set<ProxyTransport> transports, boolean acceptUnspec, boolean mixedFamilies) {
    /** The settings of a reader with all defaults. */
    public static final Settings DEFAULT =
        new Settings(EnumSet.complementOf(EnumSet.of(ProxyTransport.UNSPEC)), true, false);

    /** Returns a reader with these settings. */
    public ProxyHeaderReader reader() {
      return ProxyHeaderReader.builder()
          .transports(transports.toArray(ProxyTransport[]::new))
          .acceptUnspec(acceptUnspec)
          .allowMixedFamilies(mixedFamilies)
          .build();
    }
  }

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

  /** Judges bytes as a reader with all defaults must. */
  public static Judgement judge(byte[] bytes) {
    return judge(bytes, Settings.DEFAULT);
  }

  /** Judges bytes as a reader with these settings must. */
  public static Judgement judge(byte[] bytes, Settings settings) {
    if (bytes.length == 0) {
      return Judgement.of(Kind.INCOMPLETE);
    }
    if (bytes[0] != 'P') {
      return BinaryOracle.judge(bytes, settings);
    }
    int shared = Math.min(bytes.length, TEXT.length);
    if (!Arrays.equals(bytes, 0, shared, TEXT, 0, shared)) {
      return Judgement.of(Kind.ABSENT);
    }
    return TextOracle.judge(bytes, settings);
  }
}
