/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.proxyheader.protocol.HeaderPresence;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.testing.BufferKind;
import io.github.proxyheader.testing.Bytes;
import io.github.proxyheader.testing.LeakCheck;
import io.github.proxyheader.testing.Oracle.Settings;
import io.github.proxyheader.testing.OracleAssert;
import io.github.proxyheader.testing.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The reader, with several settings: any bytes are a header, a refusal or incomplete; the verdict
 * falls at one byte, does not depend on those behind it, and agrees with the oracle.
 */
class ReaderFuzzTest {
  /** Beside the standard reader; the input's hash chooses one, and the kind of buffer. */
  private static final List<ProxyHeaderReader> OTHERS =
      List.of(
          ProxyHeaderReader.builder().maxHeaderSize(65_551).verifyChecksum(false).build(),
          ProxyHeaderReader.builder().maxHeaderSize(40).allowMixedFamilies(true).build(),
          ProxyHeaderReader.builder()
              .transports(ProxyTransport.TCP4, ProxyTransport.UDP6)
              .acceptUnspec(false)
              .build(),
          ProxyHeaderReader.builder().transports(ProxyTransport.UNIX_STREAM).build(),
          ProxyHeaderReader.builder().versions(ProxyVersion.V1).acceptUnspec(false).build(),
          ProxyHeaderReader.builder().versions(ProxyVersion.V2).acceptUnspec(false).build());

  /** Settings that the oracle knows, too. */
  private static final List<Settings> SETTINGS =
      List.of(
          new Settings(Settings.DEFAULT.transports(), false, true),
          new Settings(Set.of(ProxyTransport.TCP4, ProxyTransport.TCP6), true, true),
          new Settings(Set.of(ProxyTransport.TCP6, ProxyTransport.UNIX_DGRAM), true, false),
          new Settings(Set.of(ProxyTransport.UDP4), false, false));

  private static final BufferKind[] KINDS = BufferKind.values();
  private static final byte[] OTHER_TAIL = Bytes.hex("0d0a2000ff0d0a50524f5859");

  private static final int MAX_TEXT = 107;
  private static final int FIXED_PART = 16;

  /** There are a few texts in the library; a byte of the peer in one of them makes it many. */
  private static final Set<String> MESSAGES = ConcurrentHashMap.newKeySet();

  private static final int MAX_MESSAGES = 60;

  static Stream<byte[]> seeds() {
    return Seeds.headers();
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "60s")
  void read(byte[] bytes) {
    int choice = Arrays.hashCode(bytes) >>> 8;
    assertReader(ProxyHeaderReader.standard(), bytes, choice);
    assertReader(OTHERS.get(choice % OTHERS.size()), bytes, choice / OTHERS.size());
    OracleAssert.assertAgreement(bytes);
    OracleAssert.assertAgreement(bytes, SETTINGS.get(choice % SETTINGS.size()));
  }

  private static void assertReader(ProxyHeaderReader reader, byte[] bytes, int choice) {
    Verdict verdict = Verdict.of(reader, bytes);
    int length = decidingLength(reader, bytes);
    assertThat(length > bytes.length).isEqualTo(verdict.isIncomplete());
    if (length <= bytes.length) {
      ByteBuf decided = Unpooled.wrappedBuffer(bytes, 0, length);
      assertThat(Verdict.of(reader, decided)).as("from %s bytes", length).isEqualTo(verdict);
      assertSameWithAnotherTail(reader, bytes, length, verdict);
    }
    assertEnd(reader, bytes, verdict);
    assertSameInBuffer(KINDS[choice % KINDS.length], reader, bytes, verdict);
    assertPresence(reader, bytes, verdict);
  }

  /** How many bytes it takes for a verdict, one more than there are if there is none. */
  private static int decidingLength(ProxyHeaderReader reader, byte[] bytes) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    for (int length = 0; length <= bytes.length; length++) {
      try {
        if (reader.read(in.setIndex(0, length)) != null) {
          return length;
        }
      } catch (ProxyHeaderException e) {
        assertMessage(e);
        return length;
      }
    }
    return bytes.length + 1;
  }

  /** Bytes behind the deciding one have no say. */
  private static void assertSameWithAnotherTail(
      ProxyHeaderReader reader, byte[] bytes, int length, Verdict verdict) {
    byte[] other = Bytes.concat(Arrays.copyOf(bytes, length), OTHER_TAIL);
    assertThat(Verdict.of(reader, other)).as("with another tail").isEqualTo(verdict);
  }

  private static void assertEnd(ProxyHeaderReader reader, byte[] bytes, Verdict verdict) {
    boolean text = bytes.length > 0 && bytes[0] == 'P';
    if (verdict.isAccepted()) {
      int end = verdict.consumed();
      assertThat(end).isLessThanOrEqualTo(reader.maxHeaderSize());
      if (text) {
        assertThat(end).isLessThanOrEqualTo(MAX_TEXT);
        assertThat(bytes[end - 2]).isEqualTo((byte) '\r');
        assertThat(bytes[end - 1]).isEqualTo((byte) '\n');
      } else {
        assertThat(end).isEqualTo(announcedEnd(bytes));
      }
    } else if (verdict.isIncomplete()) {
      assertThat(bytes.length)
          .as("how much can be incomplete")
          .isLessThan(
              text ? MAX_TEXT : bytes.length < FIXED_PART ? FIXED_PART : announcedEnd(bytes));
      assertThat(bytes.length).isLessThan(reader.maxHeaderSize());
    }
  }

  private static int announcedEnd(byte[] bytes) {
    return FIXED_PART + ((bytes[14] & 0xFF) << 8 | bytes[15] & 0xFF);
  }

  private static void assertSameInBuffer(
      BufferKind kind, ProxyHeaderReader reader, byte[] bytes, Verdict verdict) {
    LeakCheck leaks = new LeakCheck();
    ByteBuf in = leaks.buffer(kind, bytes);
    assertThat(Verdict.of(reader, in)).as("in %s", kind).isEqualTo(verdict);
    in.release();
    leaks.assertNothingLeaked();
  }

  private static void assertMessage(ProxyHeaderException e) {
    String message = e.getMessage();
    if (MESSAGES.add(message)) {
      assertThat(message).matches("[ -~]{10,100}");
      assertThat(MESSAGES).hasSizeLessThan(MAX_MESSAGES);
    }
    assertThat(e.getCause()).isNull();
  }

  private static void assertPresence(ProxyHeaderReader reader, byte[] bytes, Verdict verdict) {
    HeaderPresence presence = reader.detect(Unpooled.wrappedBuffer(bytes));
    HeaderPresence expected =
        verdict.reason() == Reason.MISSING
            ? HeaderPresence.ABSENT
            : bytes.length >= 12 || bytes.length >= 5 && bytes[0] == 'P'
                ? HeaderPresence.PRESENT
                : HeaderPresence.UNDECIDED;
    assertThat(presence).isEqualTo(expected);
  }
}
