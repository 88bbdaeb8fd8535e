/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.examples.forward.config.RuleConfig;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the forwarder does at a moment.
 *
 * @param draining whether it has been told to stop, and only lets connections end
 */
public record ForwarderStatus(boolean draining, List<Rule> rules) {

  /**
   * A rule.
   *
   * @param listening where it listens, the port being the real one
   * @param connections how many connections there are now
   * @param targets those of the configuration, in its order
   * @param sample some of them, the newest first
   */
  public record Rule(
      RuleConfig config,
      SocketAddress listening,
      int connections,
      List<Target> targets,
      List<Connection> sample) {}

  /**
   * A target.
   *
   * @param up whether connections are sent to it
   * @param failures how many failures in a row: connections or checks
   */
  public record Target(String address, boolean up, int connections, int failures) {}

  /**
   * A connection.
   *
   * @param client the real client
   * @param peer who is connected, the client itself or a proxy in front
   * @param target the target, or {@code null} while there is none
   */
  public record Connection(
      SocketAddress client,
      SocketAddress peer,
      @Nullable String target,
      long received,
      long sent,
      Duration age) {}
}
