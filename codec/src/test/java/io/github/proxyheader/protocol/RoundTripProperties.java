/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import static org.assertj.core.api.Assertions.assertThat;

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
import net.jqwik.api.Arbitrary;
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

  private static List<Tlv> others(SslInfo info) {
    return StreamSupport.stream(info.vectors().spliterator(), false)
        .filter(vector -> vector.type() != TlvType.SSL_CIPHER)
        .toList();
  }
}
