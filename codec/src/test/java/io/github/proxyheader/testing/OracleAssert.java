/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.HexFormat;

/** Asserts that the reader and the {@link Oracle} agree. */
public final class OracleAssert {
  private OracleAssert() {}

  /** On all bytes. */
  public static void assertAgreement(byte[] bytes) {
    assertAgreement(bytes, Verdict.of(bytes));
  }

  /** On the bytes and on everything that they start with: the first byte refused is the same. */
  public static void assertAgreementOnEveryPrefix(byte[] bytes) {
    for (int length = 0; length <= bytes.length; length++) {
      ByteBuf prefix = Unpooled.wrappedBuffer(bytes, 0, length);
      assertAgreement(
          Arrays.copyOf(bytes, length), Verdict.of(ProxyHeaderReader.standard(), prefix));
    }
  }

  private static void assertAgreement(byte[] bytes, Verdict verdict) {
    Oracle.Judgement expected = Oracle.judge(bytes);
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
