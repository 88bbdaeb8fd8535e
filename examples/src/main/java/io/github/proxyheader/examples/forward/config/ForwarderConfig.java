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
 * A whole configuration file.
 *
 * @param threads how many event loops, 1 or more
 * @param transport which transport
 * @param drainTimeout how long connections may go on after the order to stop, zero: not at all
 * @param admin where metrics, health and the status page are served, or {@code null}: nowhere
 * @param accessLog the file that connections are logged to, {@code "-"} for standard output, or
 *     {@code null}: none
 * @param rules what is forwarded, one or more
 */
public record ForwarderConfig(
    int threads,
    Transport transport,
    Duration drainTimeout,
    @Nullable InetSocketAddress admin,
    @Nullable String accessLog,
    List<RuleConfig> rules) {

  /** Which implementation of sockets is used. */
  public enum Transport {
    /** Epoll where it is available, else NIO. */
    AUTO,
    EPOLL,
    NIO
  }

  /** Copies the rules. */
  public ForwarderConfig {
    rules = List.copyOf(rules);
  }
}
