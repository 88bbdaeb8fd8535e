/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.examples.forward.ConnectionEnd.Reason;
import io.github.proxyheader.examples.forward.config.RuleConfig;
import io.github.proxyheader.examples.forward.config.TargetConfig;
import io.github.proxyheader.handler.ProxyHeaderListener;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How connections of a rule are treated from one reading of the configuration to the next.
 *
 * @param receiver how the header is read, or {@code null}: clients send none
 * @param tls what makes the handlers that terminate TLS, or {@code null}: nothing does
 */
record Plan(
    RuleConfig config,
    @Nullable ReceiverOptions receiver,
    @Nullable Function<ByteBufAllocator, ChannelHandler> tls,
    Balancer balancer) {

  /**
   * Reads the files that a rule names.
   *
   * @param before the plan that this one replaces; what it knows of targets is kept
   */
  static Plan of(RuleConfig config, @Nullable Plan before, ConnectionListener listener)
      throws ForwarderException {
    try {
      return new Plan(
          config,
          receiver(config, listener),
          config.tls() == null ? null : TlsContexts.server(config.tls()),
          new Balancer(config.balance(), targets(config, before)));
    } catch (IOException | IllegalArgumentException e) {
      throw new ForwarderException("rule " + config.name() + ": " + e.getMessage(), e);
    }
  }

  private static @Nullable ReceiverOptions receiver(
      RuleConfig config, ConnectionListener listener) {
    if (config.acceptProxyProtocol().isEmpty()) {
      return null;
    }
    return ReceiverOptions.builder()
        .policy(TrustedProxies.of(config.acceptProxyProtocol()))
        .timeout(config.headerTimeout())
        .listener(
            new ProxyHeaderListener() {
              @Override
              public void rejected(Channel client, ProxyHeaderException cause) {
                Connection connection = Connection.of(client);
                if (connection.endsFor(Reason.HEADER_REFUSED)) {
                  listener.headerRefused(connection.traffic().rule(), cause.reason());
                }
              }
            })
        .build();
  }

  private static List<Target> targets(RuleConfig config, @Nullable Plan before) throws IOException {
    Map<TargetConfig, Deque<TargetState>> known = new HashMap<>();
    if (before != null) {
      for (Target target : before.balancer().targets()) {
        known.computeIfAbsent(target.config(), none -> new ArrayDeque<>()).add(target.state());
      }
    }
    List<Target> targets = new ArrayList<>();
    for (TargetConfig target : config.targets()) {
      TargetState state = known.getOrDefault(target, new ArrayDeque<>()).poll();
      targets.add(Target.of(target, state == null ? new TargetState() : state));
    }
    return targets;
  }
}
