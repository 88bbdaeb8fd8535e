/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.testing.BufferKind;
import io.github.proxyheader.testing.Bytes;
import io.github.proxyheader.testing.Headers;
import io.github.proxyheader.testing.LeakCheck;
import io.github.proxyheader.testing.Oracle.Settings;
import io.github.proxyheader.testing.OracleAssert;
import io.github.proxyheader.testing.Verdict;
import io.github.proxyheader.tlv.Tlv;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Compares the reader with the oracle on random bytes (T4). */
class ReaderProperties {
  private static final Settings MIXED = new Settings(Settings.DEFAULT.transports(), true, true);
  private static final byte[] SIGNATURE = Bytes.hex("0d0a0d0a000d0a515549540a");

  @Provide
  Arbitrary<byte[]> mutatedHeaders() {
    return Headers.mutated();
  }

  @Provide
  Arbitrary<byte[]> bytesBehindAStart() {
    Arbitrary<byte[]> starts =
        Arbitraries.of(
            new byte[0],
            SIGNATURE,
            Bytes.concat(SIGNATURE, new byte[] {0x21}),
            Bytes.concat(SIGNATURE, new byte[] {0x20}),
            Bytes.concat(SIGNATURE, Bytes.hex("21110030")),
            Bytes.concat(SIGNATURE, Bytes.hex("21210040")),
            Bytes.text("PROXY "),
            Bytes.text("PROXY TCP4 "),
            Bytes.text("PROXY TCP6 "),
            Bytes.text("PROXY UNKNOWN"));
    return Combinators.combine(starts, Headers.bytes(0, 120)).as((a, b) -> Bytes.concat(a, b));
  }

  /** Returns settings that admit some transports, and headers without addresses or not. */
  @Provide
  Arbitrary<Settings> settings() {
    Arbitrary<Set<ProxyTransport>> transports =
        Arbitraries.of(ProxyTransport.values())
            .filter(transport -> transport != ProxyTransport.UNSPEC)
            .set()
            .ofMinSize(1);
    return Combinators.combine(transports, Arbitraries.of(true, false))
        .as((admitted, acceptUnspec) -> new Settings(admitted, acceptUnspec, false));
  }

  /** Returns LOCAL and UNSPEC headers with zeros, addresses, vectors and rubbish in any order. */
  @Provide
  Arbitrary<byte[]> addresslessHeaders() {
    Arbitrary<byte[]> parts =
        Arbitraries.oneOf(
            Arbitraries.of(1, 3, 12, 24, 36, 180, 216).map(byte[]::new),
            Arbitraries.of(4, 12, 36, 216).map(length -> Bytes.filled(length, 0x7F)),
            Combinators.combine(Arbitraries.of(0, 1, 2, 3, 4, 5, 0xEA), Headers.bytes(0, 40))
                .as((type, value) -> Bytes.tlv(type, value)),
            Headers.bytes(0, 4));
    Arbitrary<byte[]> bodies = parts.list().ofMaxSize(4).map(all -> concat(all));
    Arbitrary<Integer> localCodes = Arbitraries.integers().between(0, 0xFF);
    Arbitrary<Integer> unspecCodes = Arbitraries.of(0x00, 0x01, 0x02, 0x10, 0x20, 0x30);
    return Arbitraries.oneOf(
        Combinators.combine(localCodes, bodies).as((code, body) -> Bytes.binary(0x20, code, body)),
        Combinators.combine(unspecCodes, bodies)
            .as((code, body) -> Bytes.binary(0x21, code, body)));
  }

  private static byte[] concat(List<byte[]> parts) {
    return Bytes.concat(parts.toArray(byte[][]::new));
  }

  /** Returns lines of both protocols whose addresses are IPv4-mapped, or look as if they were. */
  @Provide
  Arbitrary<byte[]> likelyMixedLines() {
    Arbitrary<String> pieces =
        Arbitraries.of("0", "00", "0000", "ffff", "FfFf", "f", "1", "a1", "102", ":", ":", "::")
            .list()
            .ofMaxSize(12)
            .map(all -> String.join("", all));
    Arbitrary<String> zeros =
        Arbitraries.of("0:", "00:", "0000:", ":").list().ofMaxSize(6).map(z -> String.join("", z));
    Arbitrary<String> mapped =
        Combinators.combine(
                zeros,
                Arbitraries.of("ffff:", "FFFF:", "fff:", "ffff::", "0:ffff:", ":ffff:"),
                Arbitraries.of(
                    "1.2.3.4", "102:304", "102", "::", "102::", "", "1.2.3.256", "1:2:3"))
            .as((a, b, c) -> a + b + c);
    Arbitrary<String> address =
        Arbitraries.oneOf(
            pieces,
            mapped,
            Arbitraries.of("1.2.3.4", "0.0.0.0", "::ffff:1.2.3.4", "::1", "2001:db8::1"));
    return Combinators.combine(Arbitraries.of("TCP4", "TCP6"), address, address)
        .as((protocol, a, b) -> Bytes.text("PROXY %s %s %s 1 2\r\n".formatted(protocol, a, b)));
  }

  /** Returns lines of the right characters, in an order that is right now and then. */
  @Provide
  Arbitrary<byte[]> likelyLines() {
    Arbitrary<String> tokens =
        Arbitraries.of(
            "0",
            "1",
            "9",
            "25",
            "255",
            "256",
            "65535",
            "65536",
            "f",
            "ffff",
            "FFFF",
            "12345",
            ":",
            "::",
            ".",
            " ",
            " ",
            "1.2.3.4",
            "0.0.0.0",
            "::1",
            "2001:db8::1",
            "::ffff:1.2.3.4",
            "\r",
            "\n",
            "\r\n",
            "\r\n",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7::",
            "%",
            "[",
            "x");
    Arbitrary<String> starts =
        Arbitraries.of("PROXY TCP4 ", "PROXY TCP6 ", "PROXY TCP6 1:2:3:4:5:", "PROXY UNKNOWN");
    return Combinators.combine(starts, tokens.list().ofMaxSize(16))
        .as((start, rest) -> Bytes.text(start + String.join("", rest)));
  }

  @Property(tries = 3_000)
  @Label("T4, T23 mutated headers have the oracle's verdict at the same byte")
  void mutatedHeadersReadAsTheRulesSay(@ForAll("mutatedHeaders") byte[] bytes) {
    OracleAssert.assertAgreementOnEveryPrefix(bytes);
  }

  @Property(tries = 3_000)
  @Label("T4 arbitrary bytes have the oracle's verdict at the same byte")
  void arbitraryBytesReadAsTheRulesSay(@ForAll("bytesBehindAStart") byte[] bytes) {
    OracleAssert.assertAgreementOnEveryPrefix(bytes);
  }

  @Property(tries = 3_000)
  @Label("R16 to R26 lines that look right have the oracle's verdict at the same byte")
  void likelyLinesReadAsTheGrammarSays(@ForAll("likelyLines") byte[] bytes) {
    OracleAssert.assertAgreementOnEveryPrefix(bytes);
  }

  @Property(tries = 3_000)
  @Label("R33 to R35 a reader of some transports has the oracle's verdict at the same byte")
  void transportsAreAdmittedAsTheyAreSet(
      @ForAll("mutatedHeaders") byte[] bytes, @ForAll("settings") Settings settings) {
    OracleAssert.assertAgreementOnEveryPrefix(bytes, settings);
  }

  @Property(tries = 3_000)
  @Label("R32, R35 vectors of LOCAL and UNSPEC are found where the oracle finds them")
  void vectorsWithoutAddressesAreFound(@ForAll("addresslessHeaders") byte[] bytes) {
    OracleAssert.assertAgreement(bytes);
    ProxyHeader header = Verdict.of(bytes).header();
    assertThat(Verdict.of(ProxyHeaderWriter.toBytes(header)).isAccepted()).isTrue();
    ProxyHeader built = header.toBuilder().build();
    if (!header.hasChecksum()) {
      assertThat(built).isEqualTo(header);
      assertThat(Verdict.of(ProxyHeaderWriter.toBytes(header)).header()).isEqualTo(header);
    }
  }

  @Property(tries = 3_000)
  @Label("R19 lines of mixed families have the oracle's verdict at the same byte")
  void mixedLinesReadAsTheGrammarSays(@ForAll("likelyMixedLines") byte[] bytes) {
    OracleAssert.assertAgreementOnEveryPrefix(bytes, MIXED);
    OracleAssert.assertAgreementOnEveryPrefix(bytes);
  }

  @Property(tries = 3_000)
  @Label("R16 to R26 lines that look right have the oracle's verdict with mixed families, too")
  void likelyLinesReadAsTheGrammarOfMixedFamiliesSays(@ForAll("likelyLines") byte[] bytes) {
    OracleAssert.assertAgreementOnEveryPrefix(bytes, MIXED);
  }

  @Property(tries = 300)
  @Label("T7 the verdict is the same in every kind of buffer, and nothing leaks")
  void everyKindOfBufferGivesTheSameVerdict(@ForAll("mutatedHeaders") byte[] bytes) {
    Verdict expected = Verdict.of(bytes);
    LeakCheck leaks = new LeakCheck();
    for (BufferKind kind : BufferKind.values()) {
      ByteBuf buffer = leaks.buffer(kind, bytes);
      assertThat(Verdict.of(ProxyHeaderReader.standard(), buffer))
          .as("%s", kind)
          .isEqualTo(expected);
      buffer.release();
    }
    leaks.assertNothingLeaked();
  }

  @Property(tries = 3_000)
  @Label("T14 an accepted header can be looked at and written, whatever it holds")
  void acceptedHeaderCanBeLookedAt(@ForAll("mutatedHeaders") byte[] bytes) {
    Verdict verdict = Verdict.of(bytes);
    if (!verdict.isAccepted()) {
      assertThat(verdict.consumed()).isZero();
      return;
    }
    ProxyHeader header = verdict.header();
    assertThat(header.toString().chars()).noneMatch(Character::isISOControl);
    assertThat(header.equals(Verdict.of(bytes).header())).isTrue();
    for (Tlv tlv : header.tlvs()) {
      assertThat(header.tlvs().all(tlv.type())).contains(tlv);
    }
    header.tlvs().ssl().ifPresent(ssl -> assertThat(ssl.toString()).isNotEmpty());
    header.tlvs().authority().ifPresent(name -> assertThat(name).doesNotContain("\r", "\n", "\0"));
    byte[] written = ProxyHeaderWriter.toBytes(header);
    assertThat(written).hasSize(ProxyHeaderWriter.length(header));
    if (header.version() == ProxyVersion.V2 && header.hasAddresses()) {
      assertThat(written).isEqualTo(Arrays.copyOf(bytes, verdict.consumed()));
    }
    assertThat(Verdict.of(written).isAccepted()).isTrue();
  }
}
