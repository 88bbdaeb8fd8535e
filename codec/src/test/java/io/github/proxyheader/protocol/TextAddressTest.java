/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import static io.github.proxyheader.testing.Bytes.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.testing.Addresses;
import io.github.proxyheader.testing.Verdict;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests how the addresses of version 1 are read (R17 to R19). */
class TextAddressTest {
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

  @ParameterizedTest
  @DisplayName("R17, T25 an IPv4 address is four octets of 0 to 255 without leading zeros")
  @ValueSource(
      strings = {
        "00",
        "01",
        "256",
        "300",
        "1000",
        "1.01",
        "1.2.00",
        "1.2.3.04",
        "1.2.3.256",
        "1..",
        ".",
        "-",
        "+",
        "1.2.3 ",
        "1.2 ",
        "1 ",
        "1.2.3.4.",
        "0x",
        "127.1 ",
        "2130",
        "a",
        "1a",
        "1.2.3.a",
        ":",
        "[",
        "l",
        "1\0",
        "1,"
      })
  void wrongIpv4AddressIsRefused(String address) {
    Reason last = address.equals("1.2.3.4.") ? Reason.SYNTAX : Reason.ADDRESS;
    assertRefusedAtItsEnd("PROXY TCP4 " + address, last);
    assertRefusedAtItsEnd("PROXY TCP4 9.9.9.9 " + address, last);
  }

  @Test
  @DisplayName(
      "R17 every octet from 0 to 255 is accepted in every place, and every one up to 999 refused")
  void everyOctet() {
    for (int place = 0; place < 4; place++) {
      for (int octet = 0; octet < 1000; octet++) {
        String[] octets = {"1", "22", "133", "0"};
        octets[place] = Integer.toString(octet);
        String address = String.join(".", octets);
        Verdict verdict = read("PROXY TCP4 " + address + " 0.0.0.0 1 2\r\n");
        if (octet > 255) {
          assertThat(verdict.reason()).as(address).isEqualTo(Reason.ADDRESS);
        } else {
          assertThat(verdict.header().source()).isEqualTo(Addresses.inet(address, 1));
        }
      }
    }
  }

  @ParameterizedTest
  @DisplayName(
      "R18 an IPv6 address is groups of up to 4 digits in either case, with at most one ::")
  @ValueSource(
      strings = {
        "::",
        "::1",
        "1::",
        "1::8",
        "1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::",
        "::2:3:4:5:6:7:8",
        "1::3:4:5:6:7:8",
        "1:2:3:4:5:6::8",
        "abcd:ABCD:0:00:000:0000:9:0f0F",
        "0:0:0:0:0:0:0:0",
        "2001:db8:85a3:0000:0000:8a2e:0370:7334",
        "fe80::1",
        "::0:0",
        LONGEST_GROUP
      })
  void ipv6AddressIsTaken(String address) {
    assertThat(accept("PROXY TCP6 " + address + " ::9 1 2\r\n").source())
        .isEqualTo(Addresses.inet(address, 1));
    assertThat(accept("PROXY TCP6 ::9 " + address + " 1 2\r\n").destination())
        .isEqualTo(Addresses.inet(address, 2));
  }

  @ParameterizedTest
  @DisplayName("R18 an IPv4 tail is accepted in the place of the last two groups")
  @ValueSource(
      strings = {
        "::ffff:1.2.3.4",
        "::FFFF:255.255.255.255",
        "::1.2.3.4",
        "64:ff9b::0.0.0.0",
        "1:2:3:4:5:6:7.8.9.10",
        "1::3:4:5:6:7.8.9.10",
        "::2:3:4:5:6:7.8.9.10",
        "1:2:3:4:5::7.8.9.10"
      })
  void dottedTailIsTaken(String address) {
    assertThat(accept("PROXY TCP6 " + address + " ::9 1 2\r\n").source())
        .isEqualTo(Addresses.inet(address, 1));
  }

  @ParameterizedTest
  @DisplayName("R18 what is not exactly 128 bits of hexadecimal groups is refused")
  @ValueSource(
      strings = {
        "1:2:3:4:5:6:7 ",
        "1:2:3:4:5:6:7:8:",
        "1::2:3:4:5:6:7:",
        "::2:3:4:5:6:7:8:",
        "1::2::",
        ":::",
        ":1",
        ": ",
        "1: ",
        "12345",
        "00000",
        "g",
        "1:g",
        "::g",
        "fe80::1%",
        "[",
        "::1]",
        "1 ",
        "1\r",
        "::\0",
        "::ffff:1.2.3 ",
        "::ffff:1.2.3.4.",
        "::ffff:1.2.3.4:",
        "::ffff:256.",
        "::ffff:01.",
        "::ffff:1.2.3.04",
        "::ffff:a.",
        "::ffff:.",
        "1:2:3:4:5:6:7:8.",
        "1:2:3:4:5.",
        "1:2:3:4:5:6::7.",
        "::2:3:4:5:6:7:8.",
        "1.",
        "255."
      })
  void wrongIpv6AddressIsRefused(String address) {
    boolean behindTheAddress = address.matches("::ffff:1\\.2\\.3\\.4.");
    Reason reason = behindTheAddress ? Reason.SYNTAX : Reason.ADDRESS;
    assertRefusedAtItsEnd("PROXY TCP6 " + address, reason);
    assertRefusedAtItsEnd("PROXY TCP6 9::9 " + address, reason);
  }

  @ParameterizedTest
  @DisplayName("R19 the protocol dictates the family of both addresses")
  @CsvSource({
    "'PROXY TCP4 :'",
    "'PROXY TCP4 1:'",
    "'PROXY TCP4 1.2.3.4 :'",
    "'PROXY TCP6 1.'",
    "'PROXY TCP6 ::1 1.'",
    "'PROXY TCP4 f'"
  })
  void addressOfTheOtherFamilyIsRefused(String start) {
    assertRefusedAtItsEnd(start, Reason.ADDRESS);
  }

  @Test
  @DisplayName("R18, T26 a mapped address is given out as IPv4, and the transport stays TCP6")
  void mappedAddressIsGivenOutAsIpv4() {
    ProxyHeader header = accept("PROXY TCP6 ::ffff:192.0.2.1 ::ffff:c000:202 1 2\r\n");
    assertThat(header.transport()).isEqualTo(ProxyTransport.TCP6);
    assertThat(((InetSocketAddress) header.source()).getAddress()).isInstanceOf(Inet4Address.class);
    assertThat(header.destination()).isEqualTo(Addresses.inet("192.0.2.2", 2));
    ProxyHeader compatible = accept("PROXY TCP6 ::192.0.2.1 ::1 1 2\r\n");
    assertThat(((InetSocketAddress) compatible.source()).getAddress())
        .isInstanceOf(Inet6Address.class);
  }
}
