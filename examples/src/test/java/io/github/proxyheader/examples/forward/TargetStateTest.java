/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TargetStateTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final TargetState state = new TargetState();

  @Test
  void restsAfterFailuresInARowOnly() {
    state.failed(0);
    state.failed(0);
    state.connected();
    state.failed(0);
    state.failed(0);
    assertThat(state.isUp()).isTrue();

    state.failed(0);

    assertThat(state.isUp()).isFalse();
    assertThat(state.tryUse(SECOND / 2)).isFalse();
  }

  @Test
  void oneConnectionTriesItWhenTheRestIsOver() {
    fail(TargetState.PATIENCE, 0);

    assertThat(state.tryUse(SECOND)).isTrue();
    assertThat(state.tryUse(SECOND)).isFalse();
    state.connected();
    assertThat(state.tryUse(SECOND)).isTrue();
    assertThat(state.isUp()).isTrue();
  }

  @Test
  void restsGrowToThirtySeconds() {
    fail(TargetState.PATIENCE + 3, 0);
    assertThat(state.tryUse(5 * SECOND)).isFalse();
    assertThat(state.tryUse(8 * SECOND)).isTrue();

    fail(100, 0);
    assertThat(state.tryUse(22 * SECOND)).isFalse();
    assertThat(state.tryUse(30 * SECOND)).isTrue();
  }

  @Test
  void checksTakeItDownAndUp() {
    check(false, 2);
    check(true, 1);
    check(false, 2);
    assertThat(state.isUp()).isTrue();

    check(false, 1);
    assertThat(state.isUp()).isFalse();
    assertThat(state.tryUse(0)).isFalse();
    assertThat(state.failures()).isEqualTo(3);

    check(true, 1);
    assertThat(state.isUp()).isFalse();
    check(true, 1);
    assertThat(state.isUp()).isTrue();
    assertThat(state.failures()).isZero();
  }

  @Test
  void goodChecksEndARest() {
    fail(TargetState.PATIENCE, 0);
    check(true, 2);
    assertThat(state.isUp()).isTrue();
  }

  @Test
  void withoutChecksItIsUp() {
    check(false, 3);
    state.unchecked();
    assertThat(state.isUp()).isTrue();
    assertThat(state.failures()).isZero();
  }

  private void fail(int times, long now) {
    for (int i = 0; i < times; i++) {
      state.failed(now);
    }
  }

  private void check(boolean good, int times) {
    for (int i = 0; i < times; i++) {
      state.checked(good, 2, 3);
    }
  }
}
