/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.testing.Addresses;
import io.github.proxyheader.testing.BufferKind;
import io.github.proxyheader.testing.LeakCheck;
import io.github.proxyheader.testing.OracleAssert;
import io.github.proxyheader.testing.Vector;
import io.github.proxyheader.testing.Vectors;
import io.github.proxyheader.testing.Verdict;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads every conformance vector, in every kind of buffer and at every split. */
class VectorsTest {
  private static final ProxyHeaderReader READER = ProxyHeaderReader.standard();

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  static List<Vector> vectors() {
    return Vectors.all();
  }

  static List<Vector> accepted() {
    return Vectors.accepted();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void vectorHasItsVerdictInEveryKindOfBuffer(Vector vector) {
    for (BufferKind kind : BufferKind.values()) {
      ByteBuf buffer = leaks.buffer(kind, vector.bytes());
      assertVerdict(vector, Verdict.of(READER, buffer));
      buffer.release();
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void verdictFallsAtTheSameByteInEveryKindOfBuffer(Vector vector) {
    byte[] bytes = vector.bytes();
    Verdict[] expected = new Verdict[bytes.length + 1];
    for (int length = 0; length <= bytes.length; length++) {
      expected[length] = Verdict.of(Arrays.copyOf(bytes, length));
    }
    for (BufferKind kind : BufferKind.values()) {
      ByteBuf buffer = leaks.buffer(kind, bytes);
      int start = buffer.readerIndex();
      for (int length = 0; length <= bytes.length; length++) {
        buffer.setIndex(start, start + length);
        assertThat(Verdict.of(READER, buffer))
            .as("%s, first %s bytes", kind, length)
            .isEqualTo(expected[length]);
      }
      buffer.release();
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  @DisplayName("T23 a verdict stays the same when more bytes come")
  void verdictStaysWhenMoreBytesCome(Vector vector) {
    Verdict first = Verdict.INCOMPLETE;
    for (int length = 0; length <= vector.bytes().length; length++) {
      Verdict verdict = Verdict.of(Arrays.copyOf(vector.bytes(), length));
      if (!first.isIncomplete()) {
        assertThat(verdict).as("first %s bytes", length).isEqualTo(first);
      }
      first = verdict;
    }
    assertVerdict(vector, first);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  @DisplayName(
      "T23 the verdict is the same at every split into two, and the bytes behind the header are left")
  void vectorHasItsVerdictAtEverySplit(Vector vector) {
    byte[] bytes = vector.bytes();
    Verdict whole = Verdict.of(bytes);
    for (int split = 0; split <= bytes.length; split++) {
      ByteBuf buffer =
          leaks
              .allocator()
              .compositeBuffer()
              .addComponent(true, leaks.allocator().directBuffer().writeBytes(bytes, 0, split));
      Verdict first = Verdict.of(READER, buffer);
      if (first.isIncomplete()) {
        ByteBuf rest =
            leaks.allocator().heapBuffer().writeBytes(bytes, split, bytes.length - split);
        buffer = leaks.allocator().compositeBuffer().addComponents(true, buffer, rest);
        assertThat(Verdict.of(READER, buffer)).as("split at %s", split).isEqualTo(whole);
        byte[] payload = new byte[buffer.readableBytes()];
        buffer.getBytes(buffer.readerIndex(), payload);
        assertThat(payload).isEqualTo(Arrays.copyOfRange(bytes, whole.consumed(), bytes.length));
      } else {
        assertThat(first).as("first %s bytes", split).isEqualTo(whole);
      }
      buffer.release();
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void oracleAgreesOnEveryPrefix(Vector vector) {
    OracleAssert.assertAgreementOnEveryPrefix(vector.bytes());
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void acceptedBinaryHeaderWithAddressesIsWrittenWithTheSameBytes(Vector vector) {
    ProxyHeader header = Verdict.of(vector.bytes()).header();
    byte[] written = ProxyHeaderWriter.toBytes(header);
    if (header.version() == ProxyVersion.V2 && header.hasAddresses()) {
      assertThat(written).isEqualTo(Arrays.copyOf(vector.bytes(), vector.consumed()));
    }
    ProxyHeader again = Verdict.of(written).header();
    assertThat(again.transport()).isEqualTo(header.transport());
    assertThat(again.source()).isEqualTo(header.source());
    assertThat(again.destination()).isEqualTo(header.destination());
  }

  private static void assertVerdict(Vector vector, Verdict verdict) {
    switch (vector.expect()) {
      case "proxied" -> {
        assertHeader(vector, verdict, true);
        assertThat(verdict.header().command()).isEqualTo(ProxyCommand.PROXY);
        assertThat(verdict.header().source()).isEqualTo(Addresses.parse(vector.source()));
        assertThat(verdict.header().destination()).isEqualTo(Addresses.parse(vector.destination()));
        assertThat(verdict.header().tlvs()).containsExactlyElementsOf(vector.tlvs());
      }
      case "local" -> {
        assertHeader(vector, verdict, false);
        assertThat(verdict.header().source()).isNull();
        assertThat(verdict.header().destination()).isNull();
      }
      case "reject" -> {
        if (!vector.datagram() || !verdict.isIncomplete()) {
          assertThat(verdict.isRejected()).as("rejected").isTrue();
          assertThat(verdict.reason()).isNotEqualTo(Reason.MISSING);
        }
      }
      case "absent" -> {
        if (!vector.datagram() || !verdict.isIncomplete()) {
          assertThat(verdict.reason()).isEqualTo(Reason.MISSING);
        }
      }
      case "incomplete" -> {
        if (!vector.alternatives().contains("reject")) {
          assertThat(verdict.isIncomplete()).as("incomplete").isTrue();
        }
        assertThat(verdict.isAccepted()).as("accepted").isFalse();
      }
      default -> throw new AssertionError(vector.expect());
    }
  }

  private static void assertHeader(Vector vector, Verdict verdict, boolean hasAddresses) {
    assertThat(verdict.isAccepted()).as("accepted, not %s", verdict.reason()).isTrue();
    assertThat(verdict.consumed()).isEqualTo(vector.consumed());
    assertThat(verdict.header().transport()).isEqualTo(vector.transport());
    assertThat(verdict.header().hasAddresses()).isEqualTo(hasAddresses);
  }
}
