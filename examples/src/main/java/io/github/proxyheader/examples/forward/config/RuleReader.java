/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.config;

import io.github.proxyheader.examples.forward.config.ConfigProblem.Code;
import io.github.proxyheader.examples.forward.config.RuleConfig.Balance;
import io.github.proxyheader.examples.forward.config.RuleConfig.Protocol;
import io.github.proxyheader.examples.forward.config.TargetConfig.HeaderTlv;
import io.github.proxyheader.protocol.ProxyVersion;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the rules of a file, which know of each other only their names and addresses. */
final class RuleReader {
  /** The versions of the header that can be sent on by a rule's protocol. */
  private static final Map<Protocol, Set<ProxyVersion>> SUPPORTED =
      Map.of(
          Protocol.TCP, Set.of(ProxyVersion.V1, ProxyVersion.V2),
          Protocol.UDP, Set.of(ProxyVersion.V2));

  private static final Duration HEADER_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration TCP_IDLE = Duration.ofMinutes(10);
  private static final Duration UDP_IDLE = Duration.ofSeconds(60);
  private static final int MAX_CONNECTIONS = 10_000;
  private static final int MOST_CONNECTIONS = 1_000_000;
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(5);
  private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);
  private static final int MOST_CHECKS = 1_000;

  private final TlsReader tlsReader;
  private final Map<String, Integer> linesOfNames = new HashMap<>();
  private final List<Listening> listening = new ArrayList<>();

  RuleReader(TlsReader tlsReader) {
    this.tlsReader = tlsReader;
  }

  /** No rule can listen where the forwarder itself does, for TCP. */
  void reserve(InetSocketAddress address, int line) {
    listening.add(new Listening(address, Protocol.TCP, false, line));
  }

  /** Null if a part is missing or wrong. */
  @Nullable RuleConfig read(Section anonymous) {
    Section rule = anonymous.of("rule", "name");
    InetSocketAddress listen = rule.required("listen", Addresses::listen);
    Protocol protocol = rule.optional("protocol", Values.oneOf(Protocol.class), Protocol.TCP);
    String name = rule.optional("name", Values::name, defaultName(listen, protocol));
    boolean reusePort = rule.optional("reuse_port", Values::flag, false);
    if (listen != null) {
      int line = rule.lineOf("listen");
      checkUnique(rule, name, new Listening(listen, protocol, reusePort, line));
    }
    List<String> acceptProxyProtocol = rule.list("accept_proxy_protocol", Values::cidr);
    Duration headerTimeout =
        rule.optional("header_timeout", Values.duration(Values.MILLISECOND), HEADER_TIMEOUT);
    Balance balance = rule.optional("balance", Values.oneOf(Balance.class), Balance.ROUND_ROBIN);
    Duration connectTimeout =
        rule.optional("connect_timeout", Values.duration(Values.MILLISECOND), CONNECT_TIMEOUT);
    Duration idleTimeout = idleTimeout(rule, protocol);
    int maxConnections =
        rule.optional("max_connections", Values.number(1, MOST_CONNECTIONS), MAX_CONNECTIONS);
    TlsConfig tls = tls(rule, protocol);
    HealthCheckConfig healthCheck = healthCheck(rule, protocol);
    List<TargetConfig> targets = targets(rule, protocol);
    rule.end();
    return listen == null
        ? null
        : new RuleConfig(
            name,
            listen,
            protocol,
            acceptProxyProtocol,
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

  private static String defaultName(@Nullable InetSocketAddress listen, Protocol protocol) {
    if (listen == null) {
      return "";
    }
    String address = NetUtil.toSocketAddressString(listen);
    return protocol == Protocol.UDP ? address + "/udp" : address;
  }

  private void checkUnique(Section rule, String name, Listening here) {
    Listening other =
        listening.stream().filter(before -> before.overlaps(here)).findFirst().orElse(null);
    listening.add(here);
    if (other != null) {
      String address = NetUtil.toSocketAddressString(here.address());
      rule.problem("listen", Code.DUPLICATE, duplicate(address, "address", other.line()));
    }
    String key = rule.has("name") ? "name" : "listen";
    Integer namesake = linesOfNames.putIfAbsent(name, rule.lineOf(key));
    if (namesake != null && (other == null || key.equals("name"))) {
      rule.problem(key, Code.DUPLICATE, duplicate(name, "name", namesake));
    }
  }

  private static String duplicate(String value, String what, int line) {
    return Text.unexpected(value, "another " + what + " than that of line " + line);
  }

  /** Where there is something that listens, and the line that says so. */
  private record Listening(
      InetSocketAddress address, Protocol protocol, boolean reusePort, int line) {

    /** Whether the system does not let both listen. */
    boolean overlaps(Listening other) {
      if (protocol != other.protocol
          || address.getPort() == 0
          || address.getPort() != other.address.getPort()) {
        return false;
      }
      boolean shared = reusePort && other.reusePort;
      return address.equals(other.address) || !shared && (covers(other) || other.covers(this));
    }

    /** The wildcard address of IPv6 takes IPv4 as well. */
    private boolean covers(Listening other) {
      InetAddress host = address.getAddress();
      return host.isAnyLocalAddress()
          && (host instanceof Inet6Address || other.address.getAddress() instanceof Inet4Address);
    }
  }

  private static Duration idleTimeout(Section rule, Protocol protocol) {
    return protocol == Protocol.UDP
        ? rule.optional("idle_timeout", Values.duration(Values.MILLISECOND), UDP_IDLE)
        : rule.optional("idle_timeout", Values.duration(Duration.ZERO), TCP_IDLE);
  }

  private @Nullable TlsConfig tls(Section rule, Protocol protocol) {
    Section tls = rule.section("tls");
    if (tls == null) {
      return null;
    }
    checkTcp(rule, "tls", protocol);
    return tlsReader.server(tls);
  }

  private static @Nullable HealthCheckConfig healthCheck(Section rule, Protocol protocol) {
    Section check = rule.section("health_check");
    if (check == null) {
      return null;
    }
    checkTcp(rule, "health_check", protocol);
    Duration interval =
        check.optional("interval", Values.duration(SHORTEST_INTERVAL), CHECK_INTERVAL);
    Duration timeout =
        check.optional("timeout", Values.duration(Values.MILLISECOND), CHECK_TIMEOUT);
    int rise = check.optional("rise", Values.number(1, MOST_CHECKS), 2);
    int fall = check.optional("fall", Values.number(1, MOST_CHECKS), 3);
    check.end();
    return new HealthCheckConfig(interval, timeout, rise, fall);
  }

  private static void checkTcp(Section section, String key, Protocol protocol) {
    if (protocol != Protocol.TCP) {
      section.problem(key, Code.INVALID_VALUE, "not on a UDP rule");
    }
  }

  private List<TargetConfig> targets(Section rule, Protocol protocol) {
    List<TargetConfig> targets = new ArrayList<>();
    for (Section section : rule.requiredSections("target")) {
      TargetConfig target = target(section, protocol);
      if (target != null) {
        targets.add(target);
      }
    }
    return targets;
  }

  private @Nullable TargetConfig target(Section target, Protocol protocol) {
    InetSocketAddress address = target.required("address", Addresses::target);
    ProxyVersion version =
        target.optional("proxy_protocol", value -> proxyProtocol(value, protocol));
    Set<HeaderTlv> tlvs = Set.copyOf(target.list("tlvs", Values.oneOf(HeaderTlv.class)));
    boolean other = version == ProxyVersion.V1 || !target.has("proxy_protocol");
    if (other && !tlvs.isEmpty()) {
      target.problem("tlvs", Code.INVALID_VALUE, "only with proxy_protocol = \"v2\"");
    }
    Section tls = target.section("tls");
    TargetTlsConfig targetTls = tls == null ? null : tlsReader.target(tls);
    if (tls != null) {
      checkTcp(target, "tls", protocol);
    }
    target.end();
    return address == null ? null : new TargetConfig(address, version, tlvs, targetTls);
  }

  private static ProxyVersion proxyProtocol(Object value, Protocol protocol)
      throws InvalidValueException {
    for (ProxyVersion version : ProxyVersion.values()) {
      if (value.equals(Values.word(version))) {
        return supported(version, protocol);
      }
    }
    throw new InvalidValueException(
        Code.PROXY_PROTOCOL_INVALID,
        Text.unexpected(value, "\"v1\" or \"v2\", or no such key: bytes as they are"));
  }

  private static ProxyVersion supported(ProxyVersion version, Protocol protocol)
      throws InvalidValueException {
    if (SUPPORTED.getOrDefault(protocol, Set.of()).contains(version)) {
      return version;
    }
    throw new InvalidValueException(
        Code.PROXY_PROTOCOL_ON_UNSUPPORTED_RULE,
        Text.shown(Values.word(version))
            + " does not work with protocol = "
            + Text.shown(Values.word(protocol)));
  }
}
