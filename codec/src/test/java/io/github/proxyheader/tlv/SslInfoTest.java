/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.tlv;

import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.hex;
import static io.github.proxyheader.testing.Bytes.text;
import static io.github.proxyheader.testing.Bytes.tlv;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SslInfoTest {
  private static Optional<SslInfo> read(byte[]... value) {
    byte[] vector = tlv(TlvType.SSL, value);
    return Tlvs.read(Unpooled.wrappedBuffer(vector), 0, vector.length).ssl();
  }

  static void callEveryView(SslInfo ssl) {
    ssl.verified();
    ssl.version();
    ssl.commonName();
    ssl.cipher();
    ssl.signatureAlgorithm();
    ssl.keyAlgorithm();
    ssl.group();
    ssl.signatureScheme();
    ssl.clientCertificate();
    assertThat(ssl.toString()).startsWith("SslInfo{");
  }

  @ParameterizedTest
  @DisplayName("R50 each bit of the client field has its meaning, and unknown bits have none")
  @CsvSource({
    "00, false, false, false",
    "01, true,  false, false",
    "02, false, true,  false",
    "04, false, false, true",
    "05, true,  false, true",
    "07, true,  true,  true",
    "f8, false, false, false",
    "ff, true,  true,  true"
  })
  void clientBits(String client, boolean overSsl, boolean connection, boolean session) {
    SslInfo ssl = read(hex(client), hex("00000000")).orElseThrow();
    assertThat(ssl.overSsl()).isEqualTo(overSsl);
    assertThat(ssl.certOnConnection()).isEqualTo(connection);
    assertThat(ssl.certInSession()).isEqualTo(session);
  }

  @ParameterizedTest
  @DisplayName("R50 a certificate is verified if it was shown and the verify result is 0")
  @CsvSource({
    "01, 00000000, false",
    "00, 00000000, false",
    "03, 00000000, true",
    "05, 00000000, true",
    "07, 00000000, true",
    "07, 00000001, false",
    "07, 01000000, false",
    "07, ffffffff, false",
    "01, 00000001, false"
  })
  void verified(String client, String verify, boolean verified) {
    assertThat(read(hex(client), hex(verify)).orElseThrow().verified()).isEqualTo(verified);
  }

  @Test
  @DisplayName("R50 the verify result is 32 bits big-endian")
  void verifyResultIsBigEndian() {
    assertThat(read(hex("0701020304")).orElseThrow().verifyResult()).isEqualTo(0x01020304);
    assertThat(read(hex("07ffffffff")).orElseThrow().verifyResult()).isEqualTo(-1);
  }

  @Test
  @DisplayName("R51 every sub-type has its view")
  void everySubTypeHasItsView() {
    SslInfo ssl =
        read(
                hex("0100000000"),
                tlv(0x21, text("TLSv1.3")),
                tlv(0x22, concat(text("b"), hex("c3bc"))),
                tlv(0x23, text("cipher")),
                tlv(0x24, text("sig")),
                tlv(0x25, text("key")),
                tlv(0x26, text("group")),
                tlv(0x27, text("scheme")),
                tlv(0x28, hex("3003020101")),
                tlv(0x99, text("unknown")))
            .orElseThrow();
    assertThat(ssl.version()).contains("TLSv1.3");
    assertThat(ssl.commonName()).contains("b\u00fc");
    assertThat(ssl.cipher()).contains("cipher");
    assertThat(ssl.signatureAlgorithm()).contains("sig");
    assertThat(ssl.keyAlgorithm()).contains("key");
    assertThat(ssl.group()).contains("group");
    assertThat(ssl.signatureScheme()).contains("scheme");
    assertThat(ssl.clientCertificate()).contains(hex("3003020101"));
    assertThat(ssl.vectors().first(0x99)).contains(Tlv.of(0x99, text("unknown")));
    assertThat(ssl.vectors().size()).isEqualTo(9);
  }

  @Test
  @DisplayName("R51 every text is empty if there are no sub-vectors")
  void withoutSubVectors() {
    SslInfo ssl = read(hex("0100000000")).orElseThrow();
    List<Function<SslInfo, Optional<?>>> views =
        List.of(
            SslInfo::version,
            SslInfo::commonName,
            SslInfo::cipher,
            SslInfo::signatureAlgorithm,
            SslInfo::keyAlgorithm,
            SslInfo::group,
            SslInfo::signatureScheme,
            SslInfo::clientCertificate);
    assertThat(views).allSatisfy(view -> assertThat(view.apply(ssl)).isEmpty());
    assertThat(ssl.vectors()).isEmpty();
  }

  @ParameterizedTest
  @DisplayName(
      "R50, R42, T14 the view is empty if the value is too short or its sub-vectors are not whole")
  @ValueSource(
      strings = {
        "",
        "07",
        "07000000",
        "070000000021",
        "07000000002100",
        "0700000000210001",
        "070000000021000254",
        "0700000000210007544c5376312e3321"
      })
  void malformedValueIsEmpty(String value) {
    assertThat(read(hex(value))).isEmpty();
  }

  @Test
  @DisplayName("R51, T14 a common name that is not UTF-8 is empty, and its bytes are there")
  void malformedTextIsEmpty() {
    SslInfo ssl =
        read(hex("0700000000"), tlv(0x22, hex("ff")), tlv(0x21, hex("c3bc"))).orElseThrow();
    assertThat(ssl.commonName()).isEmpty();
    assertThat(ssl.version()).isEmpty();
    assertThat(ssl.vectors().first(0x22)).contains(Tlv.of(0x22, hex("ff")));
  }

  @Test
  @DisplayName("R56 the first of several sub-vectors counts")
  void firstSubVectorCounts() {
    assertThat(
            read(hex("0100000000"), tlv(0x21, text("a")), tlv(0x21, text("b")))
                .flatMap(SslInfo::version))
        .contains("a");
  }

  @Test
  @DisplayName("R57, T6 8,000 nested SSL vectors are read on a small stack, one level at a time")
  void nestedVectorsTakeNoStack() throws InterruptedException {
    byte[] value = hex("0100000000");
    for (int depth = 1; depth < 8_000; depth++) {
      byte[] outer = new byte[value.length + 8];
      outer[0] = 1;
      outer[5] = TlvType.SSL;
      outer[6] = (byte) (value.length >> 8);
      outer[7] = (byte) value.length;
      System.arraycopy(value, 0, outer, 8, value.length);
      value = outer;
    }
    byte[] nested = value;
    int[] depth = new int[1];
    Thread thread =
        new Thread(
            null,
            () -> {
              for (Optional<SslInfo> ssl = read(nested);
                  ssl.isPresent();
                  ssl = ssl.get().vectors().ssl()) {
                depth[0]++;
              }
            },
            "small stack",
            1 << 17);
    thread.start();
    thread.join();
    assertThat(depth[0]).isEqualTo(8_000);
  }

  @Test
  @DisplayName("R50, R51, T10 what the builder builds is read back from the wire")
  void builtInfoComesBack() {
    SslInfo ssl =
        SslInfo.builder()
            .certOnConnection(true)
            .certInSession(true)
            .verifyResult(0x01020304)
            .version("TLSv1.3")
            .commonName("b\u00fc")
            .cipher("TLS_AES_256_GCM_SHA384")
            .signatureAlgorithm("SHA256")
            .keyAlgorithm("RSA2048")
            .group("secp256r1")
            .signatureScheme("rsa_pss_rsae_sha256")
            .clientCertificate(hex("3003020101"))
            .build();
    Tlvs tlvs = Tlvs.builder().ssl(ssl).build();
    SslInfo back = tlvs.ssl().orElseThrow();
    assertThat(back).isEqualTo(ssl).hasSameHashCodeAs(ssl).hasToString(ssl.toString());
    assertThat(back.verifyResult()).isEqualTo(0x01020304);
    assertThat(back.vectors())
        .extracting(Tlv::type)
        .containsExactly(0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28);
    assertThat(tlvs.first(TlvType.SSL).orElseThrow().value())
        .startsWith(hex("07 01020304 21 0007").clone())
        .hasSize(tlvs.wireLength() - 3);
  }

  @Test
  void builderStartsWithTlsAndNoCertificate() {
    SslInfo ssl = SslInfo.builder().build();
    assertThat(ssl.overSsl()).isTrue();
    assertThat(ssl.certOnConnection()).isFalse();
    assertThat(ssl.certInSession()).isFalse();
    assertThat(ssl.verifyResult()).isZero();
    assertThat(ssl.verified()).isFalse();
    assertThat(SslInfo.builder().overSsl(false).build().overSsl()).isFalse();
    assertThat(SslInfo.builder().certInSession(true).certInSession(false).build()).isEqualTo(ssl);
  }

  @Test
  void differentInfosAreNotEqual() {
    SslInfo ssl = SslInfo.builder().build();
    assertThat(ssl).isNotEqualTo(SslInfo.builder().overSsl(false).build());
    assertThat(ssl).isNotEqualTo(SslInfo.builder().verifyResult(1).build());
    assertThat(ssl).isNotEqualTo(SslInfo.builder().version("TLSv1.3").build());
    assertThat(ssl.equals(null)).isFalse();
  }

  @Test
  void certificateIsCopied() {
    byte[] der = hex("3003020101");
    SslInfo.Builder builder = SslInfo.builder().clientCertificate(der);
    der[0] = 0;
    SslInfo ssl = builder.build();
    ssl.clientCertificate().orElseThrow()[0] = 0;
    assertThat(ssl.clientCertificate()).contains(hex("3003020101"));
  }

  @Test
  void textThatWouldNotComeBackIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SslInfo.builder().version("\u00fc").build())
        .withMessageContaining("version");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SslInfo.builder().cipher("a\nb").build())
        .withMessageContaining("cipher");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SslInfo.builder().commonName("\udc00").build())
        .withMessageContaining("commonName");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SslInfo.builder().clientCertificate(new byte[65_536]).build());
  }

  @Test
  void infoThatDoesNotFitAVectorIsRefused() {
    SslInfo ssl = SslInfo.builder().clientCertificate(new byte[65_530]).build();
    assertThatIllegalArgumentException().isThrownBy(() -> Tlvs.builder().ssl(ssl));
  }
}
