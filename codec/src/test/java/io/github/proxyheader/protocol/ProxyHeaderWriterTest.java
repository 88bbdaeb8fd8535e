/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import static io.github.proxyheader.testing.Bytes.binary;
import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.hex;
import static io.github.proxyheader.testing.Bytes.path;
import static io.github.proxyheader.testing.Bytes.text;
import static io.github.proxyheader.testing.Bytes.tlv;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.testing.Addresses;
import io.github.proxyheader.testing.LeakCheck;
import io.github.proxyheader.testing.Verdict;
import io.github.proxyheader.tlv.SslInfo;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the bytes that the writer writes. */
class ProxyHeaderWriterTest {
  private static final InetSocketAddress IPV4_A = Addresses.inet("203.0.113.7", 0x1234);
  private static final InetSocketAddress IPV4_B = Addresses.inet("198.51.100.9", 0xFFFE);
  private static final InetSocketAddress IPV6_A = Addresses.inet("2001:db8::7", 0x1234);

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private static byte[] write(ProxyHeader.Builder builder) {
    return ProxyHeaderWriter.toBytes(builder.build());
  }

  private static ProxyHeader.Builder of(InetSocketAddress source, InetSocketAddress destination) {
    return ProxyHeader.builder().source(source).destination(destination);
  }

  private static String line(InetSocketAddress source, InetSocketAddress destination) {
    return new String(
        write(of(source, destination).version(ProxyVersion.V1)), StandardCharsets.US_ASCII);
  }

  static List<ProxyHeader> headers() {
    return ProxyHeaderTest.distinctHeaders();
  }

  @ParameterizedTest
  @MethodSource("headers")
  @DisplayName("R61, T11 length() is what write() appends, and what the header announces")
  void lengthIsWhatIsWritten(ProxyHeader header) {
    byte[] bytes = ProxyHeaderWriter.toBytes(header);
    assertThat(ProxyHeaderWriter.length(header)).isEqualTo(bytes.length);
    if (header.version() == ProxyVersion.V2) {
      assertThat((bytes[14] & 0xFF) << 8 | bytes[15] & 0xFF).isEqualTo(bytes.length - 16);
    }
    for (ByteBuf out :
        List.of(leaks.allocator().heapBuffer(1), leaks.allocator().directBuffer(1))) {
      out.writeBytes(text("before"));
      ProxyHeaderWriter.write(header, out);
      byte[] written = new byte[out.readableBytes()];
      out.readBytes(written).release();
      assertThat(written).isEqualTo(concat(text("before"), bytes));
    }
  }

  @ParameterizedTest
  @MethodSource("headers")
  @DisplayName("T10 what is written is read back as the same header")
  void whatIsWrittenIsReadBack(ProxyHeader header) {
    byte[] bytes = ProxyHeaderWriter.toBytes(header);
    Verdict verdict = Verdict.of(bytes);
    assertThat(verdict.header()).isEqualTo(header);
    assertThat(verdict.consumed()).isEqualTo(bytes.length);
  }

  @Test
  @DisplayName("R16 a line of version 1 is written as the grammar says")
  void lineOfVersionOne() {
    assertThat(line(IPV4_A, IPV4_B))
        .isEqualTo("PROXY TCP4 203.0.113.7 198.51.100.9 4660 65534\r\n");
    assertThat(line(IPV6_A, Addresses.inet("::", 0)))
        .isEqualTo("PROXY TCP6 2001:db8::7 :: 4660 0\r\n");
  }

  @Test
  @DisplayName(
      "R63 version 1 writes mixed families as TCP6, with IPv4 mapped in hexadecimal groups")
  void mixedFamiliesInVersionOne() {
    assertThat(line(IPV4_A, IPV6_A))
        .isEqualTo("PROXY TCP6 ::ffff:cb00:7107 2001:db8::7 4660 4660\r\n");
    assertThat(line(IPV6_A, IPV4_B))
        .isEqualTo("PROXY TCP6 2001:db8::7 ::ffff:c633:6409 4660 65534\r\n");
  }

  @Test
  @DisplayName("R63 version 2 writes mixed families as 0x21, with IPv4 mapped")
  void mixedFamiliesInVersionTwo() {
    assertThat(write(of(IPV4_A, IPV6_A)))
        .isEqualTo(
            binary(
                0x21,
                0x21,
                hex("00000000000000000000ffffcb007107"),
                hex("20010db8000000000000000000000007"),
                hex("12341234")));
  }

  @ParameterizedTest
  @DisplayName("R18 an IPv6 address is written short, as RFC 5952 recommends")
  @CsvSource({
    "0:0:0:0:0:0:0:0, ::",
    "0:0:0:0:0:0:0:1, ::1",
    "1:0:0:0:0:0:0:0, 1::",
    "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
    "1:0:3:4:5:6:7:8, 1:0:3:4:5:6:7:8",
    "1:0:0:4:5:0:0:8, 1::4:5:0:0:8",
    "1:0:0:4:0:0:0:8, 1:0:0:4::8",
    "0:0:3:4:5:6:7:8, ::3:4:5:6:7:8",
    "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::",
    "0:2:3:4:5:6:7:0, 0:2:3:4:5:6:7:0",
    "ABCD:0EF0:00F0:000F:f000:0:0:1, abcd:ef0:f0:f:f000::1",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
  })
  void shortFormOfIpv6(String address, String written) {
    assertThat(line(Addresses.inet(address, 1), IPV6_A))
        .isEqualTo("PROXY TCP6 " + written + " 2001:db8::7 1 4660\r\n");
  }

  @Test
  @DisplayName("R17, R20 octets and ports are written without leading zeros")
  void numbersHaveNoLeadingZeros() {
    for (int i = 0; i < 256; i++) {
      InetSocketAddress source = Addresses.inet(i + ".0." + (255 - i) + ".1", i * 257);
      assertThat(line(source, IPV4_B))
          .isEqualTo("PROXY TCP4 %s.0.%s.1 198.51.100.9 %s 65534\r\n", i, 255 - i, i * 257);
    }
    for (int port : new int[] {0, 9, 10, 99, 100, 999, 1000, 9999, 10000, 65535}) {
      assertThat(line(IPV4_A, Addresses.inet("1.1.1.1", port))).endsWith(" 4660 " + port + "\r\n");
    }
  }

  @Test
  @DisplayName("R27 UNKNOWN is written for a version 1 header without addresses, and for no other")
  void unknownIsWrittenWithoutAddressesOnly() {
    assertThat(write(ProxyHeader.builder().version(ProxyVersion.V1)))
        .isEqualTo(text("PROXY UNKNOWN\r\n"));
    byte[] withAddresses = text("PROXY UNKNOWN 1.1.1.1 2.2.2.2 3 4\r\n");
    assertThat(ProxyHeaderWriter.toBytes(Verdict.of(withAddresses).header()))
        .isEqualTo(text("PROXY UNKNOWN\r\n"));
  }

  @Test
  @DisplayName("R21 the longest lines that are written have 56 and 104 bytes")
  void longestLines() {
    InetSocketAddress ipv4 = Addresses.inet("255.255.255.255", 65_535);
    assertThat(line(ipv4, ipv4)).hasSize(56);
    InetSocketAddress ipv6 = Addresses.inet("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65_535);
    assertThat(line(ipv6, ipv6)).hasSize(104);
  }

  @Test
  @DisplayName("R37, R58, T18 every field of version 2 has its place")
  void fieldsOfVersionTwo() {
    assertThat(write(of(IPV4_A, IPV4_B)))
        .isEqualTo(binary(0x21, 0x11, hex("cb007107 c6336409 1234 fffe")));
    assertThat(write(of(IPV4_A, IPV4_B).transport(ProxyTransport.UDP4))[13]).isEqualTo((byte) 0x12);
    assertThat(write(of(IPV6_A, IPV6_A).transport(ProxyTransport.UDP6))[13]).isEqualTo((byte) 0x22);
    assertThat(
            write(
                ProxyHeader.builder()
                    .source(new DomainSocketAddress("/a"))
                    .destination(new DomainSocketAddress("\0b"))
                    .transport(ProxyTransport.UNIX_DGRAM)))
        .isEqualTo(binary(0x21, 0x32, path("/a"), path("\0b")));
  }

  @Test
  @DisplayName("R59, R60, R64 LOCAL is 16 bytes with family 0, and its vectors follow")
  void localIsCanonical() {
    assertThat(ProxyHeaderWriter.toBytes(ProxyHeader.local())).isEqualTo(binary(0x20, 0x00));
    assertThat(
            write(
                ProxyHeader.builder()
                    .command(ProxyCommand.LOCAL)
                    .tlvs(Tlvs.builder().netns("n").build())))
        .isEqualTo(binary(0x20, 0x00, tlv(0x30, text("n"))));
    byte[] addresses = hex("7f000001 7f000001 0001 0002");
    byte[] received = binary(0x20, 0x11, addresses, tlv(0x30, text("n")));
    assertThat(ProxyHeaderWriter.toBytes(Verdict.of(received).header()))
        .isEqualTo(binary(0x20, 0x00, tlv(0x30, text("n"))));
    byte[] unframed = binary(0x20, 0x5A, hex("ffffffff"));
    assertThat(ProxyHeaderWriter.toBytes(Verdict.of(unframed).header()))
        .isEqualTo(binary(0x20, 0x00));
  }

  @Test
  @DisplayName("R59, R35 UNSPEC is written with family 0 and without addresses")
  void unspecIsCanonical() {
    assertThat(write(ProxyHeader.builder())).isEqualTo(binary(0x21, 0x00));
    byte[] received = binary(0x21, 0x10, hex("ffffffffffffffffffffffff"));
    assertThat(ProxyHeaderWriter.toBytes(Verdict.of(received).header()))
        .isEqualTo(binary(0x21, 0x00));
  }

  @Test
  @DisplayName(
      "R41, R50, T10 vectors are written in their order, also SSL, empty and duplicate ones")
  void vectorsAreWrittenInOrder() {
    Tlvs vectors =
        Tlvs.builder()
            .ssl(SslInfo.builder().version("TLSv1.3").commonName("cn").build())
            .add(0xE5, new byte[0])
            .authority("a")
            .authority("b")
            .add(4, new byte[0])
            .build();
    assertThat(write(of(IPV4_A, IPV4_B).tlvs(vectors)))
        .isEqualTo(
            binary(
                0x21,
                0x11,
                hex("cb007107 c6336409 1234 fffe"),
                tlv(0x20, hex("0100000000"), tlv(0x21, text("TLSv1.3")), tlv(0x22, text("cn"))),
                tlv(0xE5),
                tlv(2, text("a")),
                tlv(2, text("b")),
                tlv(4)));
  }

  @Test
  @DisplayName("T26 mapped addresses of family 0x21 are written again as they came")
  void mappedAddressesAreKept() {
    byte[] received =
        binary(
            0x21,
            0x21,
            hex("00000000000000000000ffffc0000201"),
            hex("00000000000000000000ffffc0000202"),
            hex("00010002"));
    assertThat(ProxyHeaderWriter.toBytes(Verdict.of(received).header())).isEqualTo(received);
  }

  @Test
  @DisplayName("R1 a header is written in the format of its version alone")
  void formatOfTheVersion() {
    assertThat(write(of(IPV4_A, IPV4_B).version(ProxyVersion.V1))).startsWith(text("PROXY "));
    assertThat(write(of(IPV4_A, IPV4_B))).startsWith(hex("0d0a0d0a000d0a515549540a21"));
  }

  @ParameterizedTest
  @DisplayName("R18 a group has as many digits as it needs")
  @CsvSource({
    "1:f:10:ff:100:fff:1000:ffff",
    "9:a:99:9a:999:99a:9999:999a",
    "1::1",
    "::",
    "1::",
    "::1",
    "1:0:2:0:3:0:4:0",
    "1::2:0:0:3:4",
  })
  void groupsAreShort(String text) {
    InetSocketAddress address = Addresses.inet(text, 10_000);
    byte[] line = write(of(address, address).version(ProxyVersion.V1));
    assertThat(new String(line, StandardCharsets.US_ASCII))
        .isEqualTo("PROXY TCP6 " + text + ' ' + text + " 10000 10000\r\n");
  }

  @ParameterizedTest
  @DisplayName("R20 a port has as many digits as it needs")
  @CsvSource({"0", "9", "10", "99", "100", "999", "1000", "9999", "10000", "65535"})
  void portsAreShort(int port) {
    InetSocketAddress address = new InetSocketAddress(IPV4_A.getAddress(), port);
    byte[] line = write(of(address, address).version(ProxyVersion.V1));
    assertThat(new String(line, StandardCharsets.US_ASCII))
        .isEqualTo("PROXY TCP4 203.0.113.7 203.0.113.7 " + port + ' ' + port + "\r\n");
  }

  @Test
  @DisplayName("R49 a unique id of 128 bytes is built, written and read again")
  void longestUniqueId() {
    ProxyHeader header =
        of(IPV4_A, IPV4_B).tlvs(Tlvs.builder().uniqueId(new byte[128]).build()).build();
    assertThat(ProxyHeaderReader.standard().read(wrapped(header))).isEqualTo(header);
  }

  private static ByteBuf wrapped(ProxyHeader header) {
    return Unpooled.wrappedBuffer(ProxyHeaderWriter.toBytes(header));
  }
}
