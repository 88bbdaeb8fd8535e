/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.admin;

import io.github.proxyheader.examples.forward.ForwarderStatus;
import io.github.proxyheader.examples.forward.config.RuleConfig;
import io.github.proxyheader.examples.forward.config.TargetConfig;
import io.github.proxyheader.protocol.ProxyVersion;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** States of a forwarder that does not run. */
public final class Statuses {
  private Statuses() {}

  /** A forwarder without rules. */
  public static ForwarderStatus idle(boolean draining) {
    return new ForwarderStatus(draining, List.of());
  }

  /** One rule, with one target that is up and takes no header, and these connections. */
  public static ForwarderStatus rule(String name, ForwarderStatus.Connection... connections) {
    return new ForwarderStatus(
        false,
        List.of(rule(name, 25565, List.of(), List.of(target("10.1.0.5:25565")), connections)));
  }

  /** A rule; a header is sent to targets with a port that ends in 5. */
  public static ForwarderStatus.Rule rule(
      String name,
      int port,
      List<String> proxies,
      List<ForwarderStatus.Target> targets,
      ForwarderStatus.Connection... connections) {
    InetSocketAddress listen = address("192.0.2.1", port);
    RuleConfig config =
        new RuleConfig(
            name,
            listen,
            RuleConfig.Protocol.TCP,
            proxies,
            Duration.ofSeconds(5),
            RuleConfig.Balance.ROUND_ROBIN,
            Duration.ofSeconds(5),
            Duration.ZERO,
            100,
            false,
            null,
            null,
            targets.stream().map(Statuses::config).toList());
    return new ForwarderStatus.Rule(
        config, listen, connections.length, targets, List.of(connections));
  }

  private static TargetConfig config(ForwarderStatus.Target target) {
    ProxyVersion version = target.address().endsWith("5") ? ProxyVersion.V2 : null;
    return new TargetConfig(address("10.1.0.5", 25565), version, Set.of(), null);
  }

  public static ForwarderStatus.Target target(String address) {
    return new ForwarderStatus.Target(address, true, 1, 0);
  }

  public static ForwarderStatus.Connection connection(SocketAddress client, SocketAddress peer) {
    return new ForwarderStatus.Connection(
        client, peer, "10.1.0.5:25565", 1536, 5_242_880, Duration.ofSeconds(75));
  }

  /** An address from literals; no name is looked up. */
  public static InetSocketAddress address(String ip, int port) {
    return new InetSocketAddress(NetUtil.createInetAddressFromIpAddressString(ip), port);
  }
}
