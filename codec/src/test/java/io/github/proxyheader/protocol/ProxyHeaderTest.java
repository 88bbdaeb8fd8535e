/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import static io.github.proxyheader.testing.Bytes.binary;
import static io.github.proxyheader.testing.Bytes.filled;
import static io.github.proxyheader.testing.Bytes.path;
import static io.github.proxyheader.testing.Bytes.text;
import static io.github.proxyheader.testing.Bytes.tlv;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.proxyheader.testing.Addresses;
import io.github.proxyheader.testing.Verdict;
import io.github.proxyheader.tlv.Tlv;
import io.github.proxyheader.tlv.TlvType;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the header as a value. */
class ProxyHeaderTest {
  private static final InetSocketAddress IPV4_A = Addresses.inet("192.0.2.1", 1001);
  private static final InetSocketAddress IPV4_B = Addresses.inet("192.0.2.2", 1002);
  private static final InetSocketAddress IPV6_A = Addresses.inet("2001:db8::1", 1003);
  private static final InetSocketAddress IPV6_B = Addresses.inet("2001:db8::2", 1004);
  private static final SocketAddress UNIX_A = new DomainSocketAddress("/run/a");
  private static final SocketAddress UNIX_B = UnixDomainSocketAddress.of("/run/b");

  private static ProxyHeader.Builder of(SocketAddress source, SocketAddress destination) {
    return ProxyHeader.builder().source(source).destination(destination);
  }

  private static Tlvs uniqueId(int length) {
    return Tlvs.builder().add(TlvType.UNIQUE_ID, new byte[length]).build();
  }

  static List<Arguments> transports() {
    return List.of(
        Arguments.of(IPV4_A, IPV4_B, ProxyTransport.TCP4),
        Arguments.of(IPV6_A, IPV6_B, ProxyTransport.TCP6),
        Arguments.of(IPV4_A, IPV6_B, ProxyTransport.TCP6),
        Arguments.of(IPV6_A, IPV4_B, ProxyTransport.TCP6),
        Arguments.of(UNIX_A, UNIX_B, ProxyTransport.UNIX_STREAM));
  }

  @ParameterizedTest
  @MethodSource("transports")
  @DisplayName("R63 the transport follows from the addresses, and one IPv6 address makes both IPv6")
  void transportFollowsTheAddresses(
      SocketAddress source, SocketAddress destination, ProxyTransport transport) {
    for (ProxyHeader header :
        List.of(ProxyHeader.of(source, destination), of(source, destination).build())) {
      assertThat(header.version()).isEqualTo(ProxyVersion.V2);
      assertThat(header.command()).isEqualTo(ProxyCommand.PROXY);
      assertThat(header.transport()).isEqualTo(transport);
      assertThat(header.hasAddresses()).isTrue();
      assertThat(header.source().toString()).isEqualTo(source.toString());
      assertThat(header.destination().toString()).isEqualTo(destination.toString());
      assertThat(header.tlvs()).isEmpty();
    }
    assertThat(ProxyHeader.of(source, destination)).isEqualTo(of(source, destination).build());
  }

  @Test
  @DisplayName("R64 the header of a proxy's own connection is LOCAL and has no addresses")
  void local() {
    ProxyHeader local = ProxyHeader.local();
    assertThat(local.version()).isEqualTo(ProxyVersion.V2);
    assertThat(local.command()).isEqualTo(ProxyCommand.LOCAL);
    assertThat(local.transport()).isEqualTo(ProxyTransport.UNSPEC);
    assertThat(local.hasAddresses()).isFalse();
    assertThat(local.source()).isNull();
    assertThat(local.destination()).isNull();
    assertThat(local)
        .isEqualTo(ProxyHeader.builder().command(ProxyCommand.LOCAL).build())
        .isNotEqualTo(ProxyHeader.builder().build())
        .isNotEqualTo(ProxyHeader.builder().version(ProxyVersion.V1).build());
  }

  @Test
  void addressesHaveNeitherNamesNorScopes() throws UnknownHostException {
    InetSocketAddress named =
        new InetSocketAddress(InetAddress.getByAddress("a.example", new byte[] {127, 0, 0, 1}), 80);
    ProxyHeader header = ProxyHeader.of(named, Addresses.inet("::1", 443));
    assertThat(((InetSocketAddress) header.source()).getHostString()).isEqualTo("127.0.0.1");
    assertThat(header.toString()).isEqualTo("V2 PROXY TCP6 127.0.0.1:80 -> [0:0:0:0:0:0:0:1]:443");
    byte[] linkLocal = Addresses.inet("fe80::1", 0).getAddress().getAddress();
    InetSocketAddress scoped =
        new InetSocketAddress(Inet6Address.getByAddress("a.example", linkLocal, 5), 1003);
    assertThat(ProxyHeader.of(scoped, IPV6_B).source()).hasToString("/[fe80:0:0:0:0:0:0:1]:1003");
  }

  @Test
  @DisplayName("R63 UDP over two IPv4 addresses can be written as UDP6 with both mapped")
  void ipv4InUdp6() {
    ProxyHeader header = of(IPV4_A, IPV4_B).transport(ProxyTransport.UDP6).build();
    assertThat(header.transport()).isEqualTo(ProxyTransport.UDP6);
    assertThat(header.source()).isEqualTo(IPV4_A);
    assertThat(header.destination()).isEqualTo(IPV4_B);
    assertThat(header).isNotEqualTo(of(IPV4_A, IPV4_B).transport(ProxyTransport.UDP4).build());
  }

  static Stream<Arguments> whatCannotBeWritten() {
    InetSocketAddress unresolved = InetSocketAddress.createUnresolved("a.example", 80);
    DomainSocketAddress longPath = new DomainSocketAddress("a".repeat(109));
    DomainSocketAddress surrogate = new DomainSocketAddress("/run/\ud800");
    LocalAddress other = new LocalAddress("local");
    ProxyVersion v1 = ProxyVersion.V1;
    ProxyCommand local = ProxyCommand.LOCAL;
    return Stream.of(
        Arguments.of(
            "version 1 with UDP", of(IPV4_A, IPV4_B).version(v1).transport(ProxyTransport.UDP4)),
        Arguments.of(
            "version 1 with UDP6", of(IPV6_A, IPV6_B).version(v1).transport(ProxyTransport.UDP6)),
        Arguments.of("version 1 with unix", of(UNIX_A, UNIX_B).version(v1)),
        Arguments.of("version 1 with vectors", of(IPV4_A, IPV4_B).version(v1).tlvs(uniqueId(1))),
        Arguments.of("version 1 with a checksum", of(IPV4_A, IPV4_B).version(v1).checksum(true)),
        Arguments.of("version 1 with LOCAL", ProxyHeader.builder().version(v1).command(local)),
        Arguments.of("UNKNOWN with vectors", ProxyHeader.builder().version(v1).tlvs(uniqueId(1))),
        Arguments.of("unresolved source", of(unresolved, IPV4_B)),
        Arguments.of("unresolved destination", of(IPV4_A, unresolved)),
        Arguments.of("only a source", of(IPV4_A, null)),
        Arguments.of("only a destination", of(null, IPV4_B)),
        Arguments.of("another kind of source", of(other, IPV4_B)),
        Arguments.of("another kind of destination", of(UNIX_A, other)),
        Arguments.of("unix and IP", of(UNIX_A, IPV4_B)),
        Arguments.of("IP and unix", of(IPV6_A, UNIX_B)),
        Arguments.of("LOCAL with addresses", of(IPV4_A, IPV4_B).command(local)),
        Arguments.of("UNSPEC with addresses", of(IPV4_A, IPV4_B).transport(ProxyTransport.UNSPEC)),
        Arguments.of(
            "TCP4 without addresses", ProxyHeader.builder().transport(ProxyTransport.TCP4)),
        Arguments.of(
            "LOCAL with a transport",
            ProxyHeader.builder().command(local).transport(ProxyTransport.TCP6)),
        Arguments.of("TCP4 with IPv6", of(IPV6_A, IPV6_B).transport(ProxyTransport.TCP4)),
        Arguments.of("UDP4 with one IPv6", of(IPV4_A, IPV6_B).transport(ProxyTransport.UDP4)),
        Arguments.of("TCP6 with unix", of(UNIX_A, UNIX_B).transport(ProxyTransport.TCP6)),
        Arguments.of("unix with IP", of(IPV4_A, IPV4_B).transport(ProxyTransport.UNIX_STREAM)),
        Arguments.of("a path of 109 bytes", of(UNIX_A, longPath)),
        Arguments.of("a path of 109 bytes", of(longPath, UNIX_A)),
        Arguments.of("a path that is no text", of(surrogate, UNIX_A)),
        Arguments.of("a path with a NUL inside", of(new DomainSocketAddress("a\0b"), UNIX_A)),
        Arguments.of("a name with a NUL inside", of(new DomainSocketAddress("\0a\0b"), UNIX_A)),
        Arguments.of("a unique id of 129 bytes", of(IPV4_A, IPV4_B).tlvs(uniqueId(129))),
        Arguments.of(
            "a LOCAL unique id of 129 bytes",
            ProxyHeader.builder().command(local).tlvs(uniqueId(129))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("whatCannotBeWritten")
  @DisplayName("R28, R49, R58 what cannot be written correctly cannot be built")
  void whatCannotBeWrittenCannotBeBuilt(String what, ProxyHeader.Builder builder) {
    assertThatIllegalArgumentException().as(what).isThrownBy(builder::build);
  }

  @Test
  void factoryRefusesWhatTheBuilderRefuses() {
    InetSocketAddress unresolved = InetSocketAddress.createUnresolved("a.example", 80);
    assertThatIllegalArgumentException().isThrownBy(() -> ProxyHeader.of(unresolved, IPV4_B));
    assertThatIllegalArgumentException().isThrownBy(() -> ProxyHeader.of(IPV4_A, unresolved));
    assertThatIllegalArgumentException().isThrownBy(() -> ProxyHeader.of(UNIX_A, IPV4_B));
    assertThatNullPointerException().isThrownBy(() -> ProxyHeader.of(null, IPV4_B));
    assertThatNullPointerException().isThrownBy(() -> ProxyHeader.of(IPV4_A, null));
    assertThatNullPointerException().isThrownBy(() -> ProxyHeader.builder().version(null));
    assertThatNullPointerException().isThrownBy(() -> ProxyHeader.builder().command(null));
    assertThatNullPointerException().isThrownBy(() -> ProxyHeader.builder().tlvs(null));
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 36, 216, 0})
  @DisplayName("R62 a header of 65,551 bytes can be built, and one of 65,552 bytes cannot")
  void longestHeader(int addressLength) {
    ProxyHeader.Builder builder =
        switch (addressLength) {
          case 12 -> of(IPV4_A, IPV4_B);
          case 36 -> of(IPV6_A, IPV4_B);
          case 216 -> of(UNIX_A, UNIX_B);
          default -> ProxyHeader.builder().command(ProxyCommand.LOCAL);
        };
    int length = 65_535 - addressLength - 3;
    Tlvs fits = Tlvs.builder().add(0xE0, new byte[length]).build();
    assertThat(ProxyHeaderWriter.length(builder.tlvs(fits).build())).isEqualTo(65_551);
    Tlvs tooLong = Tlvs.builder().add(0xE0, new byte[length]).add(4, new byte[0]).build();
    assertThatIllegalArgumentException().isThrownBy(() -> builder.tlvs(tooLong).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.tlvs(fits).checksum(true).build());
  }

  static List<ProxyHeader> distinctHeaders() {
    InetSocketAddress mapped = Addresses.inet("192.0.2.1", 1001);
    Tlvs vectors = Tlvs.builder().authority("a.example").build();
    List<ProxyHeader> headers = new ArrayList<>();
    headers.add(ProxyHeader.local());
    headers.add(ProxyHeader.builder().build());
    headers.add(ProxyHeader.builder().version(ProxyVersion.V1).build());
    headers.add(ProxyHeader.builder().tlvs(vectors).build());
    headers.add(ProxyHeader.builder().command(ProxyCommand.LOCAL).tlvs(vectors).build());
    headers.add(of(IPV4_A, IPV4_B).build());
    headers.add(of(IPV4_B, IPV4_A).build());
    headers.add(of(IPV4_A, Addresses.inet("192.0.2.2", 9)).build());
    headers.add(of(Addresses.inet("192.0.2.1", 9), IPV4_B).build());
    headers.add(of(IPV4_A, IPV4_B).version(ProxyVersion.V1).build());
    headers.add(of(IPV4_A, IPV4_B).tlvs(vectors).build());
    headers.add(of(IPV4_A, IPV4_B).tlvs(vectors).checksum(true).build());
    headers.add(of(IPV4_A, IPV4_B).transport(ProxyTransport.UDP4).build());
    headers.add(of(mapped, IPV4_B).transport(ProxyTransport.TCP6).build());
    headers.add(of(mapped, IPV4_B).transport(ProxyTransport.UDP6).build());
    headers.add(of(IPV6_A, IPV6_B).build());
    headers.add(of(IPV6_B, IPV6_A).build());
    headers.add(of(IPV6_A, Addresses.inet("2001:db8::2", 9)).build());
    headers.add(of(Addresses.inet("2001:db8::1", 9), IPV6_B).build());
    headers.add(of(IPV6_A, IPV4_B).build());
    headers.add(of(IPV6_A, IPV6_B).version(ProxyVersion.V1).build());
    headers.add(of(UNIX_A, UNIX_B).build());
    headers.add(of(UNIX_B, UNIX_A).build());
    headers.add(of(UNIX_A, UNIX_A).build());
    headers.add(of(UNIX_A, UNIX_B).transport(ProxyTransport.UNIX_DGRAM).build());
    headers.add(of(new DomainSocketAddress("\0run/a"), UNIX_B).build());
    headers.add(Verdict.of(binary(0x21, 0x31, path("/run/a\0x"), path("/run/b"))).header());
    return headers;
  }

  @Test
  void headersAreEqualIfAllTheirPartsAre() {
    List<ProxyHeader> headers = distinctHeaders();
    List<ProxyHeader> again = distinctHeaders();
    for (int i = 0; i < headers.size(); i++) {
      for (int j = 0; j < headers.size(); j++) {
        assertThat(headers.get(i).equals(again.get(j))).as("%s, %s", i, j).isEqualTo(i == j);
      }
      assertThat(headers.get(i)).hasSameHashCodeAs(again.get(i));
      assertThat(headers.get(i)).hasToString(again.get(i).toString());
      assertThat(headers.get(i).equals(null)).isFalse();
      assertThat(headers.get(i).equals(new Object())).isFalse();
    }
  }

  static List<ProxyHeader> headers() {
    return distinctHeaders();
  }

  @ParameterizedTest
  @MethodSource("headers")
  void toBuilderBuildsTheSameHeader(ProxyHeader header) {
    assertThat(header.toBuilder().build()).isEqualTo(header);
    assertThat(ProxyHeaderWriter.toBytes(header.toBuilder().build()))
        .isEqualTo(ProxyHeaderWriter.toBytes(header));
  }

  @ParameterizedTest
  @MethodSource("headers")
  void addressObjectIsMadeOnce(ProxyHeader header) {
    assertThat(header.source()).isSameAs(header.source());
    assertThat(header.destination()).isSameAs(header.destination());
  }

  @Test
  void toBuilderLetsEveryPartBeReplaced() {
    ProxyHeader header = of(IPV4_A, IPV4_B).tlvs(uniqueId(3)).build();
    ProxyHeader changed = header.toBuilder().source(IPV6_A).build();
    assertThat(changed.transport()).isEqualTo(ProxyTransport.TCP6);
    assertThat(changed.source()).isEqualTo(IPV6_A);
    assertThat(changed.destination()).isEqualTo(IPV4_B);
    assertThat(changed.tlvs()).isEqualTo(uniqueId(3));
    assertThat(header.toBuilder().tlvs(Tlvs.empty()).version(ProxyVersion.V1).build())
        .isEqualTo(of(IPV4_A, IPV4_B).version(ProxyVersion.V1).build());
    assertThat(header.toBuilder().source(UNIX_A).destination(UNIX_B).build().transport())
        .isEqualTo(ProxyTransport.UNIX_STREAM);
    ProxyHeader udp = of(IPV4_A, IPV4_B).transport(ProxyTransport.UDP4).build();
    assertThat(udp.toBuilder().source(IPV4_B).build().transport()).isEqualTo(ProxyTransport.UDP4);
    assertThat(
            header.toBuilder().source(null).destination(null).command(ProxyCommand.LOCAL).build())
        .isEqualTo(ProxyHeader.builder().command(ProxyCommand.LOCAL).tlvs(uniqueId(3)).build());
  }

  @Test
  @DisplayName("R40 toBuilder keeps the 108 bytes of a unix address that is not replaced")
  void toBuilderKeepsRawUnixAddresses() {
    byte[] raw = binary(0x21, 0x31, filled(108, 0xFF), path("/b\0behind"));
    ProxyHeader header = Verdict.of(raw).header();
    assertThat(ProxyHeaderWriter.toBytes(header.toBuilder().build())).isEqualTo(raw);
    byte[] changed = ProxyHeaderWriter.toBytes(header.toBuilder().source(UNIX_A).build());
    assertThat(changed).isEqualTo(binary(0x21, 0x31, path("/run/a"), path("/b\0behind")));
    ProxyHeader swapped =
        header.toBuilder().source(header.destination()).destination(header.source()).build();
    assertThat(ProxyHeaderWriter.toBytes(swapped))
        .isEqualTo(binary(0x21, 0x31, path("/b\0behind"), filled(108, 0xFF)));
  }

  @Test
  @DisplayName("R40 a path of 108 bytes fits, and an abstract name keeps its NUL")
  void unixPathsThatFit() {
    DomainSocketAddress full = new DomainSocketAddress("a".repeat(108));
    DomainSocketAddress abstractName = new DomainSocketAddress("\0name");
    ProxyHeader header = ProxyHeader.of(full, abstractName);
    assertThat(header.source()).isEqualTo(full);
    assertThat(header.destination()).isEqualTo(abstractName);
    assertThat(header).hasToString("V2 PROXY UNIX_STREAM " + "a".repeat(108) + " -> @name");
    ProxyHeader unnamed = ProxyHeader.of(UnixDomainSocketAddress.of(""), UNIX_A);
    assertThat(unnamed.source()).isEqualTo(new DomainSocketAddress(""));
  }

  @Test
  void builderMayBeUsedOn() {
    ProxyHeader.Builder builder = of(IPV4_A, IPV4_B);
    ProxyHeader first = builder.build();
    ProxyHeader second = builder.source(IPV6_A).build();
    assertThat(first.source()).isEqualTo(IPV4_A);
    assertThat(second.source()).isEqualTo(IPV6_A);
    assertThat(builder.source(null).destination(null).build())
        .isEqualTo(ProxyHeader.builder().build());
  }

  @Test
  void textIsOneLineWhateverThePeerSent() {
    byte[] raw =
        binary(
            0x21,
            0x31,
            path("/a\r\n\u001b[31m\u0085"),
            path("\0b\nc\u2028d\u2029"),
            tlv(2, text("x\ny")));
    String shown = Verdict.of(raw).header().toString();
    assertThat(shown).startsWith("V2 PROXY UNIX_STREAM /a");
    assertThat(shown.chars()).noneMatch(Character::isISOControl);
    assertThat(shown).doesNotContain("\u2028", "\u2029").hasLineCount(1);
  }

  @Test
  void textTellsEveryPart() {
    Tlvs vectors = Tlvs.builder().alpn(text("h2")).build();
    assertThat(of(IPV4_A, IPV4_B).tlvs(vectors).build())
        .hasToString("V2 PROXY TCP4 192.0.2.1:1001 -> 192.0.2.2:1002 [ALPN=6832]");
    assertThat(ProxyHeader.local()).hasToString("V2 LOCAL UNSPEC");
    assertThat(ProxyHeader.builder().version(ProxyVersion.V1).build())
        .hasToString("V1 PROXY UNSPEC");
  }

  @Test
  @DisplayName("T26 toBuilder keeps the family of a header with mapped addresses")
  void familyIsKept() {
    ProxyHeader header =
        Verdict.of(text("PROXY TCP6 ::ffff:192.0.2.1 ::ffff:192.0.2.2 1001 1002\r\n")).header();
    assertThat(header.toBuilder().build().transport()).isEqualTo(ProxyTransport.TCP6);
    assertThat(header.toBuilder().version(ProxyVersion.V2).build())
        .isEqualTo(of(IPV4_A, IPV4_B).transport(ProxyTransport.TCP6).build());
  }

  @Test
  void vectorsOfTheHeaderAreThoseGiven() {
    Tlvs vectors = Tlvs.builder().add(4, new byte[0]).add(4, new byte[2]).build();
    assertThat(of(IPV4_A, IPV4_B).tlvs(vectors).build().tlvs())
        .containsExactly(Tlv.of(4, new byte[0]), Tlv.of(4, new byte[2]));
  }
}
