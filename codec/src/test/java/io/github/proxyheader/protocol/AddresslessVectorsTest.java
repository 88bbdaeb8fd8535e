/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import static io.github.proxyheader.testing.Bytes.binary;
import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.filled;
import static io.github.proxyheader.testing.Bytes.hex;
import static io.github.proxyheader.testing.Bytes.text;
import static io.github.proxyheader.testing.Bytes.tlv;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.proxyheader.testing.BufferKind;
import io.github.proxyheader.testing.LeakCheck;
import io.github.proxyheader.testing.OracleAssert;
import io.github.proxyheader.testing.Verdict;
import io.github.proxyheader.tlv.Tlv;
import io.github.proxyheader.tlv.TlvType;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests where the vectors of LOCAL and UNSPEC are found (R32, R35). */
class AddresslessVectorsTest {
  private static final byte[] VECTORS =
      concat(tlv(TlvType.ALPN, text("h2")), tlv(TlvType.AUTHORITY, text("a.example.org")));
  private static final Tlv[] EXPECTED = {
    Tlv.of(TlvType.ALPN, text("h2")), Tlv.of(TlvType.AUTHORITY, text("a.example.org"))
  };

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  /** The 13th and 14th byte of a header that is accepted without addresses. */
  record Start(int command, int code) {
    int family() {
      return code >> 4;
    }

    int addressLength() {
      return switch (family()) {
        case 1 -> 12;
        case 2 -> 36;
        case 3 -> 216;
        default -> 0;
      };
    }

    @Override
    public String toString() {
      return "%02x %02x".formatted(command, code);
    }
  }

  static List<Start> starts() {
    List<Start> starts = new ArrayList<>();
    for (int code = 0; code <= 0xFF; code++) {
      starts.add(new Start(0x20, code));
      if (code == 0
          || code == 0x01
          || code == 0x02
          || code == 0x10
          || code == 0x20
          || code == 0x30) {
        starts.add(new Start(0x21, code));
      }
    }
    return starts;
  }

  static List<Start> startsWithAddresses() {
    return starts().stream().filter(start -> start.addressLength() > 0).toList();
  }

  private ProxyHeader accept(Start start, byte[]... body) {
    byte[] bytes = binary(start.command, start.code, body);
    OracleAssert.assertAgreement(bytes);
    ProxyHeader header = null;
    for (BufferKind kind : BufferKind.values()) {
      ByteBuf buffer = leaks.buffer(kind, bytes);
      Verdict verdict = Verdict.of(ProxyHeaderReader.standard(), buffer);
      assertThat(verdict.isAccepted()).as("accepted, not %s", verdict.reason()).isTrue();
      assertThat(verdict.consumed()).isEqualTo(bytes.length);
      assertThat(verdict.header().hasAddresses()).isFalse();
      header = verdict.header();
      buffer.release();
    }
    return header;
  }

  @ParameterizedTest
  @MethodSource("starts")
  @DisplayName("R32, R35 a block of zeros holds no vectors, whatever its length")
  void zerosAreNoVectors(Start start) {
    for (int length : new int[] {12, 15, 36, 84, 216, 219, 300}) {
      ProxyHeader header = accept(start, new byte[length]);
      assertThat(header.tlvs()).isEmpty();
      assertThat(ProxyHeaderWriter.toBytes(header)).isEqualTo(binary(start.command, 0));
    }
  }

  @ParameterizedTest
  @MethodSource("startsWithAddresses")
  @DisplayName("R32, R35 vectors stand behind the address block if the length holds one")
  void vectorsAreReadBehindTheBlock(Start start) {
    for (int value : new int[] {0x00, 0x01, 0x7F, 0xFF}) {
      byte[] addresses = filled(start.addressLength(), value);
      assertThat(accept(start, addresses).tlvs()).isEmpty();
      assertThat(accept(start, addresses, VECTORS).tlvs()).containsExactly(EXPECTED);
    }
  }

  @ParameterizedTest
  @MethodSource("startsWithAddresses")
  @DisplayName("R32, R35 addresses that look like vectors are not read as vectors")
  void addressesThatLookLikeVectorsAreNone(Start start) {
    byte[] addresses = tlv(0x01, filled(start.addressLength() - 3, 1));
    assertThat(accept(start, addresses).tlvs()).isEmpty();
    assertThat(accept(start, addresses, VECTORS).tlvs()).containsExactly(EXPECTED);
  }

  @ParameterizedTest
  @MethodSource("startsWithAddresses")
  @DisplayName("R32, R35 vectors stand in place of the addresses if there is no room for a block")
  void vectorsAreReadInPlaceOfAddressesThatDoNotFit(Start start) {
    byte[] one = tlv(TlvType.NETNS, text("n"));
    assertThat(accept(start, one).tlvs()).containsExactly(Tlv.of(TlvType.NETNS, text("n")));
    assertThat(accept(start, tlv(0), one).tlvs()).isEmpty();
    assertThat(accept(start, one, hex("0102")).tlvs()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("starts")
  @DisplayName(
      "R32, T22 the vectors of AWS's health check are found although no block precedes them")
  void vectorsOfHealthCheckAreFound(Start start) {
    byte[] checksum = tlv(TlvType.CRC32C, hex("bce5951f"));
    byte[] padding = tlv(TlvType.NOOP, new byte[start.family() == 3 ? 274 : 74]);
    assertThat(accept(start, checksum, padding).tlvs())
        .extracting(Tlv::type)
        .containsExactly(TlvType.CRC32C, TlvType.NOOP);
  }

  @ParameterizedTest
  @MethodSource("starts")
  @DisplayName("R32, R42 bytes that are not whole vectors are skipped")
  void brokenVectorsAreSkipped(Start start) {
    byte[] addresses = filled(start.addressLength(), 0xFF);
    assertThat(accept(start, addresses, VECTORS, hex("01")).tlvs()).isEmpty();
    assertThat(accept(start, addresses, VECTORS, hex("010000 020001")).tlvs()).isEmpty();
    assertThat(accept(start, filled(300, 0xFF)).tlvs()).isEmpty();
    assertThat(accept(start).tlvs()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0x20, 0x21})
  @DisplayName("R60 with family 0 vectors stand right behind the length, also those of type 0")
  void vectorsOfFamilyZero(int command) {
    Start start = new Start(command, 0);
    assertThat(accept(start, VECTORS).tlvs()).containsExactly(EXPECTED);
    assertThat(accept(start, tlv(0)).tlvs()).containsExactly(Tlv.of(0, new byte[0]));
    assertThat(accept(start, VECTORS, tlv(0, text("x"))).tlvs()).hasSize(3);
    assertThat(accept(start, filled(12, 0xFF), VECTORS).tlvs()).isEmpty();
  }

  @Test
  @DisplayName(
      "R60 zeros in place of vectors are left out by the builder, as a reader would leave them out")
  void zerosAreLeftOutByTheBuilder() {
    Tlvs.Builder zeros = Tlvs.builder();
    for (int i = 0; i < 3; i++) {
      zeros.add(0, new byte[0]);
    }
    ProxyHeader few = ProxyHeader.local().toBuilder().tlvs(zeros.build()).build();
    assertThat(few.tlvs()).hasSize(3);
    assertThat(Verdict.of(ProxyHeaderWriter.toBytes(few)).header()).isEqualTo(few);
    zeros.add(0, new byte[0]);
    assertThat(ProxyHeader.local().toBuilder().tlvs(zeros.build()).build())
        .isSameAs(ProxyHeader.local());
    ProxyHeader marked = ProxyHeader.local().toBuilder().tlvs(zeros.build()).checksum(true).build();
    assertThat(marked.tlvs()).hasSize(5);
    assertThat(Verdict.of(ProxyHeaderWriter.toBytes(marked)).header()).isEqualTo(marked);
  }

  static List<byte[]> oddVectors() {
    return List.of(
        tlv(TlvType.UNIQUE_ID, filled(200, 7)),
        tlv(TlvType.CRC32C),
        tlv(TlvType.CRC32C, hex("010203")),
        tlv(TlvType.CRC32C, hex("0102030405")),
        concat(tlv(TlvType.CRC32C, hex("01")), tlv(TlvType.CRC32C, hex("01020304"))),
        concat(tlv(TlvType.UNIQUE_ID, filled(129, 7)), tlv(TlvType.CRC32C, hex("00"))));
  }

  @ParameterizedTest
  @MethodSource("oddVectors")
  @DisplayName("R45, R49, T12 a received LOCAL or UNSPEC is built again whatever its vectors are")
  void receivedHeaderIsBuiltAgain(byte[] vectors) {
    for (int command : new int[] {0x20, 0x21}) {
      byte[] bytes = binary(command, 0x00, vectors);
      ProxyHeader received = Verdict.of(bytes).header();
      ProxyHeader built = received.toBuilder().build();
      assertThat(built).isEqualTo(received).hasSameHashCodeAs(received);
      assertThat(ProxyHeaderWriter.toBytes(built)).isEqualTo(bytes);
      assertThat(built.toBuilder().build()).isEqualTo(received);
      ProxyHeader other =
          received.toBuilder()
              .command(command == 0x20 ? ProxyCommand.PROXY : ProxyCommand.LOCAL)
              .build();
      assertThat(other.tlvs()).isEqualTo(received.tlvs());
      assertThat(received.toBuilder().checksum(false).build().hasChecksum()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("oddVectors")
  @DisplayName("R45, R49 odd vectors of a received LOCAL are refused where a receiver would look")
  void oddVectorsAreRefusedWithAddresses(byte[] vectors) {
    ProxyHeader received = Verdict.of(binary(0x20, 0x00, vectors)).header();
    InetSocketAddress address = new InetSocketAddress("192.0.2.1", 1);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                received.toBuilder()
                    .command(ProxyCommand.PROXY)
                    .source(address)
                    .destination(address)
                    .build())
        .withMessageContaining("tlvs");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ProxyHeader.builder().command(ProxyCommand.LOCAL).tlvs(received.tlvs()).build())
        .withMessageContaining("tlvs");
  }

  @Test
  @DisplayName("R45 a checksum that is asked for cannot be a vector of another length than 4 bytes")
  void checksumThatIsAskedForHasFourBytes() {
    ProxyHeader received = Verdict.of(binary(0x20, 0, tlv(TlvType.CRC32C, hex("01")))).header();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> received.toBuilder().checksum(true).build())
        .withMessageContaining("CRC32C");
  }

  @Test
  @DisplayName("R46 a header whose checksum was not verified is built again")
  void unverifiedChecksumIsBuiltAgain() {
    ProxyHeaderReader reader = ProxyHeaderReader.builder().verifyChecksum(false).build();
    byte[] bytes = binary(0x21, 0x11, new byte[12], tlv(TlvType.CRC32C, hex("010203")));
    ProxyHeader received = Verdict.of(reader, bytes).header();
    assertThat(received.toBuilder().build()).isEqualTo(received);
    assertThat(ProxyHeaderWriter.toBytes(received.toBuilder().build())).isEqualTo(bytes);
  }
}
