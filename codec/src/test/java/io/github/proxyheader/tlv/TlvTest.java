/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.tlv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlvTest {
  @Test
  @DisplayName("R41 a vector has a type of 8 bits and a value of up to 65,535 bytes")
  void typeAndValue() {
    Tlv vector = Tlv.of(0xFF, new byte[65_535]);
    assertThat(vector.type()).isEqualTo(255);
    assertThat(vector.length()).isEqualTo(65_535);
    assertThat(Tlv.of(0, new byte[0]).value()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 256, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void typeOutsideOf8BitsIsRefused(int type) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tlv.of(type, new byte[0]))
        .withMessageContaining("type: " + type);
    assertThatIllegalArgumentException().isThrownBy(() -> TlvType.name(type));
  }

  @Test
  void valueThatIsTooLongIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Tlv.of(1, new byte[65_536]));
  }

  @Test
  void valueIsCopiedInAndOut() {
    byte[] value = {1, 2, 3};
    Tlv vector = Tlv.of(1, value);
    value[0] = 9;
    assertThat(vector.value()).containsExactly(1, 2, 3);
    vector.value()[1] = 9;
    assertThat(vector.value()).containsExactly(1, 2, 3);
  }

  @Test
  void vectorsAreEqualByTypeAndValue() {
    Tlv vector = Tlv.of(1, new byte[] {2});
    assertThat(vector)
        .isEqualTo(Tlv.of(1, new byte[] {2}))
        .hasSameHashCodeAs(Tlv.of(1, new byte[] {2}));
    assertThat(vector).isNotEqualTo(Tlv.of(2, new byte[] {2}));
    assertThat(vector).isNotEqualTo(Tlv.of(1, new byte[] {3}));
    assertThat(vector).isNotEqualTo(null);
    assertThat(vector.equals(new Object())).isFalse();
  }

  @Test
  void textShowsAtMost32Bytes() {
    assertThat(Tlv.of(TlvType.ALPN, new byte[] {0x68, 0x32})).hasToString("ALPN=6832");
    assertThat(Tlv.of(0xF1, new byte[32])).hasToString("0xF1=" + "00".repeat(32));
    assertThat(Tlv.of(4, new byte[33])).hasToString("NOOP=" + "00".repeat(32) + "... (33 bytes)");
  }

  @ParameterizedTest
  @DisplayName("R43 to R52 the registered types have their numbers and names")
  @CsvSource({
    "0x01, ALPN",
    "0x02, AUTHORITY",
    "0x03, CRC32C",
    "0x04, NOOP",
    "0x05, UNIQUE_ID",
    "0x20, SSL",
    "0x21, SSL_VERSION",
    "0x22, SSL_CN",
    "0x23, SSL_CIPHER",
    "0x24, SSL_SIG_ALG",
    "0x25, SSL_KEY_ALG",
    "0x26, SSL_GROUP",
    "0x27, SSL_SIG_SCHEME",
    "0x28, SSL_CLIENT_CERT",
    "0x30, NETNS",
    "0xE0, GCP",
    "0xEA, AWS",
    "0xEE, AZURE",
    "0x00, 0x00",
    "0xFF, 0xFF"
  })
  void registeredTypes(String type, String name) throws ReflectiveOperationException {
    assertThat(TlvType.name(Integer.decode(type))).isEqualTo(name);
    if (!name.startsWith("0x")) {
      assertThat(TlvType.class.getField(name).getInt(null)).isEqualTo(Integer.decode(type));
    }
  }

  @Test
  void everyTypeHasANameOfItsOwn() {
    Set<String> names = new HashSet<>();
    for (int type = 0; type < 256; type++) {
      names.add(TlvType.name(type));
    }
    assertThat(names).hasSize(256);
  }
}
