/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.testing.Addresses;
import io.github.proxyheader.testing.BufferKind;
import io.github.proxyheader.testing.Bytes;
import io.github.proxyheader.testing.Capture;
import io.github.proxyheader.testing.LeakCheck;
import io.github.proxyheader.testing.OracleAssert;
import io.github.proxyheader.testing.Vectors;
import io.github.proxyheader.testing.Verdict;
import io.github.proxyheader.tlv.SslInfo;
import io.github.proxyheader.tlv.Tlv;
import io.github.proxyheader.tlv.TlvType;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads what real senders have written. */
class CapturesTest {
  private static final ProxyHeaderReader STANDARD = ProxyHeaderReader.standard();
  private static final ProxyHeaderReader LENIENT =
      ProxyHeaderReader.builder().allowMixedFamilies(true).build();

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  static List<Capture> wellFormed() {
    return Vectors.captures().stream().filter(Capture::hasAddressesOfItsFamily).toList();
  }

  static List<Capture> ofMixedFamilies() {
    return Vectors.captures().stream().filter(c -> !c.hasAddressesOfItsFamily()).toList();
  }

  @Test
  void bothKindsOfCapturesAreThere() {
    assertThat(wellFormed()).hasSizeGreaterThan(80);
    assertThat(ofMixedFamilies()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("wellFormed")
  void captureDecodesToWhatItsSenderSaid(Capture capture) {
    byte[] all = Bytes.concat(capture.header(), capture.payload());
    for (BufferKind kind : BufferKind.values()) {
      ByteBuf buffer = leaks.buffer(kind, all);
      Verdict verdict = Verdict.of(STANDARD, buffer);
      assertThat(verdict.isAccepted()).as("accepted, not %s", verdict.reason()).isTrue();
      assertThat(verdict.consumed()).isEqualTo(capture.header().length);
      assertDecoded(capture.decoded(), verdict.header());
      buffer.release();
    }
    OracleAssert.assertAgreementOnEveryPrefix(all);
  }

  @ParameterizedTest
  @MethodSource("wellFormed")
  void captureIsIncompleteUntilItsLastByte(Capture capture) {
    byte[] header = capture.header();
    for (BufferKind kind : BufferKind.values()) {
      ByteBuf buffer = leaks.buffer(kind, header);
      int start = buffer.readerIndex();
      for (int length = 0; length < header.length; length++) {
        buffer.setIndex(start, start + length);
        assertThat(Verdict.of(STANDARD, buffer)).isEqualTo(Verdict.INCOMPLETE);
      }
      buffer.release();
    }
  }

  @ParameterizedTest
  @MethodSource("ofMixedFamilies")
  void addressesThatAreNotOfTheLinesFamilyAreRefusedByDefault(Capture capture) {
    assertThat(Verdict.of(STANDARD, capture.header()).reason()).isEqualTo(Reason.ADDRESS);
  }

  @ParameterizedTest
  @MethodSource("ofMixedFamilies")
  @DisplayName("R19 mixed families are read on demand, but no IPv6 client in a TCP4 line of curl")
  void addressesOfMixedFamiliesAreReadWhenAllowed(Capture capture) {
    Verdict verdict = Verdict.of(LENIENT, capture.header());
    String line = capture.decoded().get("line").asText();
    if (line.startsWith("PROXY TCP4 2001:db8::7 ")) {
      assertThat(verdict.reason()).isEqualTo(Reason.ADDRESS);
    } else {
      assertThat(verdict.consumed()).isEqualTo(capture.header().length);
      assertText(line, verdict.header());
    }
  }

  private static void assertDecoded(JsonNode decoded, ProxyHeader header) {
    if (decoded.get("v").asInt() == 1) {
      assertThat(header.version()).isEqualTo(ProxyVersion.V1);
      assertText(decoded.get("line").asText(), header);
    } else {
      assertThat(header.version()).isEqualTo(ProxyVersion.V2);
      assertBinary(decoded, header);
    }
  }

  private static void assertText(String line, ProxyHeader header) {
    String[] fields = line.split(" ", -1);
    if (fields[1].equals("UNKNOWN")) {
      assertThat(header.transport()).isEqualTo(ProxyTransport.UNSPEC);
      assertThat(header.hasAddresses()).isFalse();
      return;
    }
    assertThat(header.transport()).isEqualTo(ProxyTransport.valueOf(fields[1]));
    assertThat(header.source()).isEqualTo(Addresses.inet(fields[2], Integer.parseInt(fields[4])));
    assertThat(header.destination())
        .isEqualTo(Addresses.inet(fields[3], Integer.parseInt(fields[5])));
  }

  private static void assertBinary(JsonNode decoded, ProxyHeader header) {
    assertThat(header.command()).isEqualTo(ProxyCommand.valueOf(decoded.get("cmd").asText()));
    assertThat(header.hasAddresses()).isEqualTo(decoded.has("src"));
    if (decoded.has("src")) {
      assertThat(header.transport().code())
          .isEqualTo((byte) (int) Integer.decode(decoded.get("fam").asText()));
      assertThat(header.source())
          .isEqualTo(Addresses.inet(decoded.get("src").asText(), decoded.get("sport").asInt()));
      assertThat(header.destination())
          .isEqualTo(Addresses.inet(decoded.get("dst").asText(), decoded.get("dport").asInt()));
    }
    assertThat(header.hasChecksum()).isEqualTo(decoded.path("crc_ok").asBoolean());
    assertTlvs(decoded.get("tlvs"), header.tlvs());
  }

  private static void assertTlvs(JsonNode expected, Tlvs tlvs) {
    assertThat(tlvs.size()).isEqualTo(expected.size());
    int i = 0;
    for (Tlv tlv : tlvs) {
      JsonNode pair = expected.get(i++);
      assertThat(TlvType.name(tlv.type())).isEqualTo(pair.get(0).asText());
      JsonNode value = pair.get(1);
      switch (tlv.type()) {
        case TlvType.SSL -> assertSsl(value, tlvs.ssl().orElseThrow());
        case TlvType.CRC32C, TlvType.UNIQUE_ID ->
            assertThat(tlv.value()).isEqualTo(Bytes.hex(value.asText()));
        default -> assertThat(tlv.value()).isEqualTo(Bytes.text(value.asText()));
      }
    }
  }

  private static void assertSsl(JsonNode expected, SslInfo ssl) {
    int client = expected.get("client").asInt();
    assertThat(ssl.overSsl()).isEqualTo((client & 1) != 0);
    assertThat(ssl.certOnConnection()).isEqualTo((client & 2) != 0);
    assertThat(ssl.certInSession()).isEqualTo((client & 4) != 0);
    assertThat(ssl.verifyResult()).isEqualTo(expected.get("verify").asInt());
    assertTlvs(expected.get("sub"), ssl.vectors());
  }
}
