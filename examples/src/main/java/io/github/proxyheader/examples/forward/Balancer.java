/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.examples.forward.config.RuleConfig.Balance;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among the targets of a rule. Safe for use by several threads.
 *
 * <p>When none is up, those that are down are tried: a wrong judgement must not refuse clients that
 * could be served.
 */
final class Balancer {
  private final Balance balance;
  private final List<Target> targets;
  private final AtomicInteger turn = new AtomicInteger();

  Balancer(Balance balance, List<Target> targets) {
    this.balance = balance;
    this.targets = List.copyOf(targets);
  }

  List<Target> targets() {
    return targets;
  }

  /** Returns a target that is none of those already tried, or {@code null} if there is no more. */
  @Nullable Target choose(Set<Target> tried) {
    long now = System.nanoTime();
    int first = Math.floorMod(turn.getAndIncrement(), targets.size());
    Predicate<Target> usable = target -> !tried.contains(target) && target.state().isUsable(now);
    Target up = choose(first, usable);
    while (up != null && !up.state().tryUse(now)) { // another connection tries it
      up = choose(first, usable);
    }
    return up == null ? choose(first, target -> !tried.contains(target)) : up;
  }

  private @Nullable Target choose(int first, Predicate<Target> usable) {
    Target best = null;
    for (int i = 0; i < targets.size(); i++) {
      Target target = targets.get((first + i) % targets.size());
      boolean better = best == null || target.state().connections() < best.state().connections();
      if (better && usable.test(target)) {
        best = target;
        if (balance == Balance.ROUND_ROBIN) {
          break;
        }
      }
    }
    return best;
  }
}
