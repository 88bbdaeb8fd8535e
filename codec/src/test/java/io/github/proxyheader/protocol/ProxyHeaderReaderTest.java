/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import static io.github.proxyheader.testing.Bytes.binary;
import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.fixedPart;
import static io.github.proxyheader.testing.Bytes.hex;
import static io.github.proxyheader.testing.Bytes.text;
import static io.github.proxyheader.testing.Bytes.tlv;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.testing.BufferKind;
import io.github.proxyheader.testing.LeakCheck;
import io.github.proxyheader.testing.Vector;
import io.github.proxyheader.testing.Vectors;
import io.github.proxyheader.testing.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what both versions share: the detection of a header, the limits and the switches. */
class ProxyHeaderReaderTest {
  private static final byte[] SIGNATURE = hex("0d0a0d0a000d0a515549540a");
  private static final byte[] IPV4 = hex("01020304 05060708 090a 0b0c");
  private static final String LINE = "PROXY TCP4 1.2.3.4 5.6.7.8 910 1112\r\n";

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private static ProxyHeaderReader.Builder reader() {
    return ProxyHeaderReader.builder();
  }

  private static HeaderPresence detect(byte[] bytes) {
    return ProxyHeaderReader.standard().detect(Unpooled.wrappedBuffer(bytes));
  }

  @Test
  @DisplayName("R12 a header is of version 2 if it starts with the signature and 0x2")
  void versionTwo() {
    assertThat(Verdict.of(binary(0x21, 0x11, IPV4)).header().version()).isEqualTo(ProxyVersion.V2);
    assertThat(Verdict.of(binary(0x20, 0x00)).header().version()).isEqualTo(ProxyVersion.V2);
  }

  @Test
  @DisplayName("R13 a header is of version 1 if it starts with PROXY")
  void versionOne() {
    assertThat(Verdict.of(text(LINE)).header().version()).isEqualTo(ProxyVersion.V1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GET / HTTP/1.1\r\n", "PRI * HTTP/2.0\r\n", "PROPFIND /", "proxy TCP4", "SSH-2.0"})
  @DisplayName("R14 bytes that start in neither way are no header")
  void otherProtocolsAreNoHeader(String start) {
    assertThat(Verdict.of(text(start)).reason()).isEqualTo(Reason.MISSING);
    assertThat(detect(text(start))).isEqualTo(HeaderPresence.ABSENT);
  }

  @Test
  @DisplayName("R15 a header is absent from the first byte on that differs from both signatures")
  void absenceIsDecidedAtTheFirstByte() {
    for (byte[] signature : List.of(SIGNATURE, text("PROXY"))) {
      for (int at = 0; at < signature.length; at++) {
        byte[] prefix = Arrays.copyOf(signature, at);
        assertThat(detect(prefix)).isEqualTo(HeaderPresence.UNDECIDED);
        assertThat(Verdict.of(prefix).isIncomplete()).isTrue();
        for (int b = 0; b < 256; b++) {
          byte[] bytes = concat(prefix, new byte[] {(byte) b});
          if (bytes[at] != signature[at] && (at > 0 || (b != 'P' && b != '\r'))) {
            assertThat(detect(bytes)).isEqualTo(HeaderPresence.ABSENT);
            assertThat(Verdict.of(bytes).reason()).isEqualTo(Reason.MISSING);
          }
        }
      }
    }
  }

  @Test
  @DisplayName(
      "R15 a header is present from the fifth byte of version 1 or the twelfth byte of version 2 on")
  void presenceIsDecidedWithTheSignature() {
    assertThat(detect(text("PROXY"))).isEqualTo(HeaderPresence.PRESENT);
    assertThat(detect(text("PROXY\0junk"))).isEqualTo(HeaderPresence.PRESENT);
    assertThat(detect(SIGNATURE)).isEqualTo(HeaderPresence.PRESENT);
    assertThat(detect(concat(SIGNATURE, hex("ffffffffffff")))).isEqualTo(HeaderPresence.PRESENT);
  }

  @ParameterizedTest
  @EnumSource
  void detectionReadsOnlyReadableBytesAndMovesNothing(BufferKind kind) {
    for (byte[] whole : List.of(text(LINE), binary(0x21, 0x11, IPV4), text("PROXIMITY"))) {
      for (int length = 0; length <= whole.length; length++) {
        byte[] bytes = Arrays.copyOf(whole, length);
        ByteBuf buffer = leaks.buffer(kind, bytes);
        int readerIndex = buffer.readerIndex();
        assertThat(ProxyHeaderReader.standard().detect(buffer)).isEqualTo(detect(bytes));
        assertThat(buffer.readerIndex()).isEqualTo(readerIndex);
        assertThat(buffer.readableBytes()).isEqualTo(length);
        buffer.release();
      }
    }
  }

  static List<Vector> vectors() {
    return Vectors.all();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void detectionAgreesWithReading(Vector vector) {
    for (int length = 0; length <= vector.bytes().length; length++) {
      byte[] bytes = Arrays.copyOf(vector.bytes(), length);
      Verdict verdict = Verdict.of(bytes);
      switch (detect(bytes)) {
        case ABSENT -> assertThat(verdict.reason()).isEqualTo(Reason.MISSING);
        case UNDECIDED -> assertThat(verdict.isIncomplete()).isTrue();
        case PRESENT -> assertThat(verdict.reason()).isNotEqualTo(Reason.MISSING);
      }
    }
  }

  @Test
  void excludedVersionIsRefusedAndNotAbsent() {
    ProxyHeaderReader onlyV1 = reader().versions(ProxyVersion.V1).build();
    ProxyHeaderReader onlyV2 = reader().versions(ProxyVersion.V2).build();
    assertThat(Verdict.of(onlyV1, text(LINE)).isAccepted()).isTrue();
    assertThat(Verdict.of(onlyV2, binary(0x20, 0)).isAccepted()).isTrue();
    assertThat(Verdict.of(onlyV2, text("PROX")).isIncomplete()).isTrue();
    assertThat(Verdict.of(onlyV2, text("PROXY")).reason()).isEqualTo(Reason.VERSION);
    assertThat(Verdict.of(onlyV2, text(LINE)).reason()).isEqualTo(Reason.VERSION);
    assertThat(Verdict.of(onlyV1, Arrays.copyOf(SIGNATURE, 11)).isIncomplete()).isTrue();
    assertThat(Verdict.of(onlyV1, SIGNATURE).reason()).isEqualTo(Reason.VERSION);
    assertThat(Verdict.of(onlyV1, binary(0x21, 0x11, IPV4)).reason()).isEqualTo(Reason.VERSION);
    assertThat(onlyV2.detect(Unpooled.wrappedBuffer(text("PROXY"))))
        .isEqualTo(HeaderPresence.PRESENT);
    assertThat(onlyV1.detect(Unpooled.wrappedBuffer(SIGNATURE))).isEqualTo(HeaderPresence.PRESENT);
  }

  @Test
  void bothVersionsAreReadByDefaultAndWhenNamed() {
    ProxyHeaderReader both = reader().versions(ProxyVersion.V1, ProxyVersion.V2).build();
    for (ProxyHeaderReader each : List.of(both, ProxyHeaderReader.standard(), reader().build())) {
      assertThat(Verdict.of(each, text(LINE)).isAccepted()).isTrue();
      assertThat(Verdict.of(each, binary(0x20, 0)).isAccepted()).isTrue();
    }
  }

  @Test
  @DisplayName("T1 an announced length over the limit is refused at byte 16")
  void announcedLengthOverTheLimitIsRefusedAtByte16() {
    for (int code : new int[] {0x11, 0x21, 0x31, 0x00}) {
      for (int command : new int[] {0x20, 0x21}) {
        byte[] over = fixedPart(command, code, 4_097);
        assertThat(Verdict.of(Arrays.copyOf(over, 15)).isIncomplete()).isTrue();
        assertThat(Verdict.of(over).reason()).isEqualTo(Reason.TOO_LONG);
        assertThat(Verdict.of(fixedPart(command, code, 4_096)).isIncomplete()).isTrue();
        assertThat(Verdict.of(fixedPart(command, code, 65_535)).reason())
            .isEqualTo(Reason.TOO_LONG);
      }
    }
    byte[] longest = binary(0x21, 0x11, IPV4, tlv(4, new byte[4_096 - 12 - 3]));
    assertThat(longest).hasSize(4_112);
    assertThat(Verdict.of(longest).consumed()).isEqualTo(4_112);
  }

  @Test
  @DisplayName("R62 a header of 65,551 bytes, the longest, is read if the limit allows it")
  void largestLimit() {
    ProxyHeaderReader largest = reader().maxHeaderSize(65_551).build();
    assertThat(largest.maxHeaderSize()).isEqualTo(65_551);
    byte[] longest = binary(0x21, 0x11, IPV4, tlv(4, new byte[65_535 - 12 - 3]));
    assertThat(Verdict.of(largest, longest).consumed()).isEqualTo(65_551);
    assertThat(Verdict.of(largest, Arrays.copyOf(longest, 65_550)).isIncomplete()).isTrue();
  }

  @Test
  void smallestLimit() {
    ProxyHeaderReader smallest = reader().maxHeaderSize(16).build();
    assertThat(Verdict.of(smallest, binary(0x20, 0)).isAccepted()).isTrue();
    assertThat(Verdict.of(smallest, fixedPart(0x20, 0, 1)).reason()).isEqualTo(Reason.TOO_LONG);
    assertThat(Verdict.of(smallest, text("PROXY UNKNOWN\r\n")).isAccepted()).isTrue();
    assertThat(Verdict.of(smallest, text("PROXY UNKNOWN \r\n")).isAccepted()).isTrue();
    assertThat(Verdict.of(smallest, text("PROXY UNKNOWN x\r\n")).reason())
        .isEqualTo(Reason.TOO_LONG);
    assertThat(Verdict.of(smallest, text(LINE)).reason()).isEqualTo(Reason.TOO_LONG);
  }

  @Test
  @DisplayName(
      "R23 a limit below 107 bytes holds for lines, too, and one above does not lengthen them")
  void limitOfLines() {
    String line = "PROXY UNKNOWN " + "x".repeat(34) + "\r\n";
    assertThat(line).hasSize(50);
    assertThat(Verdict.of(reader().maxHeaderSize(50).build(), text(line)).consumed()).isEqualTo(50);
    assertThat(Verdict.of(reader().maxHeaderSize(49).build(), text(line)).reason())
        .isEqualTo(Reason.TOO_LONG);
    assertThat(
            Verdict.of(
                    reader().maxHeaderSize(65_551).build(),
                    text("PROXY UNKNOWN " + "x".repeat(92) + "\r\n"))
                .reason())
        .isEqualTo(Reason.TOO_LONG);
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 0, -1, 65_552, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void limitOutsideOfItsRangeIsRefused(int limit) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> reader().maxHeaderSize(limit))
        .withMessageContaining("maxHeaderSize: " + limit);
  }

  @Test
  void versionsMustNotBeEmpty() {
    assertThatIllegalArgumentException().isThrownBy(() -> reader().versions());
    assertThatNullPointerException().isThrownBy(() -> reader().versions(ProxyVersion.V1, null));
  }

  @Test
  @DisplayName(
      "R26, R35 UNSPEC and UNKNOWN are refused on demand at their first byte, and LOCAL never is")
  void unspecIsRefusedOnDemand() {
    ProxyHeaderReader strict = reader().acceptUnspec(false).build();
    for (int code : new int[] {0x00, 0x01, 0x02, 0x10, 0x20, 0x30}) {
      byte[] header = binary(0x21, code);
      assertThat(Verdict.of(strict, Arrays.copyOf(header, 13)).isIncomplete()).isTrue();
      assertThat(Verdict.of(strict, Arrays.copyOf(header, 14)).reason())
          .isEqualTo(Reason.TRANSPORT);
      assertThat(Verdict.of(strict, binary(0x20, code)).isAccepted()).isTrue();
    }
    assertThat(Verdict.of(strict, text("PROXY ")).isIncomplete()).isTrue();
    assertThat(Verdict.of(strict, text("PROXY U")).reason()).isEqualTo(Reason.TRANSPORT);
    assertThat(Verdict.of(strict, text("PROXY UNKNOWN\r\n")).reason()).isEqualTo(Reason.TRANSPORT);
    assertThat(Verdict.of(strict, text(LINE)).isAccepted()).isTrue();
    assertThat(Verdict.of(strict, binary(0x21, 0x11, IPV4)).isAccepted()).isTrue();
  }

  @Test
  @DisplayName("R33 to R35 a reader admits the transports that it is set to, and LOCAL")
  void transportsThatAreNotAdmittedAreRefused() {
    byte[] block = new byte[216];
    for (ProxyTransport only : ProxyTransport.values()) {
      if (only == ProxyTransport.UNSPEC) {
        continue;
      }
      ProxyHeaderReader reader = reader().transports(only).build();
      for (int code = 0; code <= 0xFF; code++) {
        byte[] header = binary(0x21, code, block);
        Verdict verdict = Verdict.of(reader, header);
        Verdict standard = Verdict.of(header);
        boolean hasOther =
            standard.isAccepted()
                && standard.header().hasAddresses()
                && standard.header().transport() != only;
        assertThat(verdict)
            .as("transport %02x where only %s is admitted", code, only)
            .isEqualTo(hasOther ? new Verdict(null, 0, Reason.TRANSPORT) : standard);
        if (hasOther) {
          assertThat(Verdict.of(reader, Arrays.copyOf(header, 14))).isEqualTo(verdict);
          assertThat(Verdict.of(reader, Arrays.copyOf(header, 13)).isIncomplete()).isTrue();
        }
        assertThat(Verdict.of(reader, binary(0x20, code, block)).isAccepted()).isTrue();
      }
      assertThat(Verdict.of(reader, text("PROXY UNKNOWN\r\n")).isAccepted()).isTrue();
    }
  }

  @Test
  @DisplayName("R19 a reader refuses a line at the digit of a protocol that it does not admit")
  void linesThatAreNotAdmittedAreRefused() {
    ProxyHeaderReader tcp6 = reader().transports(ProxyTransport.TCP6, ProxyTransport.UDP4).build();
    assertThat(Verdict.of(tcp6, text("PROXY TCP")).isIncomplete()).isTrue();
    assertThat(Verdict.of(tcp6, text("PROXY TCP4")).reason()).isEqualTo(Reason.TRANSPORT);
    assertThat(Verdict.of(tcp6, text("PROXY TCP6 ::1 ::2 3 4\r\n")).isAccepted()).isTrue();
    ProxyHeaderReader tcp4 = reader().transports(ProxyTransport.TCP4).build();
    assertThat(Verdict.of(tcp4, text("PROXY TCP6")).reason()).isEqualTo(Reason.TRANSPORT);
    assertThat(Verdict.of(tcp4, text(LINE)).isAccepted()).isTrue();
    ProxyHeaderReader neither = reader().transports(ProxyTransport.UNIX_STREAM).build();
    assertThat(Verdict.of(neither, text("PROXY ")).isIncomplete()).isTrue();
    assertThat(Verdict.of(neither, text("PROXY T")).reason()).isEqualTo(Reason.TRANSPORT);
    assertThat(Verdict.of(neither, text("PROXY UNKNOWN\r\n")).isAccepted()).isTrue();
  }

  @Test
  void transportsNameOneOrMoreWithAddresses() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> reader().transports())
        .withMessageStartingWith("transports");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> reader().transports(ProxyTransport.TCP4, ProxyTransport.UNSPEC))
        .withMessageContaining("acceptUnspec");
    ProxyHeaderReader.Builder builder = reader().transports(ProxyTransport.TCP4);
    ProxyHeaderReader before = builder.build();
    ProxyHeaderReader after =
        builder.transports(ProxyTransport.TCP6, ProxyTransport.TCP6).acceptUnspec(false).build();
    assertThat(Verdict.of(before, text(LINE)).isAccepted()).isTrue();
    assertThat(Verdict.of(after, text(LINE)).reason()).isEqualTo(Reason.TRANSPORT);
    assertThat(Verdict.of(after, text("PROXY U")).reason()).isEqualTo(Reason.TRANSPORT);
    assertThat(Verdict.of(before, text("PROXY U")).isIncomplete()).isTrue();
  }

  @Test
  void readerMayBeUsedByManyThreadsAtOnce() throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Boolean>> tasks =
          Vectors.stream().stream()
              .<Callable<Boolean>>map(
                  vector ->
                      () -> {
                        Verdict first = Verdict.of(vector.bytes());
                        for (int i = 0; i < 20; i++) {
                          if (!Verdict.of(vector.bytes()).equals(first)) {
                            return false;
                          }
                        }
                        return true;
                      })
              .toList();
      for (Future<Boolean> same : executor.invokeAll(tasks)) {
        assertThat(same.get()).isTrue();
      }
    } finally {
      executor.shutdownNow();
    }
  }

  static List<byte[]> malformedWithMarkers() {
    return List.of(
        text("QZJX"),
        text("PROXYQZJX"),
        text("PROXY QZJX"),
        text("PROXY TCPQ"),
        text("PROXY TCP4 QZJX"),
        text("PROXY TCP4 1.2.777"),
        text("PROXY TCP4 1.2.3.4QZJX"),
        text("PROXY TCP4 1.2.3.4 77777"),
        text("PROXY TCP4 1.2.3.4 1.2.3.4 77777"),
        text("PROXY TCP4 1.2.3.4 1.2.3.4 7QZJX"),
        text("PROXY TCP4 1.2.3.4 1.2.3.4 7 77777"),
        text("PROXY TCP4 1.2.3.4 1.2.3.4 7 7QZJX"),
        text("PROXY TCP4 1.2.3.4 1.2.3.4 7 7\rQZJX"),
        text("PROXY TCP6 77777"),
        text("PROXY TCP6 ::QZJX"),
        text("PROXY TCP6 ::1.2.777"),
        text("PROXY UNKNOWNQZJX"),
        text("PROXY UNKNOWN QZJX\n"),
        text("PROXY UNKNOWN " + "QZJX".repeat(30)),
        binary('Q', 'Z'),
        binary(0x2F, 'Z'),
        binary(0x21, 'Z'),
        fixedPart(0x21, 0x11, 7),
        fixedPart(0x21, 0x11, 7777),
        binary(0x21, 0x11, text("QZJXQZJX7777"), text("QZJX")),
        binary(0x21, 0x11, text("QZJXQZJX7777"), tlv(5, text("QZJX".repeat(40)))),
        binary(0x21, 0x11, text("QZJXQZJX7777"), tlv(3, text("QZJX"))));
  }

  @ParameterizedTest
  @MethodSource("malformedWithMarkers")
  void messageHoldsNothingOfThePeer(byte[] malformed) {
    ProxyHeaderException e =
        catchThrowableOfType(
            ProxyHeaderException.class,
            () -> ProxyHeaderReader.standard().read(Unpooled.wrappedBuffer(malformed)));
    assertThat(e).isNotNull();
    assertThat(e.toString()).doesNotContain("Q", "Z", "J", "777").doesNotContain("51", "5A", "5a");
    assertThat(e.getMessage()).matches("[A-Za-z0-9 ,']+");
    assertThat(e.getStackTrace()).isEmpty();
    assertThat(e.getCause()).isNull();
    assertThat(e.reason()).isNotNull();
  }

  @Test
  void exceptionKeepsItsReasonMessageAndCause() {
    Exception cause = new Exception("cause");
    ProxyHeaderException e = new ProxyHeaderException(Reason.VALIDATION, "message", cause);
    assertThat(e.reason()).isEqualTo(Reason.VALIDATION);
    assertThat(e).hasMessage("message").hasCause(cause);
    assertThat(e.getStackTrace()).isEmpty();
    assertThat(e.fillInStackTrace()).isSameAs(e);
    assertThatNullPointerException().isThrownBy(() -> new ProxyHeaderException(null, "message"));
  }
}
