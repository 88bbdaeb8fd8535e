/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.protocol.ProxyHeaderException;

/**
 * Is told of connections, on event loops: it must not block, and serves all of them.
 *
 * <p>Each connection that was accepted is told of once at its begin and once at its end. So is each
 * flow of a UDP rule: all datagrams of a client, and the answers to it.
 */
public interface ConnectionListener {
  /** A connection was accepted. */
  default void opened(String rule) {}

  /**
   * The header of a connection was refused, and {@link #closed} follows; or that of a datagram, and
   * nothing follows.
   */
  default void headerRefused(String rule, ProxyHeaderException.Reason reason) {}

  /** A connection has ended, or never got to a target. */
  default void closed(ConnectionEnd end) {}

  /** A target could not be connected to, or not reached; another may be tried. */
  default void connectFailed(String rule, String target) {}

  /** A datagram was not passed on. */
  default void datagramDropped(String rule, DatagramDrop reason) {}
}
