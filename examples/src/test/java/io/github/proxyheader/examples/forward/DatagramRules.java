/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.examples.forward.config.RuleConfig;
import io.github.proxyheader.examples.forward.config.RuleConfig.Balance;
import io.github.proxyheader.examples.forward.config.RuleConfig.Protocol;
import io.github.proxyheader.examples.forward.config.TargetConfig;
import io.github.proxyheader.protocol.ProxyVersion;
import io.netty.util.NetUtil;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Builds UDP rules of which a test says only what it is about. */
final class DatagramRules {
  private final List<TargetConfig> targets;
  private InetSocketAddress listen = new InetSocketAddress(NetUtil.LOCALHOST4, 0);
  private List<String> trusted = List.of();
  private Duration idleTimeout = Duration.ofMinutes(1);
  private int maxFlows = 10_000;

  private DatagramRules(List<TargetConfig> targets) {
    this.targets = targets;
  }

  static DatagramRules to(TargetConfig... targets) {
    return new DatagramRules(List.of(targets));
  }

  static TargetConfig plain(DatagramSocket target) {
    return new TargetConfig(address(target), null, Set.of(), null);
  }

  static TargetConfig version2(DatagramSocket target, TargetConfig.HeaderTlv... tlvs) {
    return version2(address(target), tlvs);
  }

  static TargetConfig version2(InetSocketAddress target, TargetConfig.HeaderTlv... tlvs) {
    return new TargetConfig(target, ProxyVersion.V2, Set.of(tlvs), null);
  }

  static InetSocketAddress address(DatagramSocket socket) {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  DatagramRules listen(InetSocketAddress listen) {
    this.listen = listen;
    return this;
  }

  DatagramRules trust(String... cidrs) {
    trusted = List.of(cidrs);
    return this;
  }

  DatagramRules idleTimeout(Duration timeout) {
    idleTimeout = timeout;
    return this;
  }

  DatagramRules maxFlows(int count) {
    maxFlows = count;
    return this;
  }

  RuleConfig build() {
    return new RuleConfig(
        "game",
        listen,
        Protocol.UDP,
        trusted,
        Duration.ofSeconds(5),
        Balance.ROUND_ROBIN,
        Duration.ofSeconds(5),
        idleTimeout,
        maxFlows,
        false,
        null,
        null,
        targets);
  }
}
