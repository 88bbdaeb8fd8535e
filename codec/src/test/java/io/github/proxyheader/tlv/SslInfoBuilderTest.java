/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.tlv;

import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.filled;
import static io.github.proxyheader.testing.Bytes.hex;
import static io.github.proxyheader.testing.Bytes.text;
import static io.github.proxyheader.testing.Bytes.tlv;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is read of a TLS connection can be built again, in part or in whole. */
class SslInfoBuilderTest {
  /**
   * A value with all bits set, and with unknown, duplicate, malformed and unordered sub-vectors.
   */
  private static final byte[] ODD =
      concat(
          hex("ff 80000001"),
          tlv(0x99, text("unknown")),
          tlv(TlvType.SSL_CIPHER, text("first")),
          tlv(TlvType.SSL_VERSION, hex("ff")),
          tlv(TlvType.SSL_CIPHER, text("second")),
          tlv(0x00),
          tlv(TlvType.SSL, hex("0100000000")),
          tlv(0x99));

  private static SslInfo read(byte[] value) {
    byte[] vector = tlv(TlvType.SSL, value);
    return Tlvs.read(Unpooled.wrappedBuffer(vector), 0, vector.length).ssl().orElseThrow();
  }

  private static byte[] write(SslInfo info) {
    return Tlvs.builder().ssl(info).build().first(TlvType.SSL).orElseThrow().value();
  }

  @Test
  @DisplayName("R50, R51, T10 what is not set anew stays as it is, byte for byte and in its order")
  void everythingSurvives() {
    SslInfo info = read(ODD);
    SslInfo again = info.toBuilder().build();
    assertThat(write(again)).isEqualTo(ODD);
    assertThat(again).isEqualTo(info).hasSameHashCodeAs(info).hasToString(info.toString());
  }

  @Test
  @DisplayName("R50 changing a bit or the verify result changes nothing else")
  void fieldsChangeAlone() {
    assertThat(write(read(ODD).toBuilder().overSsl(false).certOnConnection(false).build()))
        .isEqualTo(concat(hex("fc"), Arrays.copyOfRange(ODD, 1, ODD.length)));
    assertThat(write(read(hex("0000000000")).toBuilder().certInSession(true).build()))
        .isEqualTo(hex("0400000000"));
    assertThat(write(read(hex("0000000000")).toBuilder().verifyResult(-2).build()))
        .isEqualTo(hex("00fffffffe"));
  }

  @Test
  @DisplayName("R56 a setter replaces all sub-vectors of its type by one in the first one's place")
  void setterReplacesDuplicates() {
    SslInfo info = read(ODD).toBuilder().cipher("new").build();
    assertThat(info.vectors())
        .containsExactly(
            Tlv.of(0x99, text("unknown")),
            Tlv.of(TlvType.SSL_CIPHER, text("new")),
            Tlv.of(TlvType.SSL_VERSION, hex("ff")),
            Tlv.of(0x00, new byte[0]),
            Tlv.of(TlvType.SSL, hex("0100000000")),
            Tlv.of(0x99, new byte[0]));
    assertThat(SslInfo.builder().version("a").version("b").build().vectors())
        .containsExactly(Tlv.of(TlvType.SSL_VERSION, text("b")));
  }

  @Test
  @DisplayName("R51 a setter puts a new sub-vector in front of those of higher types")
  void setterKeepsTheOrderOfTypes() {
    SslInfo info =
        SslInfo.builder()
            .clientCertificate(hex("3003020101"))
            .signatureScheme("scheme")
            .group("group")
            .keyAlgorithm("key")
            .signatureAlgorithm("RSA-SHA256")
            .cipher("cipher")
            .commonName("cn")
            .version("TLSv1.3")
            .build();
    assertThat(info.vectors())
        .extracting(Tlv::type)
        .containsExactly(0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28);
    assertThat(info.signatureAlgorithm()).contains("RSA-SHA256");
    assertThat(read(ODD).toBuilder().commonName("cn").build().vectors())
        .first()
        .isEqualTo(Tlv.of(TlvType.SSL_CN, text("cn")));
    SslInfo unknownFirst = SslInfo.builder().add(0x10, new byte[1]).version("a").build();
    assertThat(unknownFirst.vectors())
        .extracting(Tlv::type)
        .containsExactly(0x10, TlvType.SSL_VERSION);
  }

  @Test
  @DisplayName("R56 add() puts a further sub-vector at the end, whatever is there")
  void addAppends() {
    byte[] value = text("x");
    SslInfo.Builder builder =
        SslInfo.builder().cipher("c").add(TlvType.SSL_CIPHER, text("d")).add(0x01, value);
    value[0] = 'y';
    SslInfo info = builder.build();
    assertThat(info.vectors())
        .containsExactly(
            Tlv.of(TlvType.SSL_CIPHER, text("c")),
            Tlv.of(TlvType.SSL_CIPHER, text("d")),
            Tlv.of(0x01, text("x")));
    assertThat(info.cipher()).contains("c");
    assertThat(SslInfo.builder().add(TlvType.SSL_VERSION, hex("ff")).build().version()).isEmpty();
    builder.add(0xFF, new byte[0]);
    assertThat(info.vectors().size()).isEqualTo(3);
    assertThat(builder.build().vectors().size()).isEqualTo(4);
  }

  @Test
  void addRefusesWhatDoesNotFit() {
    for (int wrong : List.of(-1, 256)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> SslInfo.builder().add(wrong, new byte[0]))
          .withMessageStartingWith("subType:");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SslInfo.builder().add(1, new byte[65_536]))
        .withMessageStartingWith("value:");
    SslInfo.Builder builder = SslInfo.builder().version("a");
    assertThatIllegalArgumentException().isThrownBy(() -> builder.cipher("\u00fc"));
    assertThat(builder.build()).isEqualTo(SslInfo.builder().version("a").build());
  }

  @Test
  @DisplayName("R62 an SSL vector of the largest size is built again")
  void largestValueSurvives() {
    byte[] value = concat(hex("0700000000"), tlv(0x28, filled(65_527, 1)));
    assertThat(value).hasSize(65_535);
    assertThat(write(read(value).toBuilder().build())).isEqualTo(value);
    SslInfo tooLong = read(value).toBuilder().add(1, new byte[0]).build();
    assertThatIllegalArgumentException().isThrownBy(() -> Tlvs.builder().ssl(tooLong));
  }
}
