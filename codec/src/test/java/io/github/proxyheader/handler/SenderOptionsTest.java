/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.proxyheader.protocol.ProxyHeader;
import io.netty.channel.ChannelConfig;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SenderOptionsTest {
  private static final ProxyHeaderSource SOURCE = ProxyHeaderSource.of(ProxyHeader.local());

  private final ChannelConfig config = new EmbeddedChannel().config();

  @Test
  @DisplayName("3 the default is the channel's connect time-out, as it is when it is asked for")
  void defaults() {
    for (SenderOptions options :
        new SenderOptions[] {
          SenderOptions.of(SOURCE), SenderOptions.builder().source(SOURCE).build()
        }) {
      assertThat(options.source()).isSameAs(SOURCE);
      config.setConnectTimeoutMillis(1_500);
      assertThat(options.writeTimeoutNanos(config)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(1_500));
      config.setConnectTimeoutMillis(0);
      assertThat(options.writeTimeoutNanos(config)).isZero();
    }
  }

  @Test
  @DisplayName("3 a time-out of zero is none, a negative one is an error")
  void timeouts() {
    assertThat(options(Duration.ZERO).writeTimeoutNanos(config)).isZero();
    assertThat(options(Duration.ofNanos(1)).writeTimeoutNanos(config)).isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options(Duration.ofNanos(-1)))
        .withMessage("writeTimeout: PT-0.000000001S (expected: >= 0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options(Duration.ofSeconds(Long.MAX_VALUE)))
        .withMessageStartingWith("writeTimeout: ");
  }

  @Test
  void aSourceMustBeSet() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SenderOptions.builder().build())
        .withMessage("source: null (expected: a source of headers)");
  }

  @Test
  void builderMayBeUsedOn() {
    SenderOptions.Builder builder = SenderOptions.builder().source(SOURCE);
    SenderOptions first = builder.build();
    SenderOptions second =
        builder.writeTimeout(Duration.ZERO).source((outbound, target) -> null).build();
    assertThat(first.source()).isSameAs(SOURCE);
    assertThat(first.writeTimeoutNanos(config)).isPositive();
    assertThat(second.source()).isNotSameAs(SOURCE);
    assertThat(second.writeTimeoutNanos(config)).isZero();
  }

  @Test
  void nullIsRefusedWhereItIsSet() {
    SenderOptions.Builder builder = SenderOptions.builder();
    assertThatNullPointerException().isThrownBy(() -> builder.source(null));
    assertThatNullPointerException().isThrownBy(() -> builder.writeTimeout(null));
    assertThatNullPointerException().isThrownBy(() -> new ProxyHeaderEncoder((ProxyHeader) null));
    assertThatNullPointerException()
        .isThrownBy(() -> new ProxyHeaderEncoder((ProxyHeaderSource) null));
    assertThatNullPointerException().isThrownBy(() -> new ProxyHeaderEncoder((SenderOptions) null));
  }

  private static SenderOptions options(Duration timeout) {
    return SenderOptions.builder().source(SOURCE).writeTimeout(timeout).build();
  }
}
