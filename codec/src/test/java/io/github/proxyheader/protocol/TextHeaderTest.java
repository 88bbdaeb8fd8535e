/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import static io.github.proxyheader.testing.Bytes.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.testing.Addresses;
import io.github.proxyheader.testing.Bytes;
import io.github.proxyheader.testing.OracleAssert;
import io.github.proxyheader.testing.Verdict;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests how version 1 is read, rule by rule. */
class TextHeaderTest {
  private static final String LONGEST_GROUP = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";

  private static Verdict read(String line) {
    return Verdict.of(text(line));
  }

  private static ProxyHeader accept(String line) {
    Verdict verdict = read(line);
    assertThat(verdict.isAccepted()).as("%s: %s", line, verdict.reason()).isTrue();
    assertThat(verdict.consumed()).isEqualTo(line.length());
    return verdict.header();
  }

  /** Asserts that the last byte is the first one that is refused. */
  private static void assertRefusedAtItsEnd(String start, Reason reason) {
    for (int length = 0; length < start.length(); length++) {
      assertThat(read(start.substring(0, length)).isIncomplete())
          .as("incomplete: %s", start.substring(0, length))
          .isTrue();
    }
    assertThat(read(start).reason()).as(start).isEqualTo(reason);
  }

  @Test
  @DisplayName(
      "R16, T27 a TCP4 line gives both addresses and both ports as values, each in its place")
  void tcp4LineGivesItsAddresses() {
    ProxyHeader header = accept("PROXY TCP4 1.2.3.4 5.6.7.8 910 1112\r\n");
    assertThat(header.version()).isEqualTo(ProxyVersion.V1);
    assertThat(header.command()).isEqualTo(ProxyCommand.PROXY);
    assertThat(header.transport()).isEqualTo(ProxyTransport.TCP4);
    assertThat(header.source()).isEqualTo(Addresses.inet("1.2.3.4", 910));
    assertThat(header.destination()).isEqualTo(Addresses.inet("5.6.7.8", 1112));
    assertThat(header.tlvs()).isEmpty();
    assertThat(header.hasChecksum()).isFalse();
  }

  @Test
  @DisplayName("R16 a TCP6 line gives both addresses and both ports, each in its place")
  void tcp6LineGivesItsAddresses() {
    ProxyHeader header = accept("PROXY TCP6 1:2:3:4:5:6:7:8 9::a 910 1112\r\n");
    assertThat(header.transport()).isEqualTo(ProxyTransport.TCP6);
    assertThat(header.source()).isEqualTo(Addresses.inet("1:2:3:4:5:6:7:8", 910));
    assertThat(header.destination()).isEqualTo(Addresses.inet("9::a", 1112));
  }

  @ParameterizedTest
  @DisplayName("R16 fields are separated by exactly one space, and nothing else")
  @ValueSource(
      strings = {
        "PROXY\t",
        "PROXY  ",
        "PROXY TCP4\t",
        "PROXY TCP4 1.1.1.1\t",
        "PROXY TCP4 1.1.1.1 1.1.1.1\u00a0",
        "PROXY TCP4 1.1.1.1 1.1.1.1 1\t",
        "PROXY TCP4 1.1.1.1 1.1.1.1 1 1 ",
        "PROXY TCP4 1.1.1.1 1.1.1.1 1 1\t",
        "PROXY TCP4 1.1.1.1\r",
        "PROXY TCP4 1.1.1.1 1.1.1.1 1\r",
        "PROXY TCP6 ::1 ::1 1 1 ",
        "PROXY TCP6 ::ffff:1.1.1.1\t",
        "PROXYX",
        "PROXY\r",
        "PROXY\n",
        "PROXY\0"
      })
  void wrongSeparatorIsRefused(String start) {
    Reason reason = start.equals("PROXY  ") ? Reason.TRANSPORT : Reason.SYNTAX;
    assertRefusedAtItsEnd(start, reason);
  }

  @ParameterizedTest
  @DisplayName("R16 a second space is no separator but the first byte of a wrong field")
  @CsvSource({
    "'PROXY TCP4  ', ADDRESS",
    "'PROXY TCP4 1.1.1.1  ', ADDRESS",
    "'PROXY TCP4 1.1.1.1 1.1.1.1  ', PORT",
    "'PROXY TCP4 1.1.1.1 1.1.1.1 1  ', PORT",
    "'PROXY TCP6  ', ADDRESS",
    "'PROXY TCP6 ::  ', ADDRESS"
  })
  void doubleSpaceIsRefused(String start, Reason reason) {
    assertRefusedAtItsEnd(start, reason);
  }

  @ParameterizedTest
  @DisplayName("R16, R28 only TCP4, TCP6 and UNKNOWN are protocols, in upper case")
  @ValueSource(
      strings = {
        "PROXY t",
        "PROXY Tc",
        "PROXY TCp",
        "PROXY TCP ",
        "PROXY TCP5",
        "PROXY TCP\0",
        "PROXY UD",
        "PROXY u",
        "PROXY UNKNOWn",
        "PROXY UNKNOWNx",
        "PROXY \r",
        "PROXY \n"
      })
  void otherProtocolIsRefused(String start) {
    assertRefusedAtItsEnd(start, Reason.TRANSPORT);
  }

  @Test
  @DisplayName("R20 every port from 0 to 65535 is accepted, and every one up to 99999 refused")
  void everyPort() {
    for (int port = 0; port < 100_000; port++) {
      Verdict source = read("PROXY TCP4 1.1.1.1 2.2.2.2 " + port + " 7\r\n");
      Verdict destination = read("PROXY TCP6 :: :: 7 " + port + "\r\n");
      if (port > 65_535) {
        assertThat(source.reason()).isEqualTo(Reason.PORT);
        assertThat(destination.reason()).isEqualTo(Reason.PORT);
      } else if (((InetSocketAddress) source.header().source()).getPort() != port
          || ((InetSocketAddress) destination.header().destination()).getPort() != port) {
        throw new AssertionError(port);
      }
    }
  }

  @ParameterizedTest
  @DisplayName("R20 a port is decimal, has no sign and no leading zeros, and is not empty")
  @ValueSource(
      strings = {
        "00", "08", "+", "-", "65536", "65540", "70000", "99999",
        "a", ".", " ", "\r", "\n", "\0", "\u0661", "x"
      })
  void wrongPortIsRefused(String port) {
    assertRefusedAtItsEnd("PROXY TCP4 1.1.1.1 1.1.1.1 " + port, Reason.PORT);
    assertRefusedAtItsEnd("PROXY TCP6 :: :: 1 " + port, Reason.PORT);
  }

  @ParameterizedTest
  @DisplayName("R20 a byte behind a port that is no digit is refused")
  @ValueSource(strings = {"1a", "80.", "0x", "443,", "1\n", "1\0", "1/"})
  void junkBehindPortIsRefused(String port) {
    assertRefusedAtItsEnd("PROXY TCP4 1.1.1.1 1.1.1.1 " + port, Reason.SYNTAX);
    assertRefusedAtItsEnd("PROXY TCP4 1.1.1.1 1.1.1.1 1 " + port, Reason.SYNTAX);
  }

  @Test
  @DisplayName("R21 the longest lines, of 56, 104, 15 and 107 bytes, are accepted")
  void longestLinesAreTaken() {
    String ipv4 = "255.255.255.255";
    String tcp4 = "PROXY TCP4 " + ipv4 + ' ' + ipv4 + " 65535 65535\r\n";
    assertThat(tcp4).hasSize(56);
    accept(tcp4);
    String tcp6 = "PROXY TCP6 " + LONGEST_GROUP + ' ' + LONGEST_GROUP + " 65535 65535\r\n";
    assertThat(tcp6).hasSize(104);
    accept(tcp6);
    accept("PROXY UNKNOWN\r\n");
    String unknown = "PROXY UNKNOWN " + LONGEST_GROUP + ' ' + LONGEST_GROUP + " 65535 65535\r\n";
    assertThat(unknown).hasSize(107);
    accept(unknown);
  }

  @Test
  @DisplayName(
      "R22, R24 there is no header before the line feed, and a line in pieces is waited for")
  void noHeaderBeforeTheLineFeed() {
    String line = "PROXY TCP4 1.2.3.4 5.6.7.8 910 1112\r\n";
    for (int length = 0; length < line.length(); length++) {
      assertThat(read(line.substring(0, length)).isIncomplete()).isTrue();
    }
    accept(line);
  }

  @Test
  @DisplayName("R23, T1 a line without an end is refused as its 107th byte comes")
  void lineWithoutEndIsRefusedAtByte107() {
    byte[] endless = Bytes.concat(text("PROXY UNKNOWN "), Bytes.filled(1 << 20, 'x'));
    assertThat(Verdict.of(Arrays.copyOf(endless, 106)).isIncomplete()).isTrue();
    assertThat(Verdict.of(Arrays.copyOf(endless, 107)).reason()).isEqualTo(Reason.TOO_LONG);
    assertThat(Verdict.of(endless).reason()).isEqualTo(Reason.TOO_LONG);
  }

  @Test
  @DisplayName("R23 a line whose line feed would be the 108th byte is refused")
  void lineOf108BytesIsRefused() {
    String line = "PROXY UNKNOWN " + "x".repeat(92) + "\r\n";
    assertThat(line).hasSize(108);
    assertThat(read(line.substring(0, 107)).reason()).isEqualTo(Reason.TOO_LONG);
    assertThat(read(line).reason()).isEqualTo(Reason.TOO_LONG);
  }

  @Test
  @DisplayName("R21, R23 two addresses with dotted tails of 116 bytes in all are too long")
  void tcp6LineBeyond107BytesIsRefused() {
    String address = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255";
    String line = "PROXY TCP6 " + address + ' ' + address + " 65535 65535\r\n";
    assertThat(line).hasSize(116);
    assertThat(read(line.substring(0, 106)).isIncomplete()).isTrue();
    assertThat(read(line.substring(0, 107)).reason()).isEqualTo(Reason.TOO_LONG);
    assertThat(read(line).reason()).isEqualTo(Reason.TOO_LONG);
  }

  @ParameterizedTest
  @DisplayName("R25 neither CR nor LF alone ends a line")
  @ValueSource(
      strings = {
        "PROXY TCP4 1.1.1.1 1.1.1.1 1 1\n",
        "PROXY TCP4 1.1.1.1 1.1.1.1 1 1\rx",
        "PROXY TCP4 1.1.1.1 1.1.1.1 1 1\r\r",
        "PROXY TCP4 1.1.1.1 1.1.1.1 1 1\r\t",
        "PROXY TCP6 :: :: 1 1\n",
        "PROXY TCP6 :: :: 1 1\r\0",
        "PROXY UNKNOWN\r\r",
        "PROXY UNKNOWN \n",
        "PROXY UNKNOWN a\rb",
        "PROXY UNKNOWN a b\n"
      })
  void loneLineEndIsRefused(String start) {
    assertRefusedAtItsEnd(start, Reason.SYNTAX);
  }

  @Test
  @DisplayName("R25 a line feed right behind UNKNOWN is refused")
  void lineFeedBehindUnknownIsRefused() {
    assertThat(read("PROXY UNKNOWN\n").isRejected()).isTrue();
  }

  @ParameterizedTest
  @DisplayName("R26 what stands behind UNKNOWN is ignored up to the end of the line")
  @ValueSource(
      strings = {
        "",
        " ",
        " 1.1.1.1 2.2.2.2 3 4",
        " 1.1.1.1 2.2.2.2 99999 -4 5 6 7",
        " \0\t\u00ff\u0001",
        " TCP4 1.1.1.1",
        "  "
      })
  void restOfUnknownIsIgnored(String rest) {
    ProxyHeader header = accept("PROXY UNKNOWN" + rest + "\r\n");
    assertThat(header.transport()).isEqualTo(ProxyTransport.UNSPEC);
    assertThat(header.command()).isEqualTo(ProxyCommand.PROXY);
    assertThat(header.hasAddresses()).isFalse();
    assertThat(header.source()).isNull();
    assertThat(header.destination()).isNull();
  }

  @Test
  @DisplayName("R26 any byte but CR and LF may stand behind UNKNOWN")
  void everyByteBehindUnknown() {
    for (int b = 0; b < 256; b++) {
      if (b != '\r' && b != '\n') {
        accept("PROXY UNKNOWN a" + (char) b + "b\r\n");
      }
    }
  }

  @ParameterizedTest
  @DisplayName("T4 a line with any one byte replaced by any other reads as the grammar says")
  @ValueSource(
      strings = {
        "PROXY TCP4 192.168.0.1 255.25.205.11 56324 443\r\n",
        "PROXY TCP6 2001:db8::8a2e:370:7334 ::ffff:10.20.30.255 65535 0\r\n",
        "PROXY TCP6 1:2:3:4:5:6:7:8 9:a:b:c:d:e:f:: 1 65529\r\n",
        "PROXY UNKNOWN\r\n",
        "PROXY UNKNOWN ::1 ::2 3 4\r\n"
      })
  void everyByteReplaced(String line) {
    byte[] bytes = text(line);
    for (int at = 0; at < bytes.length; at++) {
      for (int b = 0; b < 256; b++) {
        byte[] changed = bytes.clone();
        changed[at] = (byte) b;
        OracleAssert.assertAgreement(changed);
      }
    }
  }

  @Test
  @DisplayName("T24 addresses are resolved and have no names, and nothing is looked up")
  void hostNameIsNotLookedUp() {
    assertThat(read("PROXY TCP4 localhost localhost 1 2\r\n").reason()).isEqualTo(Reason.ADDRESS);
    InetSocketAddress source =
        (InetSocketAddress) accept("PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n").source();
    assertThat(source.isUnresolved()).isFalse();
    assertThat(source.toString()).isEqualTo("/127.0.0.1:1");
  }
}
