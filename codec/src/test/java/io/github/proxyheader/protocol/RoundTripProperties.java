/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.testing.Bytes;
import io.github.proxyheader.testing.Headers;
import io.github.proxyheader.testing.OracleAssert;
import io.github.proxyheader.testing.Verdict;
import io.github.proxyheader.tlv.SslInfo;
import io.github.proxyheader.tlv.Tlv;
import io.github.proxyheader.tlv.TlvType;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.stream.StreamSupport;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Tests that reading and writing undo each other (T10). */
class RoundTripProperties {
  private static final ProxyHeaderReader LARGEST =
      ProxyHeaderReader.builder().maxHeaderSize(65_551).build();

  @Provide
  Arbitrary<ProxyHeader> headers() {
    return Headers.any();
  }

  @Provide
  Arbitrary<byte[]> acceptedBinaryHeaders() {
    return Headers.acceptedBinary();
  }

  @Provide
  Arbitrary<SslInfo> sslInfos() {
    return Headers.ssl();
  }

  /** Returns headers of both commands with checksums and identifiers of right and wrong lengths. */
  @Provide
  Arbitrary<byte[]> headersOfOddVectors() {
    Arbitrary<byte[]> checksum = Headers.bytes(0, 6).map(v -> Bytes.tlv(TlvType.CRC32C, v));
    Arbitrary<byte[]> id = Headers.bytes(126, 131).map(v -> Bytes.tlv(TlvType.UNIQUE_ID, v));
    Arbitrary<byte[]> vectors =
        Arbitraries.oneOf(checksum, id, Arbitraries.of(Bytes.tlv(0), Bytes.tlv(4)))
            .list()
            .ofMaxSize(4)
            .map(all -> Bytes.concat(all.toArray(byte[][]::new)));
    return Combinators.combine(
            Arbitraries.of(0x20, 0x21),
            Arbitraries.of(0x00, 0x11, 0x12, 0x20, 0x21, 0x31, 0x32),
            vectors)
        .as(
            (command, code, all) -> {
              int family = code >> 4;
              int length = family == 0 ? 0 : family == 1 ? 12 : family == 2 ? 36 : 216;
              return Bytes.binary(command, code, Bytes.filled(length, 'a'), all);
            });
  }

  @Property(tries = 3_000)
  @Label("T10, T11, R61 every header that can be built is read back as it was")
  void whatIsWrittenIsReadBack(@ForAll("headers") ProxyHeader header) {
    byte[] bytes = ProxyHeaderWriter.toBytes(header);
    assertThat(ProxyHeaderWriter.length(header)).isEqualTo(bytes.length);
    if (header.version() == ProxyVersion.V2) {
      assertThat((bytes[14] & 0xFF) << 8 | bytes[15] & 0xFF).isEqualTo(bytes.length - 16);
    }
    Verdict verdict = Verdict.of(LARGEST, Bytes.concat(bytes, new byte[] {0}));
    assertThat(verdict.consumed()).isEqualTo(bytes.length);
    ProxyHeader back = verdict.header();
    assertThat(back).isEqualTo(header).hasSameHashCodeAs(header).hasToString(header.toString());
    assertThat(back.source()).isEqualTo(header.source());
    assertThat(back.destination()).isEqualTo(header.destination());
    assertThat(back.tlvs()).isEqualTo(header.tlvs());
    assertThat(back.hasChecksum()).isEqualTo(header.hasChecksum());
    assertThat(header.toBuilder().build()).isEqualTo(header);
    assertThat(back.toBuilder().build()).isEqualTo(header);
  }

  @Property(tries = 3_000)
  @Label("T10 every accepted binary header with addresses is written with the same bytes")
  void whatIsReadIsWrittenAgain(@ForAll("acceptedBinaryHeaders") byte[] bytes) {
    Verdict verdict = Verdict.of(LARGEST, bytes);
    assertThat(verdict.isAccepted()).as("accepted, not %s", verdict.reason()).isTrue();
    assertThat(ProxyHeaderWriter.toBytes(verdict.header())).isEqualTo(bytes);
    ByteBuf out = Unpooled.directBuffer(1);
    ProxyHeaderWriter.write(verdict.header(), out);
    assertThat(Verdict.of(LARGEST, out).header()).isEqualTo(verdict.header());
    out.release();
    assertThat(ProxyHeaderWriter.toBytes(verdict.header().toBuilder().build())).isEqualTo(bytes);
    OracleAssert.assertAgreement(bytes);
  }

  @Property(tries = 2_000)
  @Label(
      "R50, R51, R56 an SSL vector is built again byte for byte, and a setter leaves one of a type")
  void sslInfoIsBuiltAgain(@ForAll("sslInfos") SslInfo info) {
    Tlvs written = Tlvs.builder().ssl(info).build();
    SslInfo back = written.ssl().orElseThrow();
    assertThat(Tlvs.builder().ssl(back.toBuilder().build()).build()).isEqualTo(written);
    SslInfo changed = back.toBuilder().cipher("new").build();
    assertThat(changed.cipher()).contains("new");
    assertThat(changed.vectors().all(TlvType.SSL_CIPHER)).hasSize(1);
    assertThat(others(changed)).isEqualTo(others(back));
    SslInfo more = back.toBuilder().add(TlvType.SSL_CIPHER, new byte[] {'x'}).build();
    assertThat(more.vectors().toBytes())
        .isEqualTo(Bytes.concat(back.vectors().toBytes(), Bytes.tlv(0x23, new byte[] {'x'})));
  }

  @Property(tries = 2_000)
  @Label(
      "R45, R49, T12 whatever header was read, its builder builds it again if nothing is changed")
  void everyHeaderThatWasReadIsBuiltAgain(@ForAll("headersOfOddVectors") byte[] bytes) {
    ProxyHeaderReader lenient =
        ProxyHeaderReader.builder().maxHeaderSize(65_551).verifyChecksum(false).build();
    Verdict verdict = Verdict.of(lenient, bytes);
    if (!verdict.isAccepted()) {
      assertThat(verdict.reason()).isEqualTo(Reason.TLV);
      return;
    }
    ProxyHeader header = verdict.header();
    ProxyHeader built = header.toBuilder().build();
    assertThat(built.tlvs()).extracting(Tlv::type).isEqualTo(types(header));
    assertThat(built.toBuilder().build()).isEqualTo(built);
    if (header.tlvs().first(TlvType.CRC32C).filter(crc -> crc.length() == 4).isEmpty()) {
      assertThat(built).isEqualTo(header).hasSameHashCodeAs(header);
    }
  }

  private static List<Integer> types(ProxyHeader header) {
    return StreamSupport.stream(header.tlvs().spliterator(), false).map(Tlv::type).toList();
  }

  private static List<Tlv> others(SslInfo info) {
    return StreamSupport.stream(info.vectors().spliterator(), false)
        .filter(vector -> vector.type() != TlvType.SSL_CIPHER)
        .toList();
  }
}
