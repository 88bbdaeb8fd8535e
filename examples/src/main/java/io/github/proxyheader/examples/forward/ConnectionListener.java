/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.protocol.ProxyHeaderException;

/**
 * Is told of connections, by several threads, event loops among them: it must not block.
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

  /**
   * Connections passed bytes on; told when {@link Forwarder#tellTraffic} asks for it, and before
   * {@link #closed}.
   *
   * @param received bytes of clients since the last call, without headers
   * @param sent bytes of targets since the last call
   */
  default void passed(String rule, long received, long sent) {}

  /** A connection has ended, or never got to a target. */
  default void closed(ConnectionEnd end) {}

  /** A target could not be connected to, or not reached; another may be tried. */
  default void connectFailed(String rule, String target) {}

  /** A datagram was not passed on. */
  default void datagramDropped(String rule, DatagramDrop reason) {}
}
