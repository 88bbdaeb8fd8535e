/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.config;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One listening address, and where its connections or datagrams go.
 *
 * @param name a name, unique in the file
 * @param listen where to listen; unique in the file with the protocol
 * @param protocol TCP or UDP
 * @param acceptProxyProtocol the addresses, in CIDR notation, of proxies in front that send a
 *     header; empty: clients connect themselves
 * @param headerTimeout how long to wait for such a header
 * @param balance how a target is chosen
 * @param connectTimeout how long to wait for a connection to a target, its header and its TLS
 *     handshake included
 * @param idleTimeout how long a connection, or a flow of datagrams, may be silent in both
 *     directions, zero: for ever
 * @param maxConnections how many connections, or flows, there may be at a time
 * @param reusePort whether several processes share the port ({@code SO_REUSEPORT})
 * @param tls how TLS is terminated, or {@code null}: bytes are passed on as they are
 * @param healthCheck how targets are checked, or {@code null}: only by the connections made
 * @param targets where to connect to, one or more
 */
public record RuleConfig(
    String name,
    InetSocketAddress listen,
    Protocol protocol,
    List<String> acceptProxyProtocol,
    Duration headerTimeout,
    Balance balance,
    Duration connectTimeout,
    Duration idleTimeout,
    int maxConnections,
    boolean reusePort,
    @Nullable TlsConfig tls,
    @Nullable HealthCheckConfig healthCheck,
    List<TargetConfig> targets) {

  /** The transport protocol of a rule. */
  public enum Protocol {
    TCP,
    UDP
  }

  /** How a target is chosen among those that are up. */
  public enum Balance {
    ROUND_ROBIN,
    LEAST_CONNECTIONS
  }

  /** Copies the lists. */
  public RuleConfig {
    acceptProxyProtocol = List.copyOf(acceptProxyProtocol);
    targets = List.copyOf(targets);
  }
}
