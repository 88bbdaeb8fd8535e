/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.examples.forward.config.HealthCheckConfig;
import io.github.proxyheader.examples.forward.config.RuleConfig;
import io.github.proxyheader.examples.forward.config.RuleConfig.Balance;
import io.github.proxyheader.examples.forward.config.RuleConfig.Protocol;
import io.github.proxyheader.examples.forward.config.TargetConfig;
import io.github.proxyheader.examples.forward.config.TlsConfig;
import io.github.proxyheader.protocol.ProxyVersion;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Builds rules of which a test says only what it is about. */
public final class Rules {
  private final List<TargetConfig> targets;
  private String name = "test";
  private InetSocketAddress listen = new InetSocketAddress(NetUtil.LOCALHOST4, 0);
  private List<String> trusted = List.of();
  private Duration headerTimeout = Duration.ofSeconds(20);
  private Balance balance = Balance.ROUND_ROBIN;
  private Duration connectTimeout = Duration.ofSeconds(20);
  private Duration idleTimeout = Duration.ZERO;
  private int maxConnections = 10_000;
  private boolean reusePort;
  private TlsConfig tls;
  private HealthCheckConfig healthCheck;

  private Rules(List<TargetConfig> targets) {
    this.targets = targets;
  }

  public static Rules to(TargetConfig... targets) {
    return new Rules(List.of(targets));
  }

  static TargetConfig plain(InetSocketAddress address) {
    return new TargetConfig(address, null, Set.of(), null);
  }

  public static TargetConfig version1(InetSocketAddress address) {
    return new TargetConfig(address, ProxyVersion.V1, Set.of(), null);
  }

  public static TargetConfig version2(InetSocketAddress address, TargetConfig.HeaderTlv... tlvs) {
    return new TargetConfig(address, ProxyVersion.V2, Set.of(tlvs), null);
  }

  Rules name(String name) {
    this.name = name;
    return this;
  }

  public Rules listen(InetSocketAddress listen) {
    this.listen = listen;
    return this;
  }

  public Rules trust(String... cidrs) {
    trusted = List.of(cidrs);
    return this;
  }

  Rules headerTimeout(Duration timeout) {
    headerTimeout = timeout;
    return this;
  }

  Rules leastConnections() {
    balance = Balance.LEAST_CONNECTIONS;
    return this;
  }

  Rules connectTimeout(Duration timeout) {
    connectTimeout = timeout;
    return this;
  }

  Rules idleTimeout(Duration timeout) {
    idleTimeout = timeout;
    return this;
  }

  Rules maxConnections(int count) {
    maxConnections = count;
    return this;
  }

  Rules reusePort() {
    reusePort = true;
    return this;
  }

  Rules tls(TlsConfig tls) {
    this.tls = tls;
    return this;
  }

  Rules check(Duration interval, int rise, int fall) {
    healthCheck = new HealthCheckConfig(interval, Duration.ofSeconds(10), rise, fall);
    return this;
  }

  public RuleConfig build() {
    return new RuleConfig(
        name,
        listen,
        Protocol.TCP,
        trusted,
        headerTimeout,
        balance,
        connectTimeout,
        idleTimeout,
        maxConnections,
        reusePort,
        tls,
        healthCheck,
        targets);
  }
}
