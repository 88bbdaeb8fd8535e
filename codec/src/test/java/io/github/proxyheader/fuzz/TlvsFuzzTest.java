/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.proxyheader.testing.BufferKind;
import io.github.proxyheader.testing.LeakCheck;
import io.github.proxyheader.testing.Vectors;
import io.github.proxyheader.tlv.SslInfo;
import io.github.proxyheader.tlv.Tlv;
import io.github.proxyheader.tlv.TlvType;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads vectors out of any bytes: no getter throws, and what a view shows can be written again. */
class TlvsFuzzTest {
  private static final int[] VIEWED = {
    TlvType.ALPN,
    TlvType.AUTHORITY,
    TlvType.UNIQUE_ID,
    TlvType.SSL,
    TlvType.NETNS,
    TlvType.AWS,
    TlvType.AZURE,
    TlvType.GCP,
    TlvType.ALIBABA,
    TlvType.SPIFFE
  };

  private static final BufferKind[] KINDS = BufferKind.values();

  static Stream<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    Vectors.accepted().stream()
        .filter(vector -> !vector.tlvs().isEmpty() && vector.consumed() <= 600)
        .forEach(
            vector -> {
              Tlvs.Builder all = Tlvs.builder();
              for (Tlv tlv : vector.tlvs()) {
                all.add(tlv);
                seeds.add(tlv.value());
              }
              seeds.add(all.build().toBytes());
            });
    return seeds.stream();
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "60s")
  void views(byte[] bytes) {
    LeakCheck leaks = new LeakCheck();
    ByteBuf in = leaks.buffer(KINDS[bytes.length % KINDS.length], bytes);
    int readerIndex = in.readerIndex();
    Tlvs tlvs = Tlvs.read(in, readerIndex, bytes.length);
    assertThat(in.readerIndex()).isEqualTo(readerIndex);
    in.release();
    leaks.assertNothingLeaked();

    List<Tlv> expected = split(bytes);
    if (expected == null) {
      assertThat(tlvs).isNull();
    } else {
      assertThat(tlvs).containsExactlyElementsOf(expected);
      assertThat(tlvs.toBytes()).isEqualTo(bytes);
      assertTypes(tlvs);
      assertViews(tlvs);
    }
    if (bytes.length <= 0xFFFF) {
      for (int type : VIEWED) {
        assertViews(Tlvs.builder().add(type, bytes).build());
      }
    }
  }

  /** The vectors, or null if they do not fill the bytes. */
  private static List<Tlv> split(byte[] bytes) {
    List<Tlv> all = new ArrayList<>();
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    while (in.readableBytes() >= 3) {
      int type = in.readUnsignedByte();
      int length = in.readUnsignedShort();
      if (length > in.readableBytes()) {
        return null;
      }
      byte[] value = new byte[length];
      in.readBytes(value);
      all.add(Tlv.of(type, value));
    }
    return in.isReadable() ? null : all;
  }

  private static void assertTypes(Tlvs tlvs) {
    int counted = 0;
    for (int type = 0; type <= 0xFF; type++) {
      List<Tlv> all = tlvs.all(type);
      counted += all.size();
      if (tlvs.contains(type) == all.isEmpty()
          || !tlvs.first(type).equals(all.stream().findFirst())) {
        throw new AssertionError("type " + type + " of " + tlvs);
      }
    }
    assertThat(tlvs.size()).isEqualTo(counted);
  }

  /** The view of a vendor finds a value exactly if one of the vectors of its type has it. */
  private static void assertVendors(Tlvs tlvs) {
    for (int type : new int[] {TlvType.AWS, TlvType.AZURE, TlvType.GCP, TlvType.ALIBABA}) {
      for (int subType = 0; subType <= 3; subType++) {
        byte first = (byte) subType;
        Optional<byte[]> expected =
            tlvs.all(type).stream()
                .map(Tlv::value)
                .filter(value -> value.length > 0 && value[0] == first)
                .map(value -> Arrays.copyOfRange(value, 1, value.length))
                .findFirst();
        assertThat(tlvs.vendor(type, subType).map(HexFormat.of()::formatHex))
            .isEqualTo(expected.map(HexFormat.of()::formatHex));
      }
    }
    assertThat(tlvs.gcpPscConnectionId().isPresent())
        .isEqualTo(tlvs.all(TlvType.GCP).stream().anyMatch(tlv -> tlv.length() == 8));
    assertThat(tlvs.azurePrivateEndpointLinkId().isPresent())
        .isEqualTo(
            tlvs.all(TlvType.AZURE).stream()
                .anyMatch(tlv -> tlv.length() == 5 && tlv.value()[0] == 1));
    assertThat(tlvs.text(TlvType.AUTHORITY)).isEqualTo(tlvs.authority());
  }

  private static void assertViews(Tlvs tlvs) {
    assertVendors(tlvs);
    assertThat(Tlvs.builder().addAll(tlvs).build()).isEqualTo(tlvs).hasSameHashCodeAs(tlvs);
    assertThat(tlvs.toString()).isNotNull();

    assertThat(tlvs.alpn().isPresent()).isEqualTo(tlvs.contains(TlvType.ALPN));
    tlvs.uniqueId()
        .ifPresent(id -> assertThat(Tlvs.builder().uniqueId(id).build().uniqueId()).hasValue(id));
    tlvs.authority().ifPresent(name -> assertText(name, Tlvs.builder().authority(name)));
    tlvs.netns().ifPresent(name -> assertText(name, Tlvs.builder().netns(name)));
    tlvs.awsVpcEndpointId()
        .ifPresent(
            id -> {
              Tlvs again = Tlvs.builder().awsVpcEndpointId(id).build();
              assertThat(again.awsVpcEndpointId()).hasValue(id);
            });
    OptionalLong azure = tlvs.azurePrivateEndpointLinkId();
    azure.ifPresent(
        id -> {
          assertThat(id).isBetween(0L, 0xFFFF_FFFFL);
          Tlvs again = Tlvs.builder().azurePrivateEndpointLinkId(id).build();
          assertThat(again.azurePrivateEndpointLinkId()).isEqualTo(azure);
        });
    OptionalLong gcp = tlvs.gcpPscConnectionId();
    gcp.ifPresent(
        id ->
            assertThat(Tlvs.builder().gcpPscConnectionId(id).build().gcpPscConnectionId())
                .isEqualTo(gcp));
    tlvs.ssl().ifPresent(TlvsFuzzTest::assertSsl);
  }

  private static void assertText(String text, Tlvs.Builder written) {
    Tlvs again = written.build();
    assertThat(Stream.of(again.authority(), again.netns()).flatMap(Optional::stream))
        .containsExactly(text);
  }

  private static void assertSsl(SslInfo info) {
    assertThat(info.verified())
        .isEqualTo(info.verifyResult() == 0 && (info.certOnConnection() || info.certInSession()));
    Stream.of(
            info.version(),
            info.commonName(),
            info.cipher(),
            info.signatureAlgorithm(),
            info.keyAlgorithm(),
            info.group(),
            info.signatureScheme())
        .flatMap(Optional::stream)
        .forEach(text -> assertThat(text).doesNotContainPattern("[\\x00-\\x1f\\x7f]"));
    assertThat(info.clientCertificate()).isNotNull();
    assertThat(info.toString()).isNotNull();
    Tlvs again = Tlvs.builder().ssl(info).build();
    assertThat(again.ssl()).hasValue(info);
    SslInfo rebuilt = info.toBuilder().build();
    assertThat(rebuilt).isEqualTo(info);
    assertThat(Tlvs.builder().ssl(rebuilt).build()).isEqualTo(again);
    assertThat(again.wireLength()).isLessThanOrEqualTo(3 + 0xFFFF);
  }
}
