/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import static io.github.proxyheader.testing.Bytes.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.testing.Addresses;
import io.github.proxyheader.testing.BufferKind;
import io.github.proxyheader.testing.LeakCheck;
import io.github.proxyheader.testing.Verdict;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads version 1 lines whose addresses are of another family than their protocol (R19). */
class MixedFamiliesTest {
  private static final ProxyHeaderReader MIXED =
      ProxyHeaderReader.builder().allowMixedFamilies(true).build();

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  @ParameterizedTest
  @DisplayName("R19 a line of mixed families is read as the addresses that it means")
  @CsvSource({
    // The line of nginx that is of TCP4, and other ways to write its addresses.
    "TCP4, 203.0.113.7,             ::ffff:198.51.100.9,      TCP4, 203.0.113.7, 198.51.100.9",
    "TCP4, ::ffff:203.0.113.7,      198.51.100.9,             TCP4, 203.0.113.7, 198.51.100.9",
    "TCP4, ::ffff:cb00:7107,        ::FFFF:c633:6409,         TCP4, 203.0.113.7, 198.51.100.9",
    "TCP4, 0:0:0:0:0:ffff:cb00:7107, 0.0.0.0,                 TCP4, 203.0.113.7, 0.0.0.0",
    "TCP4, 0.0.0.0,                 0000::00:fFfF:1.2.3.4,    TCP4, 0.0.0.0,     1.2.3.4",
    "TCP4, 0:0:0:0::ffff:1:2,       0::0:0:0:ffff:0.0.0.1,    TCP4, 0.1.0.2,     0.0.0.1",
    "TCP4, 0:0:0:0:0:ffff::,        0:0:0:0:0:ffff::304,      TCP4, 0.0.0.0,     0.0.3.4",
    "TCP4, 0:0:0:0:0:ffff:102::,    0:0:0:0:0:ffff:9.8.7.6,   TCP4, 1.2.0.0,     9.8.7.6",
    // The line of nginx that is of TCP6.
    "TCP6, 2001:db8::7,             198.51.100.9,             TCP6, 2001:db8::7, 198.51.100.9",
    "TCP6, 203.0.113.7,             2001:db8::9,              TCP6, 203.0.113.7, 2001:db8::9",
    "TCP6, 203.0.113.7,             198.51.100.9,             TCP4, 203.0.113.7, 198.51.100.9",
    "TCP6, 203.0.113.7,             ::ffff:198.51.100.9,      TCP4, 203.0.113.7, 198.51.100.9",
    // These lines are of one family, for which the switch changes nothing.
    "TCP4, 203.0.113.7,             198.51.100.9,             TCP4, 203.0.113.7, 198.51.100.9",
    "TCP6, 2001:db8::7,             2001:db8::9,              TCP6, 2001:db8::7, 2001:db8::9",
    "TCP6, ::ffff:203.0.113.7,      ::ffff:c633:6409,         TCP6, 203.0.113.7, 198.51.100.9"
  })
  void lineIsReadAsWhatItMeans(
      String protocol,
      String source,
      String destination,
      ProxyTransport transport,
      String meantSource,
      String meantDestination) {
    byte[] line = text("PROXY %s %s %s 910 1112\r\n".formatted(protocol, source, destination));
    ProxyHeader expected =
        ProxyHeader.builder()
            .version(ProxyVersion.V1)
            .transport(transport)
            .source(Addresses.inet(meantSource, 910))
            .destination(Addresses.inet(meantDestination, 1112))
            .build();
    for (BufferKind kind : BufferKind.values()) {
      ByteBuf buffer = leaks.buffer(kind, line);
      int start = buffer.readerIndex();
      for (int length = 0; length < line.length; length++) {
        buffer.setIndex(start, start + length);
        assertThat(Verdict.of(MIXED, buffer)).isEqualTo(Verdict.INCOMPLETE);
      }
      buffer.setIndex(start, start + line.length);
      assertThat(Verdict.of(MIXED, buffer)).isEqualTo(new Verdict(expected, line.length, null));
      buffer.release();
    }
  }

  @ParameterizedTest
  @DisplayName(
      "R19 a header that was read from a line of mixed families is written with one family")
  @CsvSource({
    "TCP4 203.0.113.7 ::ffff:198.51.100.9, TCP4 203.0.113.7 198.51.100.9",
    "TCP6 203.0.113.7 198.51.100.9,        TCP4 203.0.113.7 198.51.100.9",
    "TCP6 2001:db8::7 198.51.100.9,        TCP6 2001:db8::7 ::ffff:c633:6409",
    "TCP6 203.0.113.7 2001:db8::9,         TCP6 ::ffff:cb00:7107 2001:db8::9"
  })
  void headerIsWrittenByItsAddresses(String read, String written) {
    ProxyHeader header = Verdict.of(MIXED, text("PROXY " + read + " 1 2\r\n")).header();
    assertThat(new String(ProxyHeaderWriter.toBytes(header), StandardCharsets.US_ASCII))
        .isEqualTo("PROXY " + written + " 1 2\r\n");
    assertThat(header.toBuilder().build()).isEqualTo(header);
    assertThat(Verdict.of(ProxyHeaderWriter.toBytes(header)).header()).isEqualTo(header);
  }

  @ParameterizedTest
  @DisplayName("R19 lines of mixed families are refused by default")
  @ValueSource(
      strings = {
        "PROXY TCP4 203.0.113.7 :",
        "PROXY TCP4 0:",
        "PROXY TCP6 203.",
        "PROXY TCP6 2001:db8::7 198."
      })
  void mixedFamiliesAreRefusedByDefault(String start) {
    byte[] bytes = text(start);
    assertThat(Verdict.of(bytes).reason()).isEqualTo(Reason.ADDRESS);
    assertThat(Verdict.of(Arrays.copyOf(bytes, bytes.length - 1)).isIncomplete()).isTrue();
    assertThat(Verdict.of(MIXED, bytes).isIncomplete()).isTrue();
  }

  @ParameterizedTest
  @DisplayName(
      "R19 an address that is not mapped is refused in a TCP4 line at its first wrong byte")
  @ValueSource(
      strings = {
        "2001",
        "1:",
        "00.",
        "01",
        "0:1",
        "00000",
        "::1",
        "::fe",
        "::fffff",
        "::fff:",
        "::ffff ",
        "::ffff::",
        "::ffff:.",
        "::ffff:12345",
        "::ffff:1 ",
        "::ffff:1::",
        "::ffff:1:2:",
        "::ffff:1:2345a",
        "::ffff:01.",
        "::ffff:1.2.3.256",
        "::0:0:0:0:0",
        ":::",
        "0::0::",
        "0:0:0:0:f",
        "0:0:0:0:0:0",
        "0:0:0:0:0::",
        "0:0:0:0:0:ffff:::",
        "0:0:0:0:0:ffff::1:",
        "0:0:0:0:0:ffff::1.",
        "0:0:0:0:0:ffff:1::2",
        "::ffff:1%",
        "[",
        "x"
      })
  void addressThatIsNotMappedIsRefusedInTcp4(String address) {
    for (String before : new String[] {"PROXY TCP4 ", "PROXY TCP4 1.2.3.4 "}) {
      byte[] bytes = text(before + address);
      assertThat(Verdict.of(MIXED, bytes).reason()).isEqualTo(Reason.ADDRESS);
      byte[] allButLast = Arrays.copyOf(bytes, bytes.length - 1);
      assertThat(Verdict.of(MIXED, allButLast).isIncomplete()).isTrue();
    }
  }

  @ParameterizedTest
  @DisplayName("R18, R19 a malformed address is refused in a TCP6 line of mixed families, too")
  @ValueSource(strings = {"1.2.3 ", "256.", "1.2.3.04", "1:2.", "::1.2.3.4.", "1.2.3.4:"})
  void malformedAddressIsRefusedInTcp6(String address) {
    Verdict verdict = Verdict.of(MIXED, text("PROXY TCP6 " + address));
    assertThat(verdict.isRejected()).isTrue();
  }

  @Test
  @DisplayName("R19 both the protocol that a line names and the one that it means must be accepted")
  void namedAndMeantTransportMustBeAccepted() {
    ProxyHeaderReader tcp6 =
        ProxyHeaderReader.builder()
            .allowMixedFamilies(true)
            .transports(ProxyTransport.TCP6)
            .build();
    assertThat(Verdict.of(tcp6, text("PROXY TCP6 2001:db8::7 1.2.3.4 1 2\r\n")).isAccepted())
        .isTrue();
    assertThat(Verdict.of(tcp6, text("PROXY TCP6 5.6.7.8 1.2.3.4 1 2\r\n")).reason())
        .isEqualTo(Reason.TRANSPORT);
    assertThat(Verdict.of(tcp6, text("PROXY TCP6 ::ffff:5.6.7.8 ::ffff:1:2 1 2\r\n")).isAccepted())
        .isTrue();
    ProxyHeaderReader tcp4 =
        ProxyHeaderReader.builder()
            .allowMixedFamilies(true)
            .transports(ProxyTransport.TCP4)
            .build();
    assertThat(Verdict.of(tcp4, text("PROXY TCP4 1.2.3.4 ::ffff:1:2 1 2\r\n")).isAccepted())
        .isTrue();
    assertThat(Verdict.of(tcp4, text("PROXY TCP6")).reason()).isEqualTo(Reason.TRANSPORT);
  }
}
