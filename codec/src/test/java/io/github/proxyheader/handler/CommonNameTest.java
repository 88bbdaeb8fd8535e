/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.hex;
import static io.github.proxyheader.testing.Bytes.text;
import static io.github.proxyheader.testing.Certificates.commonName;
import static io.github.proxyheader.testing.Certificates.organization;
import static io.github.proxyheader.testing.Certificates.relativeName;
import static io.github.proxyheader.testing.Certificates.subject;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.testing.Certificates;
import java.nio.charset.StandardCharsets;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommonNameTest {
  @Test
  void aSubjectWithoutOneHasNone() {
    assertThat(of(subject())).isNull();
    assertThat(of(subject(relativeName(organization("Example"))))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "client.example.org",
        "a,CN=admin",
        "a+CN=admin",
        "\\,\"<>;#=",
        "#hash",
        " spaces ",
        "Zo\u00eb \u4f8b \ud83d\ude00",
        "",
        "a\nb",
        "a\u0000b"
      })
  void aNameIsTakenAsItIs(String name) {
    assertThat(of(subject(relativeName(commonName(name))))).isEqualTo(name);
  }

  @Test
  void ofSeveralTheFirstOneCounts() {
    assertThat(of(subject(relativeName(commonName("a")), relativeName(commonName("b")))))
        .isEqualTo("a");
  }

  @Test
  void itMayBeBehindOthersAndInASetOfSeveral() {
    assertThat(
            of(
                subject(
                    relativeName(organization("CN=x")),
                    relativeName(organization("Example"), commonName("client")))))
        .isEqualTo("client");
    assertThat(of(new X500Principal("O=Example+CN=client,C=XX").getEncoded())).isEqualTo("client");
  }

  @Test
  void allKindsOfStringsAreRead() {
    assertThat(ofName(Certificates.PRINTABLE, text("client"))).isEqualTo("client");
    assertThat(ofName(Certificates.IA5, text("client@example.org")))
        .isEqualTo("client@example.org");
    assertThat(ofName(Certificates.TELETEX, text("Zo\u00eb"))).isEqualTo("Zo\u00eb");
    assertThat(ofName(Certificates.BMP, "Zo\u00eb \u4f8b".getBytes(StandardCharsets.UTF_16BE)))
        .isEqualTo("Zo\u00eb \u4f8b");
  }

  @Test
  void bytesThatAreNotOfTheirTypeAreNoName() {
    assertThat(ofName(Certificates.UTF8, hex("61ff"))).isNull();
    assertThat(ofName(Certificates.UTF8, hex("c080"))).isNull();
    assertThat(ofName(Certificates.UTF8, hex("eda080"))).isNull();
    assertThat(ofName(Certificates.BMP, hex("0061d800"))).isNull();
    assertThat(ofName(Certificates.UNIVERSAL, hex("00000061"))).isNull();
  }

  @Test
  void longNamesAreRead() {
    for (int length : new int[] {127, 128, 255, 256, 20_000}) {
      String name = "x".repeat(length);
      assertThat(of(subject(relativeName(commonName(name))))).isEqualTo(name);
    }
  }

  @Test
  void aNameBehindALongOneIsFound() {
    byte[] der =
        subject(relativeName(organization("x".repeat(300))), relativeName(commonName("client")));

    assertThat(of(der)).isEqualTo("client");
    assertThat(of(concat(der))).isEqualTo("client");
  }

  private static @Nullable String ofName(int tag, byte[] value) {
    return of(subject(relativeName(commonName(tag, value))));
  }

  private static @Nullable String of(byte[] subject) {
    return CommonName.of(new X500Principal(subject));
  }
}
