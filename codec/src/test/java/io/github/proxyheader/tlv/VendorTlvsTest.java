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
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that the view of each vendor finds its own vector, although vendors share types (R53). */
class VendorTlvsTest {
  private static final byte[] AWS = tlv(0xEA, hex("01"), text("vpce-08d2bf15fac5001c9"));
  private static final byte[] AZURE = tlv(0xEE, hex("01c1450021"));
  private static final byte[] GCP = tlv(0xE0, hex("ffffffffc0a86402"));

  private static Tlvs read(byte[]... vectors) {
    byte[] all = concat(vectors);
    return Tlvs.read(Unpooled.wrappedBuffer(all), 0, all.length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "01", "02", "0161", "01612e62", "01c1450021", "01ff", "ffffffff"})
  @DisplayName("R53 a view looks at every vector of its type, as the first may be another vendor's")
  void viewLooksAtEveryVectorOfItsType(String other) {
    for (int type : new int[] {0xE0, 0xEA, 0xEE}) {
      byte[] front = tlv(type, hex(other));
      Tlvs tlvs = read(front, front, AWS, AZURE, GCP, front);
      boolean isAws = type == 0xEA && other.equals("0161");
      assertThat(tlvs.awsVpcEndpointId()).contains(isAws ? "a" : "vpce-08d2bf15fac5001c9");
      assertThat(tlvs.azurePrivateEndpointLinkId()).hasValue(0x210045C1L);
      assertThat(tlvs.gcpPscConnectionId()).hasValue(0xFFFFFFFFC0A86402L);
    }
  }

  @Test
  @DisplayName("R53, R56 the first vector that a view can read counts")
  void firstReadableVectorCounts() {
    Tlvs tlvs =
        read(
            AWS,
            tlv(0xEA, hex("01"), text("second")),
            AZURE,
            tlv(0xEE, hex("0101000000")),
            GCP,
            tlv(0xE0, new byte[8]));
    assertThat(tlvs.awsVpcEndpointId()).contains("vpce-08d2bf15fac5001c9");
    assertThat(tlvs.azurePrivateEndpointLinkId()).hasValue(0x210045C1L);
    assertThat(tlvs.gcpPscConnectionId()).hasValue(0xFFFFFFFFC0A86402L);
  }

  @Test
  @DisplayName("R53 the value of any vendor's sub-type is found among the others")
  void valueOfSubType() {
    Tlvs tlvs =
        read(
            tlv(TlvType.ALIBABA),
            tlv(TlvType.ALIBABA, hex("01"), text("vpc-1")),
            tlv(0xE2, hex("02"), text("of another type")),
            tlv(TlvType.ALIBABA, hex("02"), text("ep-1")),
            tlv(TlvType.ALIBABA, hex("02"), text("ep-2")),
            tlv(TlvType.ALIBABA, hex("ff")));
    assertThat(tlvs.vendor(TlvType.ALIBABA, 1)).contains(text("vpc-1"));
    assertThat(tlvs.vendor(TlvType.ALIBABA, 2)).contains(text("ep-1"));
    assertThat(tlvs.vendor(TlvType.ALIBABA, 0xFF)).contains(new byte[0]);
    assertThat(tlvs.vendor(TlvType.ALIBABA, 3)).isEmpty();
    assertThat(tlvs.vendor(TlvType.ALIBABA, 0)).isEmpty();
    assertThat(tlvs.vendor(0xE3, 1)).isEmpty();
    tlvs.vendor(TlvType.ALIBABA, 1).orElseThrow()[0] = 0;
    assertThat(tlvs.vendor(TlvType.ALIBABA, 1)).contains(text("vpc-1"));
    assertThat(Tlvs.empty().vendor(TlvType.AWS, 1)).isEmpty();
    assertThat(read(AWS).vendor(TlvType.AWS, 1)).contains(text("vpce-08d2bf15fac5001c9"));
  }

  @Test
  void typesAndSubTypesAreOneByte() {
    for (int wrong : List.of(-1, 256, Integer.MIN_VALUE)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Tlvs.empty().vendor(wrong, 1))
          .withMessageStartingWith("type:");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Tlvs.empty().vendor(1, wrong))
          .withMessageStartingWith("subType:");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Tlvs.empty().text(wrong))
          .withMessageStartingWith("type:");
    }
  }

  @Test
  @DisplayName("R44, R53 the text of any type is checked as the authority is")
  void textOfAnyType() {
    String uri = "spiffe://example.org/b\u00fccher";
    Tlvs tlvs = Tlvs.builder().authority(uri).build();
    byte[] value = tlvs.first(TlvType.AUTHORITY).orElseThrow().value();
    assertThat(read(tlv(TlvType.SPIFFE, value)).text(TlvType.SPIFFE)).contains(uri);
    assertThat(read(tlv(TlvType.SPIFFE)).text(TlvType.SPIFFE)).contains("");
    assertThat(Tlvs.empty().text(TlvType.SPIFFE)).isEmpty();
    Tlvs malformed = read(tlv(TlvType.SPIFFE, hex("ff")), tlv(TlvType.SPIFFE, text("b")));
    assertThat(malformed.text(TlvType.SPIFFE)).isEmpty();
    for (String wrong : List.of("c328", "610d0a62", "00", "7f", "c285", "eda080", "e280a8")) {
      assertThat(read(tlv(0xD0, hex(wrong))).text(0xD0)).as(wrong).isEmpty();
    }
  }
}
