/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.examples.forward.config.RuleConfig.Protocol;

/** A rule at work: its listening socket, its connections or flows, and the plan of new ones. */
sealed interface Rule permits StreamRule, DatagramRule {
  /** Listens; clients are served from now on. */
  static Rule start(Sockets sockets, ConnectionListener listener, Plan plan)
      throws ForwarderException {
    return plan.config().protocol() == Protocol.TCP
        ? StreamRule.start(sockets, listener, plan)
        : DatagramRule.start(sockets, listener, plan);
  }

  Plan plan();

  /** Lets new connections follow a plan. */
  void follow(Plan next);

  /** Takes no new clients. */
  void stopListening();

  /** Takes new clients again, and returns whether that is possible without a new socket. */
  boolean resumeListening();

  /** Stops listening at once. */
  void close();

  /** Whether it listens or has connections. */
  boolean isAlive();

  /** Breaks off all connections. */
  void reset();

  /** Tells the listener what connections have passed on and it was not told yet. */
  void tellTraffic();

  ForwarderStatus.Rule status();
}
