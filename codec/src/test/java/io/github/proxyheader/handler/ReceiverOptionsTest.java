/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ReceiverOptionsTest {
  @Test
  @DisplayName("3 defaults: a header is required, within 5 seconds, and channelActive is held back")
  void defaults() {
    for (ReceiverOptions options :
        new ReceiverOptions[] {ReceiverOptions.standard(), ReceiverOptions.builder().build()}) {
      assertThat(options.policy()).isEqualTo(ProxyHeaderPolicy.REQUIRE);
      assertThat(options.timeoutNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(5));
      assertThat(options.reader()).isSameAs(ProxyHeaderReader.standard());
      assertThat(options.holdActive()).isTrue();
      assertThat(options.hasReplacement()).isFalse();
      assertThat(options.listener()).isNotNull();
    }
  }

  @Test
  @DisplayName("3 a time-out of zero is none, a negative one is an error, no minimum is enforced")
  void timeouts() {
    assertThat(options(Duration.ZERO).timeoutNanos()).isZero();
    assertThat(options(Duration.ofNanos(1)).timeoutNanos()).isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options(Duration.ofNanos(-1)))
        .withMessage("timeout: PT-0.000000001S (expected: >= 0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options(Duration.ofSeconds(Long.MAX_VALUE)))
        .withMessageStartingWith("timeout: ");
  }

  private static ReceiverOptions options(Duration timeout) {
    return ReceiverOptions.builder().timeout(timeout).build();
  }

  @Test
  @DisplayName("3 replaceWith with holdActive(false) is an error, in whatever order they are set")
  void replaceWithNeedsHoldActive() {
    ReceiverOptions.Builder options =
        ReceiverOptions.builder()
            .holdActive(false)
            .replaceWith(address -> new ChannelInboundHandlerAdapter());
    assertThatIllegalArgumentException()
        .isThrownBy(options::build)
        .withMessage("holdActive: false (expected: true with replaceWith)");
    assertThat(options.holdActive(true).build().hasReplacement()).isTrue();
  }

  @Test
  void theLastPolicyCounts() {
    PolicySelector selector = channel -> ProxyHeaderPolicy.USE;
    ReceiverOptions.Builder options = ReceiverOptions.builder().policy(ProxyHeaderPolicy.SKIP);
    assertThat(options.build().policy()).isEqualTo(ProxyHeaderPolicy.SKIP);
    options.policy(selector);
    assertThat(options.build().policy()).isNull();
    assertThat(options.build().select(new EmbeddedChannel())).isEqualTo(ProxyHeaderPolicy.USE);
    assertThat(options.policy(ProxyHeaderPolicy.USE).build().policy())
        .isEqualTo(ProxyHeaderPolicy.USE);
  }

  @Test
  void builderMayBeUsedOn() {
    ReceiverOptions.Builder builder = ReceiverOptions.builder();
    ReceiverOptions first = builder.build();
    ReceiverOptions second = builder.holdActive(false).build();
    assertThat(first.holdActive()).isTrue();
    assertThat(second.holdActive()).isFalse();
  }

  @Test
  void nullIsRefusedWhereItIsSet() {
    ReceiverOptions.Builder builder = ReceiverOptions.builder();
    assertThatNullPointerException().isThrownBy(() -> builder.policy((ProxyHeaderPolicy) null));
    assertThatNullPointerException().isThrownBy(() -> builder.policy((PolicySelector) null));
    assertThatNullPointerException().isThrownBy(() -> builder.timeout(null));
    assertThatNullPointerException().isThrownBy(() -> builder.reader(null));
    assertThatNullPointerException().isThrownBy(() -> builder.validator(null));
    assertThatNullPointerException().isThrownBy(() -> builder.replaceWith(null));
    assertThatNullPointerException().isThrownBy(() -> builder.listener(null));
    assertThatNullPointerException().isThrownBy(() -> new ProxyHeaderDecoder(null));
  }
}
