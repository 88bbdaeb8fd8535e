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
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.proxyheader.testing.BufferKind;
import io.github.proxyheader.testing.LeakCheck;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.BiFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlvsTest {
  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private static Tlvs read(byte[]... vectors) {
    byte[] all = concat(vectors);
    return Tlvs.read(Unpooled.wrappedBuffer(all), 0, all.length);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "R41 vectors are read in their order from every kind of buffer, whose indices stay as they are")
  void vectorsAreReadFromEveryBuffer(BufferKind kind) {
    byte[] vectors = concat(tlv(9, hex("0102")), tlv(8), tlv(9, filled(300, 7)));
    ByteBuf buffer = leaks.buffer(kind, concat(text("ab"), vectors, text("cd")));
    int index = buffer.readerIndex();
    Tlvs tlvs = Tlvs.read(buffer, index + 2, vectors.length);
    assertThat(buffer.readerIndex()).isEqualTo(index);
    buffer.release();
    assertThat(tlvs)
        .containsExactly(Tlv.of(9, hex("0102")), Tlv.of(8, new byte[0]), Tlv.of(9, filled(300, 7)));
    assertThat(tlvs.toBytes()).isEqualTo(vectors);
    assertThat(tlvs.wireLength()).isEqualTo(vectors.length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"00", "0000", "000001", "0000020a", "00000000", "0000000000", "ffffff"})
  @DisplayName("R42 bytes that are not whole vectors are not read")
  void wrongFramingIsNull(String vectors) {
    assertThat(read(hex(vectors))).isNull();
  }

  @Test
  @DisplayName("R42 vectors end with the range and not with the buffer")
  void rangeBoundsTheVectors() {
    ByteBuf buffer = Unpooled.wrappedBuffer(concat(tlv(1, hex("0a0b0c")), tlv(2)));
    assertThat(Tlvs.read(buffer, 0, 5)).isNull();
    assertThat(Tlvs.read(buffer, 0, 6)).containsExactly(Tlv.of(1, hex("0a0b0c")));
    assertThat(Tlvs.read(buffer, 0, 7)).isNull();
    assertThat(Tlvs.read(buffer, 6, 3)).containsExactly(Tlv.of(2, new byte[0]));
    assertThat(Tlvs.read(buffer, 3, 0)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "R42 a range that the buffer does not have is refused, and the buffer stays as it is")
  void rangeOutsideOfTheBufferIsRefused(BufferKind kind) {
    ByteBuf buffer = leaks.buffer(kind, new byte[30]);
    int start = buffer.readerIndex();
    buffer.readerIndex(start + 6).writerIndex(start + 20);
    int[][] ranges = {
      {start, 21}, {start + 18, 3}, {start + 20, 1}, {start + 21, 0}, {start + 24, 3},
      {-3, 3}, {start, -1}, {start, -3}, {start + 3, Integer.MAX_VALUE}, {Integer.MAX_VALUE, 3}
    };
    for (int[] range : ranges) {
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .as("%s bytes from %s on", range[1], range[0])
          .isThrownBy(() -> Tlvs.read(buffer, range[0], range[1]));
      assertThat(buffer.readerIndex()).isEqualTo(start + 6);
      assertThat(buffer.writerIndex()).isEqualTo(start + 20);
    }
    assertThat(Tlvs.read(buffer, start, 18)).hasSize(6);
    assertThat(Tlvs.read(buffer, start + 20, 0)).isEmpty();
    buffer.release();
  }

  @Test
  @DisplayName("R42 a buffer that cannot be read keeps its reader index")
  void readerIndexIsRestoredWhenReadingFails() {
    ByteBuf broken =
        new UnpooledHeapByteBuf(ByteBufAllocator.DEFAULT, 9, 9) {
          @Override
          public ByteBuf readBytes(byte[] bytes) {
            super.readBytes(bytes);
            throw new IllegalStateException("broken");
          }
        };
    broken.writeZero(9);
    broken.readerIndex(3);
    assertThatIllegalStateException().isThrownBy(() -> Tlvs.read(broken, 0, 6));
    assertThat(broken.readerIndex()).isEqualTo(3);
  }

  @Test
  @DisplayName(
      "R56 a look-up returns the first vector of a type, and all() returns each one in order")
  void firstWins() {
    Tlvs tlvs = read(tlv(2, text("a")), tlv(1), tlv(2, text("b")), tlv(2, hex("ff")));
    assertThat(tlvs.size()).isEqualTo(4);
    assertThat(tlvs.first(2)).contains(Tlv.of(2, text("a")));
    assertThat(tlvs.authority()).contains("a");
    assertThat(tlvs.all(2))
        .containsExactly(Tlv.of(2, text("a")), Tlv.of(2, text("b")), Tlv.of(2, hex("ff")));
    assertThat(tlvs.all(3)).isEmpty();
    assertThat(tlvs.first(3)).isEmpty();
    assertThat(tlvs.contains(2)).isTrue();
    assertThat(tlvs.contains(3)).isFalse();
    assertThat(read(tlv(2, hex("ff")), tlv(2, text("b"))).authority()).isEmpty();
  }

  @Test
  void typesAreUnsigned() {
    Tlvs tlvs = read(tlv(0xFF, text("x")), tlv(0x80));
    assertThat(tlvs.first(255)).contains(Tlv.of(255, text("x")));
    assertThat(tlvs.contains(128)).isTrue();
    assertThatIllegalArgumentException().isThrownBy(() -> tlvs.first(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> tlvs.contains(256));
    assertThatIllegalArgumentException().isThrownBy(() -> tlvs.all(256));
  }

  @Test
  void emptyHasNothing() {
    Tlvs tlvs = Tlvs.empty();
    assertThat(tlvs).isEmpty();
    assertThat(tlvs.isEmpty()).isTrue();
    assertThat(tlvs.size()).isZero();
    assertThat(tlvs.alpn()).isEmpty();
    assertThat(tlvs.authority()).isEmpty();
    assertThat(tlvs.uniqueId()).isEmpty();
    assertThat(tlvs.netns()).isEmpty();
    assertThat(tlvs.ssl()).isEmpty();
    assertThat(tlvs.awsVpcEndpointId()).isEmpty();
    assertThat(tlvs.azurePrivateEndpointLinkId()).isEmpty();
    assertThat(tlvs.gcpPscConnectionId()).isEmpty();
    assertThat(tlvs).isEqualTo(Tlvs.builder().build()).hasToString("[]");
  }

  @Test
  void nothingInsideCanBeChanged() {
    byte[] vectors = tlv(1, hex("0102"));
    ByteBuf buffer = Unpooled.wrappedBuffer(vectors);
    Tlvs tlvs = Tlvs.read(buffer, 0, vectors.length);
    vectors[3] = 9;
    tlvs.toBytes()[3] = 9;
    tlvs.alpn().orElseThrow()[0] = 9;
    assertThat(tlvs.alpn().orElseThrow()).containsExactly(1, 2);
    Iterator<Tlv> iterator = tlvs.iterator();
    iterator.next();
    assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(iterator::next);
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> tlvs.iterator().remove());
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> tlvs.all(1).clear());
  }

  @Test
  void equalityIsThatOfTheVectorsInOrder() {
    Tlvs one = Tlvs.builder().add(1, hex("02")).add(3, hex("04")).build();
    assertThat(one).isEqualTo(read(tlv(1, hex("02")), tlv(3, hex("04"))));
    assertThat(one).hasSameHashCodeAs(read(tlv(1, hex("02")), tlv(3, hex("04"))));
    assertThat(one).isNotEqualTo(read(tlv(3, hex("04")), tlv(1, hex("02"))));
    assertThat(one.equals(null)).isFalse();
    assertThat(one).hasToString("[ALPN=02, CRC32C=04]");
  }

  @Test
  @DisplayName("R43 the application protocol is bytes, which need not be text")
  void alpnIsBytes() {
    assertThat(read(tlv(1, hex("00ff0a"))).alpn()).contains(hex("00ff0a"));
    assertThat(Tlvs.builder().alpn(text("h2")).build()).isEqualTo(read(tlv(1, text("h2"))));
  }

  @Test
  @DisplayName("R44 the authority is UTF-8")
  void authorityIsUtf8() {
    assertThat(read(tlv(2, text("a.example"))).authority()).contains("a.example");
    Tlvs built = Tlvs.builder().authority("b\u00fccher.example\ud83d\ude00").build();
    assertThat(built.authority()).contains("b\u00fccher.example\ud83d\ude00");
    assertThat(built.first(2).orElseThrow().value())
        .isEqualTo(concat(text("b"), hex("c3bc"), text("cher.example"), hex("f09f9880")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"c328", "ff", "610d0a62", "00", "6100", "7f", "c285", "eda080", "c0af", "e280a8"})
  @DisplayName("R44, T14 a view is empty if its text is malformed or holds a control character")
  void malformedTextIsEmpty(String value) {
    Tlvs tlvs = read(tlv(TlvType.AUTHORITY, hex(value)), tlv(TlvType.NETNS, hex(value)));
    assertThat(tlvs.authority()).isEmpty();
    assertThat(tlvs.netns()).isEmpty();
    assertThat(tlvs.first(TlvType.AUTHORITY)).contains(Tlv.of(TlvType.AUTHORITY, hex(value)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nb", "\0", "\ud800", "a\u007f", "\u0085", "\u2028"})
  void textThatWouldNotComeBackIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Tlvs.builder().authority(text));
    assertThatIllegalArgumentException().isThrownBy(() -> Tlvs.builder().netns(text));
  }

  @Test
  @DisplayName("R52 the network namespace is US-ASCII")
  void netnsIsAscii() {
    assertThat(read(tlv(0x30, text("blue"))).netns()).contains("blue");
    assertThat(read(tlv(0x30, hex("c3bc"))).netns()).isEmpty();
    assertThat(Tlvs.builder().netns("blue").build().netns()).contains("blue");
    assertThatIllegalArgumentException().isThrownBy(() -> Tlvs.builder().netns("\u00fc"));
  }

  @Test
  @DisplayName("R49 a unique id has at most 128 bytes")
  void uniqueIdHasAtMost128Bytes() {
    assertThat(read(tlv(5, filled(128, 1))).uniqueId()).contains(filled(128, 1));
    assertThat(read(tlv(5)).uniqueId()).contains(new byte[0]);
    assertThat(read(tlv(5, filled(129, 1))).uniqueId()).isEmpty();
    assertThat(Tlvs.builder().uniqueId(filled(128, 1)).build().uniqueId()).isPresent();
    assertThatIllegalArgumentException().isThrownBy(() -> Tlvs.builder().uniqueId(filled(129, 1)));
  }

  @Test
  @DisplayName("R53 the view of AWS shows the id of the VPC endpoint behind sub-type 1")
  void awsVpcEndpointId() {
    byte[] value = hex("01767063652d3038643262663135666163353030316339");
    assertThat(read(tlv(0xEA, value)).awsVpcEndpointId()).contains("vpce-08d2bf15fac5001c9");
    assertThat(Tlvs.builder().awsVpcEndpointId("vpce-08d2bf15fac5001c9").build())
        .isEqualTo(read(tlv(0xEA, value)));
    assertThat(read(tlv(0xEA, hex("02ff")), tlv(0xEA, value)).awsVpcEndpointId()).isPresent();
    for (String wrong : List.of("", "01", "02", "0276", "01612e62", "01ff", "0161620a", "017600")) {
      assertThat(read(tlv(0xEA, hex(wrong))).awsVpcEndpointId()).as(wrong).isEmpty();
    }
    for (String wrong : List.of("", "a.b", "a b", "\u00fc", "a\n")) {
      assertThatIllegalArgumentException().isThrownBy(() -> Tlvs.builder().awsVpcEndpointId(wrong));
    }
  }

  @Test
  @DisplayName("R53 the view of Azure shows the link id behind sub-type 1, 32 bits little-endian")
  void azurePrivateEndpointLinkId() {
    assertThat(read(tlv(0xEE, hex("01c1450021"))).azurePrivateEndpointLinkId())
        .hasValue(0x210045C1L);
    assertThat(read(tlv(0xEE, hex("01ffffffff"))).azurePrivateEndpointLinkId())
        .hasValue(0xFFFFFFFFL);
    assertThat(Tlvs.builder().azurePrivateEndpointLinkId(0x210045C1L).build())
        .isEqualTo(read(tlv(0xEE, hex("01c1450021"))));
    for (String wrong : List.of("", "01", "01c14500", "01c145002100", "02c1450021")) {
      assertThat(read(tlv(0xEE, hex(wrong))).azurePrivateEndpointLinkId()).as(wrong).isEmpty();
    }
    assertThat(
            read(tlv(0xEE, hex("02")), tlv(0xEE, hex("0101000000"))).azurePrivateEndpointLinkId())
        .hasValue(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tlvs.builder().azurePrivateEndpointLinkId(-1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tlvs.builder().azurePrivateEndpointLinkId(1L << 32));
  }

  @Test
  @DisplayName(
      "R53 the view of Google Cloud shows the connection's id, 64 bits big-endian and unsigned")
  void gcpPscConnectionId() {
    Tlvs tlvs = read(tlv(0xE0, hex("ffffffffc0a86402")));
    assertThat(Long.toUnsignedString(tlvs.gcpPscConnectionId().orElseThrow()))
        .isEqualTo("18446744072646845442");
    assertThat(Tlvs.builder().gcpPscConnectionId(tlvs.gcpPscConnectionId().orElseThrow()).build())
        .isEqualTo(tlvs);
    assertThat(read(tlv(0xE0, hex("0102030405060708"))).gcpPscConnectionId())
        .hasValue(0x0102030405060708L);
    for (String wrong : List.of("", "01", "01020304050607", "010203040506070809")) {
      assertThat(read(tlv(0xE0, hex(wrong))).gcpPscConnectionId()).as(wrong).isEmpty();
    }
  }

  @Test
  @DisplayName("T14 no view throws an exception, whatever bytes its vector holds")
  void noViewThrows() {
    for (int type = 0; type < 256; type++) {
      for (int length = 0; length < 24; length++) {
        for (int b : new int[] {0x00, 0x01, 0x02, 0x41, 0x80, 0xC3, 0xFF}) {
          Tlvs tlvs = read(tlv(type, filled(length, b)));
          tlvs.alpn();
          tlvs.authority();
          tlvs.uniqueId();
          tlvs.netns();
          tlvs.awsVpcEndpointId();
          tlvs.azurePrivateEndpointLinkId();
          tlvs.gcpPscConnectionId();
          tlvs.ssl().ifPresent(SslInfoTest::callEveryView);
          assertThat(tlvs.toString()).doesNotContain("\n");
        }
      }
    }
  }

  @Test
  void builderAddsInTheOrderOfTheCalls() {
    Tlvs first = Tlvs.builder().netns("n").add(Tlv.of(7, hex("08"))).build();
    Tlvs.Builder builder = Tlvs.builder().add(9, hex("0a")).addAll(first).addAll(first);
    Tlvs built = builder.build();
    assertThat(built)
        .containsExactly(
            Tlv.of(9, hex("0a")),
            Tlv.of(0x30, text("n")),
            Tlv.of(7, hex("08")),
            Tlv.of(0x30, text("n")),
            Tlv.of(7, hex("08")));
    builder.add(1, new byte[0]);
    assertThat(built.size()).isEqualTo(5);
    assertThat(builder.build().size()).isEqualTo(6);
  }

  @Test
  void builderRefusesWhatDoesNotFit() {
    List<BiFunction<Integer, byte[], Tlvs.Builder>> adders =
        List.of((t, v) -> Tlvs.builder().add(t, v), (t, v) -> Tlvs.builder().add(Tlv.of(t, v)));
    for (BiFunction<Integer, byte[], Tlvs.Builder> adder : adders) {
      assertThatIllegalArgumentException().isThrownBy(() -> adder.apply(-1, new byte[0]));
      assertThatIllegalArgumentException().isThrownBy(() -> adder.apply(256, new byte[0]));
      assertThatIllegalArgumentException().isThrownBy(() -> adder.apply(1, new byte[65_536]));
      assertThat(adder.apply(255, new byte[65_535]).build().wireLength()).isEqualTo(65_538);
    }
  }

  @Test
  @DisplayName("R48 21,845 empty vectors in one header cost no more than their bytes")
  void manyEmptyVectors() {
    int count = 21_845;
    Tlvs tlvs = read(new byte[3 * count]);
    assertThat(tlvs.size()).isEqualTo(count);
    assertThat(tlvs.all(0)).hasSize(count);
    assertThat(tlvs.first(1)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 0x8000_0000L, 0xFFFF_FFFFL})
  void everyAzureLinkIdOf32BitsComesBack(long id) {
    assertThat(Tlvs.builder().azurePrivateEndpointLinkId(id).build().azurePrivateEndpointLinkId())
        .hasValue(id);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0x1_0000_0000L, Long.MIN_VALUE})
  void azureLinkIdBeyond32BitsIsRefused(long id) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tlvs.builder().azurePrivateEndpointLinkId(id));
  }

  @Test
  void awsEndpointIdHasLettersDigitsAndHyphensOnly() {
    for (char c = 0; c < 0x80; c++) {
      String id = "vpce-" + c;
      boolean allowed =
          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-".indexOf(c) >= 0;
      byte[] value = concat(new byte[] {1}, text(id));
      assertThat(read(tlv(TlvType.AWS, value)).awsVpcEndpointId().isPresent())
          .as("read %s", (int) c)
          .isEqualTo(allowed);
      if (allowed) {
        assertThat(Tlvs.builder().awsVpcEndpointId(id).build().awsVpcEndpointId()).contains(id);
      } else {
        assertThatIllegalArgumentException().isThrownBy(() -> Tlvs.builder().awsVpcEndpointId(id));
      }
    }
  }

  @Test
  void builderGrowsAtEverySize() {
    for (int first = 50; first < 80; first++) {
      for (int second : new int[] {0, 1, 61, 62, 63, 64, 65, 200}) {
        Tlvs built = Tlvs.builder().add(1, new byte[first]).add(2, new byte[second]).build();
        assertThat(built.wireLength()).isEqualTo(6 + first + second);
        assertThat(built.first(2)).contains(Tlv.of(2, new byte[second]));
      }
    }
  }
}
