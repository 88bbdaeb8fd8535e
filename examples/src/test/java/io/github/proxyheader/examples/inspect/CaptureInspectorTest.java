/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

import static io.github.proxyheader.examples.inspect.CaptureBuilder.ACK;
import static io.github.proxyheader.examples.inspect.CaptureBuilder.SYN;
import static io.github.proxyheader.examples.inspect.CaptureBuilder.hex;
import static io.github.proxyheader.examples.inspect.CaptureBuilder.ipv4;
import static io.github.proxyheader.examples.inspect.CaptureBuilder.ipv6;
import static io.github.proxyheader.examples.inspect.CaptureBuilder.join;
import static io.github.proxyheader.examples.inspect.CaptureBuilder.tcp;
import static io.github.proxyheader.examples.inspect.CaptureBuilder.udp;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CaptureInspectorTest {
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int RAW = 101;
  private static final byte[] HEADER =
      "PROXY TCP4 203.0.113.7 198.51.100.9 45678 8443\r\n".getBytes(US_ASCII);
  private static final byte[] V2 =
      hex("0d0a0d0a000d0a515549540a2112000c cb007107 c6336409 b26e 20fb");
  private static final byte[] SEGMENT = tcp(1, ACK, HEADER);

  private static Inspection inspect(byte[] capture) throws IOException {
    return new Inspector(Dissector.MAX_HEADER_SIZE, 10)
        .inspect("a", new ByteArrayInputStream(capture), null);
  }

  private static void assertOneHeader(Inspection inspection) {
    assertThat(inspection.format()).isEqualTo(Inspection.Format.PCAP);
    assertThat(inspection.isValid()).isTrue();
    assertThat(inspection.dissections()).hasSize(1);
    Finding finding = inspection.dissections().get(0).findings().get(0);
    assertThat(AddressText.of(finding.header().source())).isEqualTo("203.0.113.7:45678");
  }

  static Stream<Arguments> links() {
    byte[] ip4 = ipv4(TCP, SEGMENT);
    byte[] ip6 = ipv6(TCP, SEGMENT);
    byte[] macs = new byte[12];
    byte[] options =
        join(hex("3c00 000000000000".replace(" ", "")), hex("0600 000000000000"), SEGMENT);
    return Stream.of(
        Arguments.of("raw IPv4", RAW, ip4),
        Arguments.of("raw IPv6", RAW, ip6),
        Arguments.of("IPv4 alone", 228, ip4),
        Arguments.of("IPv6 alone", 229, ip6),
        Arguments.of("IPv6 with options", RAW, ipv6(0, options)),
        Arguments.of("Ethernet", 1, join(macs, hex("0800"), ip4)),
        Arguments.of("Ethernet, padded", 1, join(macs, hex("0800"), ip4, new byte[9])),
        Arguments.of("Ethernet, IPv6", 1, join(macs, hex("86dd"), ip6)),
        Arguments.of("VLAN", 1, join(macs, hex("8100 0001 0800"), ip4)),
        Arguments.of("VLAN in VLAN", 1, join(macs, hex("88a8 0001 8100 0002 86dd"), ip6)),
        Arguments.of("loopback of BSD", 0, join(hex("02000000"), ip4)),
        Arguments.of("loopback of OpenBSD", 108, join(hex("00000018"), ip6)),
        Arguments.of("cooked", 113, join(new byte[14], hex("0800"), ip4)),
        Arguments.of("cooked, version 2", 276, join(hex("86dd"), new byte[18], ip6)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("links")
  void headerIsFoundInEveryKindOfPacket(String name, int linkType, byte[] packet)
      throws IOException {
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      for (int magic : new int[] {0xA1B2C3D4, 0xA1B23C4D}) {
        assertOneHeader(
            inspect(CaptureBuilder.pcap(order, magic, linkType).packet(packet).bytes()));
      }
      assertOneHeader(inspect(CaptureBuilder.pcapng(order, linkType).packet(packet).bytes()));
      assertOneHeader(
          inspect(
              CaptureBuilder.pcapng(order, linkType)
                  .block(5, new byte[12]) // statistics, which are passed over
                  .simplePacket(packet)
                  .bytes()));
    }
  }

  @Test
  void segmentsMayComeInAnyOrderTwiceAndOverlapping() throws IOException {
    Random random = new Random(1);
    for (int round = 0; round < 200; round++) {
      int start = random.nextInt(); // The numbers may wrap.
      CaptureBuilder capture = CaptureBuilder.pcap(RAW);
      capture.packet(ipv4(TCP, tcp(start - 1, SYN, new byte[0])));
      int[] offsets = random.ints(60, 0, HEADER.length).toArray();
      for (int offset : offsets) {
        int stop = Math.min(HEADER.length, offset + 1 + random.nextInt(5));
        byte[] part = Arrays.copyOfRange(HEADER, offset, stop);
        capture.packet(ipv4(TCP, tcp(start + offset, ACK, part)));
      }
      for (int offset = HEADER.length - 1; offset >= 0; offset--) {
        byte[] part = {HEADER[offset]};
        capture.packet(ipv4(TCP, tcp(start + offset, ACK, part)));
      }
      assertOneHeader(inspect(capture.bytes()));
    }
  }

  @Test
  void bytesInTheFirstSegmentOfFastOpenAreRead() throws IOException {
    assertOneHeader(
        inspect(CaptureBuilder.pcap(RAW).packet(ipv4(TCP, tcp(9, SYN, HEADER))).bytes()));
  }

  @Test
  void portsMayBeUsedAgain() throws IOException {
    Inspection inspection =
        inspect(
            CaptureBuilder.pcap(RAW)
                .packet(ipv4(TCP, tcp(9, SYN, HEADER)))
                .packet(ipv4(TCP, tcp(5000, SYN, V2)))
                .bytes());

    assertThat(inspection.dissections()).hasSize(2);
  }

  @Test
  void missingSegmentIsTold() throws IOException {
    byte[] start = Arrays.copyOf(HEADER, 20);
    byte[] end = Arrays.copyOfRange(HEADER, 30, HEADER.length);
    Inspection inspection =
        inspect(
            CaptureBuilder.pcap(RAW)
                .packet(ipv4(TCP, tcp(0, SYN, start)))
                .packet(ipv4(TCP, tcp(31, ACK, end)))
                .bytes());

    assertThat(inspection.isValid()).isFalse();
    Dissection dissection = inspection.dissections().get(0);
    assertThat(dissection.where()).endsWith("TCP, bytes are missing behind byte 20");
    assertThat(dissection.findings().get(0).refusal().reason()).isEqualTo(Reason.TRUNCATED);
  }

  @Test
  void datagramsHaveAHeaderEach() throws IOException {
    Inspection inspection =
        inspect(
            CaptureBuilder.pcap(RAW)
                .packet(ipv4(UDP, udp(V2)))
                .packet(ipv6(UDP, udp(Arrays.copyOf(V2, 20))))
                .packet(ipv4(UDP, udp(HEADER)))
                .packet(ipv4(UDP, udp(hex("00"))))
                .bytes());

    assertThat(inspection.capture().withoutHeader()).isEqualTo(1);
    assertThat(inspection.dissections())
        .extracting(dissection -> dissection.findings().get(0).refusal())
        .extracting(refusal -> refusal == null ? "valid" : refusal.rule())
        .containsExactly("valid", "R10", "R28");
  }

  @Test
  void fragmentsAndOtherPacketsArePassedOver() throws IOException {
    byte[] fragment = ipv4(TCP, SEGMENT);
    fragment[6] = 0x20;
    Inspection inspection =
        inspect(
            CaptureBuilder.pcap(RAW)
                .packet(fragment)
                .packet(ipv4(1, new byte[8]))
                .packet(new byte[0])
                .packet(ipv4(TCP, tcp(1, ACK, "GET / HTTP/1.1".getBytes(US_ASCII))))
                .bytes());

    assertThat(inspection.dissections()).isEmpty();
    assertThat(inspection.isValid()).isFalse();
    assertThat(inspection.capture()).isEqualTo(new Inspection.Capture(4, 1, 1, 0, 0));
  }

  @Test
  void onlyTheLimitIsKeptAndTheRestIsCounted() throws IOException {
    CaptureBuilder capture = CaptureBuilder.pcap(RAW);
    for (int i = 0; i < 25; i++) {
      capture.packet(ipv4(UDP, udp(i < 20 ? V2 : Arrays.copyOf(V2, 20))));
    }
    Inspection inspection = inspect(capture.bytes());

    assertThat(inspection.dissections()).hasSize(10);
    assertThat(inspection.capture()).isEqualTo(new Inspection.Capture(25, 0, 0, 15, 5));
    assertThat(inspection.isValid()).isFalse();
  }

  @Test
  void everyCutOfACaptureIsRefusedOrEndsBehindAPacket() throws IOException {
    byte[] packet = ipv4(TCP, SEGMENT);
    for (byte[] whole :
        new byte[][] {
          CaptureBuilder.pcap(RAW).packet(packet).bytes(),
          CaptureBuilder.pcapng(ByteOrder.BIG_ENDIAN, RAW).packet(packet).bytes()
        }) {
      int refused = 0;
      for (int length = 4; length < whole.length; length++) {
        try {
          assertThat(inspect(Arrays.copyOf(whole, length)).capture().packets()).isZero();
        } catch (InputException e) {
          refused++;
        }
      }
      assertThat(refused).isGreaterThan(packet.length);
    }
  }

  @Test
  void damagedCapturesEndWithOneKindOfException() throws IOException {
    byte[] packet = ipv4(TCP, SEGMENT);
    byte[][] captures = {
      CaptureBuilder.pcap(RAW).packet(packet).packet(ipv6(UDP, udp(V2))).bytes(),
      CaptureBuilder.pcapng(ByteOrder.LITTLE_ENDIAN, 1).packet(packet).simplePacket(packet).bytes(),
      CaptureBuilder.pcapng(ByteOrder.BIG_ENDIAN, 113).packet(packet).bytes()
    };
    Random random = new Random(2);
    int read = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] capture = captures[round % captures.length].clone();
      for (int i = 0; i <= round % 4; i++) {
        capture[4 + random.nextInt(capture.length - 4)] = (byte) random.nextInt();
      }
      try {
        inspect(capture);
        read++;
      } catch (InputException e) {
        assertThat(e).hasMessageNotContainingAny("\n");
      }
    }
    assertThat(read).isPositive();
  }

  @Test
  void largePacketsAndUnknownLinksAreRefused() {
    byte[] large = CaptureBuilder.pcap(RAW).packet(new byte[4]).bytes();
    large[24 + 8 + 3] = 0x7F;

    assertThatThrownBy(() -> inspect(large))
        .isInstanceOf(InputException.class)
        .hasMessage("packet 1 has a length of 2130706436");
    assertThatThrownBy(() -> inspect(CaptureBuilder.pcap(147).packet(new byte[4]).bytes()))
        .isInstanceOf(InputException.class)
        .hasMessage("the link type 147 is not supported");
  }
}
