/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.tlv.TlvType;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RelayOptionsTest {
  @Test
  void defaultsAreAHeaderWithoutVectors() {
    RelayOptions options = RelayOptions.builder().build();

    assertThat(options.version()).isEqualTo(ProxyVersion.V2);
    assertThat(IntStream.range(0, 256).filter(options::relays)).isEmpty();
    assertThat(options.tlsFacts()).isFalse();
    assertThat(options.clientCertificate()).isFalse();
    assertThat(options.longClientCertificate()).isFalse();
    assertThat(options.uniqueId()).isNull();
    assertThat(options.checksum()).isFalse();
    assertThat(options.alignment()).isEqualTo(1);
  }

  @Test
  void whatVersion1CannotCarryIsRefused() {
    List<Consumer<RelayOptions.Builder>> settings =
        List.of(
            RelayOptions.Builder::relayAllTlvs,
            builder -> builder.relayTlvs(TlvType.SSL),
            builder -> builder.tlsFacts(true),
            RelayOptions.Builder::uniqueId,
            builder -> builder.uniqueId(accepted -> new byte[1]),
            builder -> builder.checksum(true),
            builder -> builder.alignment(4));
    for (Consumer<RelayOptions.Builder> setting : settings) {
      RelayOptions.Builder builder = RelayOptions.builder().version(ProxyVersion.V1);
      assertThat(builder.build().version()).isEqualTo(ProxyVersion.V1);
      setting.accept(builder);

      assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageContaining("V1");
    }
  }

  @Test
  void aCertificateIsAPartOfTheTlsFacts() {
    RelayOptions.Builder builder = RelayOptions.builder().clientCertificate(true);

    assertThatIllegalArgumentException()
        .isThrownBy(builder::build)
        .withMessageStartingWith("clientCertificate: ");
    assertThat(builder.tlsFacts(true).build().clientCertificate()).isTrue();
  }

  @Test
  @DisplayName("A long certificate is asked for twice, and is an error if it is asked for once")
  void aLongCertificateIsAskedForTwice() {
    RelayOptions.Builder builder = RelayOptions.builder().tlsFacts(true);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.longClientCertificate(true).build())
        .withMessageStartingWith("longClientCertificate: ");
    RelayOptions options = builder.clientCertificate(true).build();
    assertThat(options.longClientCertificate()).isTrue();
    assertThat(builder.longClientCertificate(false).build().longClientCertificate()).isFalse();
  }

  @Test
  void typesOfASingleHeaderAndThoseThatAreNoneAreRefused() {
    for (int type : new int[] {-1, 256, TlvType.CRC32C, TlvType.NOOP}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> RelayOptions.builder().relayTlvs(TlvType.SSL, type))
          .withMessageStartingWith("type: ");
    }
  }

  @Test
  void alignmentHasBounds() {
    for (int alignment : new int[] {Integer.MIN_VALUE, -1, 0, 4097}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> RelayOptions.builder().alignment(alignment))
          .withMessageStartingWith("alignment: " + alignment);
    }
  }

  @Test
  void builtOptionsDoNotChangeWithTheirBuilder() {
    RelayOptions.Builder builder = RelayOptions.builder().relayTlvs(TlvType.SSL);
    RelayOptions first = builder.build();
    RelayOptions second = builder.relayTlvs(TlvType.AWS).build();
    RelayOptions third = builder.relayTlvs().build();

    assertThat(IntStream.range(0, 256).filter(first::relays)).containsExactly(TlvType.SSL);
    assertThat(IntStream.range(0, 256).filter(second::relays)).containsExactly(TlvType.AWS);
    assertThat(IntStream.range(0, 256).filter(third::relays)).isEmpty();
  }

  @Test
  @SuppressWarnings("NullAway")
  void nullIsRefused() {
    RelayOptions.Builder builder = RelayOptions.builder();

    assertThatNullPointerException().isThrownBy(() -> builder.version(null));
    assertThatNullPointerException().isThrownBy(() -> builder.uniqueId(null));
  }
}
