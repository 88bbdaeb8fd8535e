/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.examples.forward.config.RuleConfig.Balance;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BalancerTest {
  private final Target first = target(1);
  private final Target second = target(2);

  @Test
  void targetThatIsPassedOverKeepsItsTurnToBeTried() {
    Balancer balancer = new Balancer(Balance.LEAST_CONNECTIONS, List.of(first, second));
    long past = System.nanoTime() - TimeUnit.MINUTES.toNanos(1);
    for (int i = 0; i < TargetState.PATIENCE; i++) {
      first.state().failed(past);
    }
    first.state().opened();

    assertThat(balancer.choose(Set.of())).isSameAs(second);
    assertThat(balancer.choose(Set.of())).isSameAs(second);

    first.state().closed();
    second.state().opened();
    assertThat(balancer.choose(Set.of())).as("its rest is over").isSameAs(first);
    assertThat(balancer.choose(Set.of())).as("it is being tried").isSameAs(second);
  }

  @Test
  void targetsThatAreDownAreTriedWhenNoneIsUp() {
    Balancer balancer = new Balancer(Balance.ROUND_ROBIN, List.of(first, second));
    for (int i = 0; i < TargetState.PATIENCE; i++) {
      first.state().failed(System.nanoTime());
    }

    assertThat(balancer.choose(Set.of(second))).isSameAs(first);
    assertThat(balancer.choose(Set.of(first, second))).isNull();
  }

  private static Target target(int port) {
    return new Target(
        Rules.plain(new InetSocketAddress("127.0.0.1", port)), new TargetState(), null, null);
  }
}
