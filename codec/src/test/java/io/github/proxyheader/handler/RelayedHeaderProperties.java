/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.testing.Headers;
import io.github.proxyheader.testing.Wire;
import io.github.proxyheader.tlv.Tlv;
import io.github.proxyheader.tlv.TlvType;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class RelayedHeaderProperties {
  private static final Logger WARNINGS = Logger.getLogger(SizeWarning.class.getName());

  private final EmbeddedChannel outbound = new EmbeddedChannel();
  private final AcceptedChannel accepted = new AcceptedChannel(Wire.SOURCE, Wire.DESTINATION);

  @BeforeContainer
  static void expectLongHeaders() {
    WARNINGS.setLevel(Level.OFF);
  }

  @AfterContainer
  static void warnAgain() {
    WARNINGS.setLevel(null);
  }

  @Property
  @Label("R45 R48 R61 whatever was received, what is sent is aligned, checked and readable")
  void sentHeadersAreRight(
      @ForAll("headers") ProxyHeader received,
      @ForAll @IntRange(min = 1, max = 300) int alignment,
      @ForAll boolean checksum,
      @ForAll boolean uniqueId) {
    accepted.received(received);
    RelayOptions.Builder options =
        RelayOptions.builder().relayAllTlvs().alignment(alignment).checksum(checksum);
    ProxyHeader sent = sent((uniqueId ? options.uniqueId() : options).build());
    byte[] bytes = ProxyHeaderWriter.toBytes(sent);

    assertThat(bytes.length % alignment).isZero();
    assertThat(bytes).hasSizeLessThan(unpadded(sent) + alignment + 3);
    assertThat(ProxyHeaderReader.standard().read(Unpooled.wrappedBuffer(bytes))).isEqualTo(sent);
    assertThat(sent.hasChecksum()).isEqualTo(checksum);
    assertThat(sent.tlvs().all(TlvType.CRC32C)).hasSizeLessThan(2);
    assertThat(sent.tlvs().all(TlvType.NOOP)).hasSizeLessThan(2);
    assertThat(sent.tlvs().contains(TlvType.UNIQUE_ID))
        .isEqualTo(
            uniqueId
                || received.tlvs().all(TlvType.UNIQUE_ID).stream().anyMatch(id -> id.length() > 0));
  }

  @Property
  @Label("R56 R65 all other vectors go on in their order, of single ones the first")
  void otherVectorsGoOn(@ForAll("headers") ProxyHeader received) {
    accepted.received(received);
    List<Tlv> expected = new ArrayList<>();
    List<Integer> seen = new ArrayList<>();
    for (Tlv tlv : received.tlvs()) {
      boolean single =
          switch (tlv.type()) {
            case 0x01, 0x02, 0x05, 0x20, 0x30 -> true;
            default -> false;
          };
      boolean dropped =
          tlv.type() == 0x03 || tlv.type() == 0x04 || tlv.type() == 0x05 && tlv.length() == 0;
      if (!dropped && !(single && seen.contains(tlv.type()))) {
        expected.add(tlv);
        seen.add(tlv.type());
      }
    }

    ProxyHeader sent = sent(RelayOptions.builder().relayAllTlvs().build());

    assertThat(sent.tlvs()).containsExactlyElementsOf(expected);
    boolean inet = received.source() instanceof InetSocketAddress;
    assertThat(sent.source()).isEqualTo(inet ? received.source() : null);
    assertThat(sent.destination()).isEqualTo(inet ? received.destination() : null);
  }

  private static int unpadded(ProxyHeader sent) {
    return ProxyHeaderWriter.length(sent)
        - sent.tlvs().first(TlvType.NOOP).map(noop -> 3 + noop.length()).orElse(0);
  }

  private ProxyHeader sent(RelayOptions options) {
    ProxyHeader header = ProxyHeaderSource.onBehalfOf(accepted, options).headerFor(outbound, null);
    assertThat(header).isNotNull();
    return header;
  }

  @Provide
  Arbitrary<ProxyHeader> headers() {
    return Headers.any();
  }
}
