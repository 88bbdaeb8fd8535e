/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import static io.github.proxyheader.testing.Bytes.binary;
import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.hex;
import static io.github.proxyheader.testing.Bytes.text;
import static io.github.proxyheader.testing.Bytes.tlv;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.testing.Addresses;
import io.github.proxyheader.testing.BinaryOracle;
import io.github.proxyheader.testing.BufferKind;
import io.github.proxyheader.testing.LeakCheck;
import io.github.proxyheader.testing.Verdict;
import io.github.proxyheader.tlv.Tlv;
import io.github.proxyheader.tlv.TlvType;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the checksum, rule by rule. */
class ChecksumTest {
  private static final byte[] IPV4 = hex("01020304 05060708 090a 0b0c");
  private static final ProxyHeaderReader NOT_VERIFYING =
      ProxyHeaderReader.builder().verifyChecksum(false).build();

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  /** Returns a header with a right checksum between other vectors. */
  private static byte[] checked() {
    byte[] header =
        binary(
            0x21,
            0x11,
            IPV4,
            tlv(TlvType.AUTHORITY, text("a.example")),
            tlv(TlvType.CRC32C, new byte[4]),
            tlv(TlvType.NOOP, new byte[5]));
    return withChecksumAt(16 + 12 + 12 + 3, header);
  }

  private static byte[] withChecksumAt(int at, byte[] header) {
    byte[] zeroed = header.clone();
    Arrays.fill(zeroed, at, at + 4, (byte) 0);
    ByteBuffer.wrap(zeroed).putInt(at, BinaryOracle.crc32c(zeroed));
    return zeroed;
  }

  private static ProxyHeader.Builder ipv4() {
    return ProxyHeader.builder()
        .source(Addresses.inet("1.2.3.4", 5))
        .destination(Addresses.inet("6.7.8.9", 10));
  }

  @Test
  @DisplayName("R45 the checksum uses the polynomial of Castagnoli")
  void checkValue() {
    assertThat(BinaryOracle.crc32c(text("123456789"))).isEqualTo(0xE3069283);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("R45 the checksum covers the whole header and not the payload, in every buffer")
  void rightChecksumIsTaken(BufferKind kind) {
    ByteBuf buffer = leaks.buffer(kind, concat(checked(), text("payload")));
    Verdict verdict = Verdict.of(ProxyHeaderReader.standard(), buffer);
    assertThat(verdict.isAccepted()).isTrue();
    assertThat(verdict.header().hasChecksum()).isTrue();
    buffer.release();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("R46 one bit that is wrong anywhere in the checked part is refused")
  void wrongBitIsRefused(BufferKind kind) {
    byte[] header = checked();
    int checksumType = 40;
    for (int at = 16; at < header.length; at++) {
      if (at == checksumType) {
        continue; // With another type the vector is no checksum.
      }
      byte[] changed = header.clone();
      changed[at] ^= 0x10;
      ByteBuf buffer = leaks.buffer(kind, changed);
      Verdict verdict = Verdict.of(ProxyHeaderReader.standard(), buffer);
      assertThat(verdict.reason()).as("byte %s", at).isIn(Reason.CHECKSUM, Reason.TLV);
      buffer.release();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"00000000", "ffffffff"})
  @DisplayName("R46 a checksum of zero or of all ones is verified as any other")
  void noWildcard(String value) {
    byte[] header = binary(0x21, 0x11, IPV4, tlv(TlvType.CRC32C, hex(value)));
    assertThat(Verdict.of(header).reason()).isEqualTo(Reason.CHECKSUM);
    assertThat(Verdict.of(NOT_VERIFYING, header).isAccepted()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 5, 8})
  @DisplayName("R45 a checksum of another length than 4 bytes is refused")
  void wrongLengthIsRefused(int length) {
    byte[] header = binary(0x21, 0x11, IPV4, tlv(TlvType.CRC32C, new byte[length]));
    assertThat(Verdict.of(header).reason()).isEqualTo(Reason.CHECKSUM);
    assertThat(Verdict.of(NOT_VERIFYING, header).isAccepted()).isTrue();
  }

  @Test
  @DisplayName("R47 the checksum is big-endian on the wire, as HAProxy and AWS write it")
  void valueIsBigEndian() {
    byte[] aws =
        hex(
            "0d0a0d0a000d0a515549540a21110054ac1f0771ac1f0a1fc8f20050030004e8d6892dea001701"
                + "767063652d3038643262663135666163353030316339040024"
                + "00".repeat(36));
    assertThat(Verdict.of(aws).isAccepted()).isTrue();
    byte[] reversed = aws.clone();
    for (int i = 0; i < 4; i++) {
      reversed[31 + i] = aws[34 - i];
    }
    assertThat(Verdict.of(reversed).reason()).isEqualTo(Reason.CHECKSUM);
  }

  @Test
  @DisplayName("R56 the first of two checksums counts and covers the other one")
  void firstOfTwoCounts() {
    byte[] header =
        withChecksumAt(
            31,
            binary(0x21, 0x11, IPV4, tlv(TlvType.CRC32C, new byte[4]), tlv(3, hex("0a0b0c0d"))));
    assertThat(Verdict.of(header).isAccepted()).isTrue();
    header[40] ^= 1;
    assertThat(Verdict.of(header).reason()).isEqualTo(Reason.CHECKSUM);
  }

  @Test
  @DisplayName("R45, T19 the builder adds the checksum at the end, and its value is right")
  void builderAddsARightChecksum() {
    ProxyHeader header =
        ipv4().tlvs(Tlvs.builder().authority("a.example").build()).checksum(true).build();
    assertThat(header.hasChecksum()).isTrue();
    byte[] bytes = ProxyHeaderWriter.toBytes(header);
    assertThat(bytes).isEqualTo(withChecksumAt(bytes.length - 4, bytes));
    assertThat(Verdict.of(bytes).header()).isEqualTo(header);
  }

  @Test
  @DisplayName(
      "T19 the checksum of a header that is changed by toBuilder is computed anew in its place")
  void checksumIsComputedAnew() {
    ProxyHeader received = Verdict.of(checked()).header();
    ProxyHeader changed = received.toBuilder().source(Addresses.inet("8.8.8.8", 8)).build();
    byte[] bytes = ProxyHeaderWriter.toBytes(changed);
    assertThat(bytes).isEqualTo(withChecksumAt(16 + 12 + 12 + 3, bytes));
    assertThat(bytes).isNotEqualTo(checked());
    assertThat(Verdict.of(bytes).isAccepted()).isTrue();
  }

  @Test
  void checksumThatIsGivenIsReplacedByTheRightOne() {
    ProxyHeader header = ipv4().tlvs(Tlvs.builder().add(3, hex("01020304")).build()).build();
    assertThat(Verdict.of(ProxyHeaderWriter.toBytes(header)).header()).isEqualTo(header);
    assertThat(header).isEqualTo(ipv4().checksum(true).build());
  }

  @Test
  void checksumSwitchesAddAndRemove() {
    Tlvs two = Tlvs.builder().add(3, new byte[4]).netns("n").add(3, new byte[4]).build();
    assertThat(ipv4().tlvs(two).checksum(false).build().tlvs())
        .containsExactly(Tlv.of(TlvType.NETNS, text("n")));
    assertThat(ipv4().tlvs(two).checksum(true).build().tlvs()).hasSize(3);
    assertThat(ipv4().checksum(false).build().hasChecksum()).isFalse();
    assertThat(ipv4().checksum(true).checksum(false).build().hasChecksum()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 5})
  @DisplayName(
      "R45 a checksum of the wrong length cannot be built, because receivers would refuse it")
  void checksumOfWrongLengthCannotBeBuilt(int length) {
    Tlvs wrong = Tlvs.builder().add(TlvType.CRC32C, new byte[length]).build();
    assertThatIllegalArgumentException().isThrownBy(() -> ipv4().tlvs(wrong).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ipv4().tlvs(wrong).checksum(true).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProxyHeader.builder().command(ProxyCommand.LOCAL).tlvs(wrong).build());
    assertThat(ipv4().tlvs(wrong).checksum(false).build().hasChecksum()).isFalse();
  }

  @Test
  @DisplayName("R45, R60 a LOCAL header can have a checksum, which is right as well")
  void localWithChecksum() {
    ProxyHeader local = ProxyHeader.builder().command(ProxyCommand.LOCAL).checksum(true).build();
    assertThat(ProxyHeaderWriter.toBytes(local))
        .isEqualTo(hex("0d0a0d0a000d0a515549540a20000007030004a9b87e8f"));
  }

  @Test
  @DisplayName("R45 a LOCAL header that was read is written with family 0 and a right checksum")
  void localIsWrittenWithARightChecksum() {
    byte[] received = withChecksumAt(19, binary(0x20, 0x11, tlv(3, new byte[4]), tlv(4)));
    byte[] written = ProxyHeaderWriter.toBytes(Verdict.of(received).header());
    assertThat(written)
        .isEqualTo(withChecksumAt(19, binary(0x20, 0x00, tlv(3, new byte[4]), tlv(4))));
  }
}
