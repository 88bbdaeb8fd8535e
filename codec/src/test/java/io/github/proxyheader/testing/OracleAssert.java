/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.github.proxyheader.testing.Oracle.Settings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.HexFormat;

/** Asserts that the reader and the {@link Oracle} agree. */
public final class OracleAssert {
  private OracleAssert() {}

  /** Asserts that both agree on all bytes. */
  public static void assertAgreement(byte[] bytes) {
    assertAgreement(bytes, Settings.DEFAULT, Verdict.of(bytes));
  }

  /** Asserts that a reader with these settings and the oracle agree on all bytes. */
  public static void assertAgreement(byte[] bytes, Settings settings) {
    assertAgreement(bytes, settings, Verdict.of(settings.reader(), bytes));
  }

  /** Asserts agreement on the bytes and on all that they start with, so on each refused byte. */
  public static void assertAgreementOnEveryPrefix(byte[] bytes) {
    assertAgreementOnEveryPrefix(bytes, Settings.DEFAULT);
  }

  /** Asserts the same of a reader with other settings. */
  public static void assertAgreementOnEveryPrefix(byte[] bytes, Settings settings) {
    ProxyHeaderReader reader = settings.reader();
    for (int length = 0; length <= bytes.length; length++) {
      ByteBuf prefix = Unpooled.wrappedBuffer(bytes, 0, length);
      assertAgreement(Arrays.copyOf(bytes, length), settings, Verdict.of(reader, prefix));
    }
  }

  private static void assertAgreement(byte[] bytes, Settings settings, Verdict verdict) {
    Oracle.Judgement expected = Oracle.judge(bytes, settings);
    boolean same =
        switch (expected.kind()) {
          case ACCEPTED -> verdict.isAccepted() && sameHeader(expected, verdict);
          case INCOMPLETE -> verdict.isIncomplete();
          case REJECTED -> verdict.isRejected() && verdict.reason() != Reason.MISSING;
          case ABSENT -> verdict.reason() == Reason.MISSING;
        };
    assertThat(same)
        .as(
            () ->
                "%s%nwants %s%ngot   %s"
                    .formatted(HexFormat.of().formatHex(bytes), expected, verdict))
        .isTrue();
  }

  private static boolean sameHeader(Oracle.Judgement expected, Verdict verdict) {
    ProxyHeader header = verdict.header();
    return expected.consumed() == verdict.consumed()
        && expected.version() == header.version()
        && expected.command() == header.command()
        && expected.transport() == header.transport()
        && (expected.source() == null
            ? header.source() == null && !header.hasAddresses()
            : expected.source().equals(header.source()) && header.hasAddresses())
        && (expected.destination() == null
            ? header.destination() == null
            : expected.destination().equals(header.destination()))
        && sameTlvs(expected, header);
  }

  private static boolean sameTlvs(Oracle.Judgement expected, ProxyHeader header) {
    var tlvs = header.tlvs().iterator();
    for (var tlv : expected.tlvs()) {
      if (!tlvs.hasNext() || !tlvs.next().equals(tlv)) {
        return false;
      }
    }
    return !tlvs.hasNext();
  }
}
