/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.recipes;

import io.github.proxyheader.handler.PolicySelector;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderListener;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.Locale;

/** Counts how the headers of all connections went, by outcome, reason and policy. */
final class HeaderMetrics implements ProxyHeaderListener {
  private static final AttributeKey<ProxyHeaderPolicy> POLICY =
      AttributeKey.valueOf(HeaderMetrics.class, "POLICY");

  private final MeterRegistry registry;

  HeaderMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Remembers which policy a selector chose, for the tag. */
  PolicySelector remembering(PolicySelector selector) {
    return channel -> {
      ProxyHeaderPolicy policy = selector.select(channel);
      channel.attr(POLICY).set(policy);
      return policy;
    };
  }

  @Override
  public void proxied(Channel channel, ProxiedAddress address) {
    count(channel, address.isProxied() ? "proxied" : "direct", "none");
  }

  @Override
  public void rejected(Channel channel, ProxyHeaderException cause) {
    count(channel, "rejected", lowerCase(cause.reason()));
  }

  @Override
  public void reported(Channel channel, ProxyHeaderException cause) {
    registry.counter("proxyheader.reported", "reason", lowerCase(cause.reason())).increment();
  }

  @Override
  public void abandoned(Channel channel) {
    count(channel, "abandoned", "none");
  }

  private void count(Channel channel, String outcome, String reason) {
    ProxyHeaderPolicy policy = channel.attr(POLICY).get();
    registry
        .counter(
            "proxyheader.connections",
            "outcome",
            outcome,
            "reason",
            reason,
            "policy",
            policy == null ? "unknown" : lowerCase(policy))
        .increment();
  }

  private static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
