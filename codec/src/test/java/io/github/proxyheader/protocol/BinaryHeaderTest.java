/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import static io.github.proxyheader.testing.Bytes.binary;
import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.filled;
import static io.github.proxyheader.testing.Bytes.fixedPart;
import static io.github.proxyheader.testing.Bytes.hex;
import static io.github.proxyheader.testing.Bytes.path;
import static io.github.proxyheader.testing.Bytes.text;
import static io.github.proxyheader.testing.Bytes.tlv;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.testing.Addresses;
import io.github.proxyheader.testing.OracleAssert;
import io.github.proxyheader.testing.Vector;
import io.github.proxyheader.testing.Vectors;
import io.github.proxyheader.testing.Verdict;
import io.github.proxyheader.tlv.Tlv;
import io.github.proxyheader.tlv.TlvType;
import io.netty.channel.unix.DomainSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests how version 2 is read, rule by rule. */
class BinaryHeaderTest {
  private static final byte[] IPV4 = hex("01020304 05060708 090a 0b0c");
  private static final byte[] IPV6 =
      hex("20010db8000000000000000000000001 20010db8000000000000000000000002 090a 0b0c");
  private static final byte[] UNIX = concat(path("/run/a"), path("/run/b"));

  private static ProxyHeader accept(byte[] bytes) {
    Verdict verdict = Verdict.of(bytes);
    assertThat(verdict.isAccepted()).as("accepted, not %s", verdict.reason()).isTrue();
    assertThat(verdict.consumed()).isEqualTo(bytes.length);
    return verdict.header();
  }

  /** Asserts that the verdict is open up to the given length and is given with that byte. */
  private static void assertRefusedAt(int length, byte[] bytes, Reason reason) {
    assertThat(Verdict.of(Arrays.copyOf(bytes, length - 1)).isIncomplete())
        .as("incomplete at %s", length - 1)
        .isTrue();
    assertThat(Verdict.of(Arrays.copyOf(bytes, length)).reason()).isEqualTo(reason);
    assertThat(Verdict.of(bytes).reason()).isEqualTo(reason);
  }

  @Test
  @DisplayName("R29 every byte of the signature counts, also those behind its NUL")
  void everyByteOfTheSignatureCounts() {
    byte[] header = binary(0x21, 0x11, IPV4);
    for (int at = 0; at < 12; at++) {
      for (int b = 0; b < 256; b++) {
        byte[] changed = header.clone();
        changed[at] = (byte) b;
        OracleAssert.assertAgreementOnEveryPrefix(changed);
      }
    }
  }

  @Test
  @DisplayName("R30, R31, T8 every value of byte 12 but 0x20 and 0x21 is refused at once")
  void everyValueOfByte12() {
    for (int b = 0; b < 256; b++) {
      byte[] header = binary(b, 0x11, IPV4);
      if (b == 0x20 || b == 0x21) {
        assertThat(accept(header).command())
            .isEqualTo(b == 0x20 ? ProxyCommand.LOCAL : ProxyCommand.PROXY);
      } else {
        assertRefusedAt(13, header, b >> 4 == 2 ? Reason.COMMAND : Reason.VERSION);
      }
    }
  }

  @Test
  @DisplayName("R33, T8 every value of byte 13 with an unassigned half is refused at once")
  void everyValueOfByte13() {
    for (int b = 0; b < 256; b++) {
      byte[] header = binary(0x21, b, new byte[216]);
      if (b >> 4 > 3 || (b & 0xF) > 2) {
        assertRefusedAt(14, header, Reason.TRANSPORT);
      } else {
        assertThat(Verdict.of(header).isAccepted()).isTrue();
      }
    }
  }

  @Test
  @DisplayName("R32, R33, T8 every value of byte 13 is accepted with LOCAL")
  void everyValueOfByte13WithLocal() {
    for (int b = 0; b < 256; b++) {
      ProxyHeader header = accept(binary(0x20, b, new byte[36]));
      assertThat(header.command()).isEqualTo(ProxyCommand.LOCAL);
      assertThat(header.transport()).isEqualTo(ProxyTransport.UNSPEC);
      assertThat(header.hasAddresses()).isFalse();
    }
  }

  @ParameterizedTest
  @DisplayName("R34 the listed family bytes have their transport and their address length")
  @CsvSource({
    "0x11, TCP4, 12",
    "0x12, UDP4, 12",
    "0x21, TCP6, 36",
    "0x22, UDP6, 36",
    "0x31, UNIX_STREAM, 216",
    "0x32, UNIX_DGRAM, 216"
  })
  void listedFamilyBytes(String code, ProxyTransport transport, int length) {
    int family = Integer.decode(code);
    ProxyHeader header = accept(binary(0x21, family, filled(length, 'x')));
    assertThat(header.transport()).isEqualTo(transport);
    assertThat(header.hasAddresses()).isTrue();
    assertRefusedAt(16, fixedPart(0x21, family, length - 1), Reason.LENGTH);
  }

  @ParameterizedTest
  @DisplayName("R35 a family byte with an unspecified half is accepted without addresses")
  @ValueSource(ints = {0x00, 0x01, 0x02, 0x10, 0x20, 0x30})
  void unspecifiedHalfGivesNoAddresses(int code) {
    for (int length : new int[] {0, 5, 12, 36, 216, 300}) {
      ProxyHeader header = accept(binary(0x21, code, filled(length, 0xFF)));
      assertThat(header.command()).isEqualTo(ProxyCommand.PROXY);
      assertThat(header.transport()).isEqualTo(ProxyTransport.UNSPEC);
      assertThat(header.hasAddresses()).isFalse();
      assertThat(header.source()).isNull();
      assertThat(header.destination()).isNull();
    }
  }

  @Test
  @DisplayName("R36 the length is big-endian and covers everything behind byte 15")
  void lengthIsBigEndian() {
    byte[] header = binary(0x21, 0x11, IPV4, tlv(0xF0, new byte[0x0102 - 12 - 3]));
    assertThat(header[14]).isEqualTo((byte) 0x01);
    assertThat(header[15]).isEqualTo((byte) 0x02);
    accept(header);
    assertThat(Verdict.of(Arrays.copyOf(header, header.length - 1)).isIncomplete()).isTrue();
    Verdict withPayload = Verdict.of(concat(header, text("payload")));
    assertThat(withPayload.consumed()).isEqualTo(16 + 0x0102);
  }

  @Test
  @DisplayName("R36 a LOCAL header is skipped by its length")
  void localIsSkippedByItsLength() {
    Verdict verdict = Verdict.of(concat(binary(0x20, 0x00, filled(77, 0xAA)), text("payload")));
    assertThat(verdict.consumed()).isEqualTo(16 + 77);
  }

  @Test
  @DisplayName(
      "R37, T18 source, destination, source port and destination port follow in network order")
  void orderOfTheFields() {
    ProxyHeader ipv4 = accept(binary(0x21, 0x11, IPV4));
    assertThat(ipv4.source()).isEqualTo(Addresses.inet("1.2.3.4", 0x090A));
    assertThat(ipv4.destination()).isEqualTo(Addresses.inet("5.6.7.8", 0x0B0C));
    ProxyHeader ipv6 = accept(binary(0x21, 0x21, IPV6));
    assertThat(ipv6.source()).isEqualTo(Addresses.inet("2001:db8::1", 0x090A));
    assertThat(ipv6.destination()).isEqualTo(Addresses.inet("2001:db8::2", 0x0B0C));
    byte[] distinct = new byte[36];
    for (int i = 0; i < distinct.length; i++) {
      distinct[i] = (byte) (0xC1 + i);
    }
    OracleAssert.assertAgreement(binary(0x21, 0x21, distinct));
    OracleAssert.assertAgreement(binary(0x21, 0x11, Arrays.copyOf(distinct, 12)));
    ProxyHeader unix = accept(binary(0x21, 0x31, UNIX));
    assertThat(unix.source()).isEqualTo(new DomainSocketAddress("/run/a"));
    assertThat(unix.destination()).isEqualTo(new DomainSocketAddress("/run/b"));
  }

  @Test
  @DisplayName("R38 nothing is decoded before the whole header has come")
  void nothingIsDecodedEarly() {
    byte[] header = binary(0x21, 0x21, IPV6, tlv(TlvType.NOOP, new byte[40]));
    for (int length = 0; length < header.length; length++) {
      assertThat(Verdict.of(Arrays.copyOf(header, length)).isIncomplete()).isTrue();
    }
    accept(header);
  }

  @Test
  @DisplayName(
      "R39, T3 every length from 0 to 230 has the right verdict with every family byte and command")
  void everyLengthWithEveryFamilyByte() {
    byte[] body = new byte[230];
    new Random(39).nextBytes(body);
    for (int code = 0; code < 256; code++) {
      for (int length = 0; length <= body.length; length++) {
        for (int command = 0x20; command <= 0x21; command++) {
          byte[] start = fixedPart(command, code, length);
          OracleAssert.assertAgreement(start);
          OracleAssert.assertAgreement(concat(start, body));
          OracleAssert.assertAgreement(concat(start, new byte[230]));
        }
      }
    }
  }

  @ParameterizedTest
  @DisplayName(
      "R39, T5 payload never becomes an address, because a length that is too short is refused")
  @CsvSource({"0x11, 12", "0x12, 12", "0x21, 36", "0x22, 36", "0x31, 216", "0x32, 216"})
  void payloadNeverBecomesAnAddress(String code, int addressLength) {
    for (int length = 0; length < addressLength; length++) {
      byte[] bytes =
          concat(fixedPart(0x21, Integer.decode(code), length), text("GET / ".repeat(50)));
      assertRefusedAt(16, bytes, Reason.LENGTH);
    }
  }

  @Test
  @DisplayName("R40 a unix path ends at its NUL, or at byte 108 if there is none")
  void unixPaths() {
    ProxyHeader full = accept(binary(0x21, 0x31, filled(108, 'a'), filled(108, 'b')));
    assertThat(full.source()).isEqualTo(new DomainSocketAddress("a".repeat(108)));
    assertThat(full.destination()).isEqualTo(new DomainSocketAddress("b".repeat(108)));
    ProxyHeader behindNul =
        accept(binary(0x21, 0x32, path("/a\0behind"), path("\0abstract\0behind")));
    assertThat(behindNul.source()).isEqualTo(new DomainSocketAddress("/a"));
    assertThat(behindNul.destination()).isEqualTo(new DomainSocketAddress("\0abstract"));
    ProxyHeader empty = accept(binary(0x21, 0x31, new byte[108], path("\0\0x")));
    assertThat(empty.source()).isEqualTo(new DomainSocketAddress(""));
    assertThat(empty.destination()).isEqualTo(new DomainSocketAddress(""));
    byte[] abstractFull = filled(108, 'n');
    abstractFull[0] = 0;
    assertThat(accept(binary(0x21, 0x31, abstractFull, abstractFull)).source())
        .isEqualTo(new DomainSocketAddress('\0' + "n".repeat(107)));
  }

  @Test
  @DisplayName("R40 headers whose unix addresses differ behind the NUL are not equal")
  void unixAddressesAreComparedByTheirBytes() {
    ProxyHeader one = accept(binary(0x21, 0x31, path("/a\0x"), path("/b")));
    ProxyHeader other = accept(binary(0x21, 0x31, path("/a\0y"), path("/b")));
    assertThat(one.source()).isEqualTo(other.source());
    assertThat(one).isNotEqualTo(other);
  }

  @Test
  @DisplayName("R41 vectors follow the addresses, also unknown and empty ones")
  void vectorsFollowTheAddresses() {
    byte[] vectors = concat(tlv(0xFF, text("x")), tlv(0x00), tlv(0xE5, new byte[300]), tlv(0x7F));
    for (ProxyTransport transport :
        List.of(
            ProxyTransport.TCP4,
            ProxyTransport.UDP4,
            ProxyTransport.TCP6,
            ProxyTransport.UDP6,
            ProxyTransport.UNIX_STREAM,
            ProxyTransport.UNIX_DGRAM)) {
      byte[] addresses = filled(transport.addressLength(), 'x');
      assertThat(accept(binary(0x21, transport.code(), addresses, vectors)).tlvs())
          .containsExactly(
              Tlv.of(0xFF, text("x")),
              Tlv.of(0x00, new byte[0]),
              Tlv.of(0xE5, new byte[300]),
              Tlv.of(0x7F, new byte[0]));
    }
  }

  @ParameterizedTest
  @DisplayName("R42 vectors that do not end where the header ends are refused")
  @ValueSource(
      strings = {
        "00",
        "0400",
        "040001",
        "04ffff",
        "04000000",
        "0400000400",
        "0400000100026832ff",
        "01000268",
        "040000 040002 00",
        "04fff4"
      })
  void wrongFramingIsRefused(String tail) {
    assertThat(Verdict.of(binary(0x21, 0x11, IPV4, hex(tail))).reason()).isEqualTo(Reason.TLV);
    assertThat(Verdict.of(binary(0x21, 0x22, IPV6, hex(tail))).reason()).isEqualTo(Reason.TLV);
    assertThat(Verdict.of(binary(0x21, 0x31, UNIX, hex(tail))).reason()).isEqualTo(Reason.TLV);
  }

  @Test
  @DisplayName("R42, T17 a vector that would end in the payload is refused")
  void vectorThatEndsInThePayloadIsRefused() {
    byte[] header = binary(0x21, 0x11, IPV4, hex("0200 05 6162"));
    assertThat(Verdict.of(concat(header, text("cde"))).reason()).isEqualTo(Reason.TLV);
  }

  @Test
  @DisplayName("T17 payload that looks like a vector stays payload")
  void payloadThatLooksLikeAVectorStaysPayload() {
    byte[] header = binary(0x21, 0x11, IPV4, tlv(TlvType.AUTHORITY, text("a.example")));
    Verdict verdict = Verdict.of(concat(header, tlv(TlvType.ALPN, text("h2")), tlv(0x04)));
    assertThat(verdict.consumed()).isEqualTo(header.length);
    assertThat(verdict.header().tlvs())
        .containsExactly(Tlv.of(TlvType.AUTHORITY, text("a.example")));
  }

  @ParameterizedTest
  @DisplayName("R48 a NOOP vector is kept and means nothing, whatever its length")
  @ValueSource(ints = {0, 1, 2, 3, 36, 4000})
  void noopOfAnyLength(int length) {
    ProxyHeader header = accept(binary(0x21, 0x11, IPV4, tlv(TlvType.NOOP, new byte[length])));
    assertThat(header.tlvs()).containsExactly(Tlv.of(TlvType.NOOP, new byte[length]));
    assertThat(header.source()).isEqualTo(Addresses.inet("1.2.3.4", 0x090A));
  }

  @Test
  @DisplayName("R49 a unique id of 128 bytes is accepted, and one of 129 bytes is refused")
  void uniqueIdHasAtMost128Bytes() {
    for (int length : new int[] {0, 1, 127, 128}) {
      accept(binary(0x21, 0x11, IPV4, tlv(TlvType.UNIQUE_ID, new byte[length])));
    }
    byte[] longId = tlv(TlvType.UNIQUE_ID, new byte[129]);
    assertThat(Verdict.of(binary(0x21, 0x11, IPV4, longId)).reason()).isEqualTo(Reason.TLV);
    byte[] second = concat(tlv(TlvType.UNIQUE_ID, new byte[1]), longId);
    assertThat(Verdict.of(binary(0x21, 0x11, IPV4, second)).reason()).isEqualTo(Reason.TLV);
  }

  @Test
  @DisplayName("R32, R49 no vector of LOCAL and UNSPEC is an error")
  void noVectorMakesAnErrorWithoutAddresses() {
    byte[] wrong = concat(tlv(TlvType.UNIQUE_ID, new byte[200]), tlv(TlvType.CRC32C, new byte[4]));
    assertThat(accept(binary(0x20, 0x00, wrong)).tlvs()).hasSize(2);
    assertThat(accept(binary(0x21, 0x00, wrong)).tlvs()).hasSize(2);
  }

  static List<Vector> localVectors() {
    return Vectors.all().stream().filter(v -> v.id().contains("local")).toList();
  }

  @ParameterizedTest
  @MethodSource("localVectors")
  @DisplayName("R32, T22 every LOCAL of the conformance vectors is accepted, or incomplete")
  void everyLocalVectorIsAccepted(Vector vector) {
    Verdict verdict = Verdict.of(vector.bytes());
    assertThat(verdict.isRejected()).isFalse();
    assertThat(verdict.isAccepted()).isEqualTo(vector.isAccepted());
  }

  @Test
  @DisplayName("R32 the health check of AWS's load balancer has its vectors and no address")
  void healthCheckOfAws() {
    Vector vector =
        Vectors.all().stream()
            .filter(v -> v.id().equals("v2-aws-nlb-healthcheck"))
            .findFirst()
            .orElseThrow();
    ProxyHeader header = accept(vector.bytes());
    assertThat(header.command()).isEqualTo(ProxyCommand.LOCAL);
    assertThat(header.hasAddresses()).isFalse();
    assertThat(header.tlvs())
        .containsExactly(
            Tlv.of(TlvType.CRC32C, hex("bce5951f")), Tlv.of(TlvType.NOOP, new byte[74]));
  }

  @Test
  @DisplayName("R53, R54, R55 reserved and application types are kept and change nothing")
  void everyTypeIsTaken() {
    for (int type = 0; type < 256; type++) {
      if (type != TlvType.CRC32C) {
        assertThat(accept(binary(0x21, 0x11, IPV4, tlv(type, text("value")))).tlvs())
            .containsExactly(Tlv.of(type, text("value")));
      }
    }
  }

  @Test
  @DisplayName("R56 duplicates are kept in order")
  void duplicatesAreKept() {
    byte[] vectors =
        concat(
            tlv(TlvType.AUTHORITY, text("first")),
            tlv(TlvType.NOOP),
            tlv(TlvType.AUTHORITY, text("second")));
    ProxyHeader header = accept(binary(0x21, 0x11, IPV4, vectors));
    assertThat(header.tlvs().all(TlvType.AUTHORITY))
        .containsExactly(
            Tlv.of(TlvType.AUTHORITY, text("first")), Tlv.of(TlvType.AUTHORITY, text("second")));
    assertThat(header.tlvs().authority()).contains("first");
  }

  @Test
  @DisplayName("T16 headers of every size from 28 to 2,100 bytes are accepted")
  void everySize() {
    for (int length = 0; length <= 2_069; length++) {
      byte[] header = binary(0x21, 0x11, IPV4, tlv(0xE0, filled(length, 'v')));
      assertThat(accept(header).tlvs().first(0xE0).orElseThrow().length()).isEqualTo(length);
    }
  }
}
