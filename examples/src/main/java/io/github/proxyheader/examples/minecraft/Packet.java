/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.minecraft;

/** What a client sends. Every text is at most as long as the protocol allows. */
sealed interface Packet {
  /** The first packet of a connection; the next one is of the status or of a login. */
  record Handshake(int protocol, boolean login) implements Packet {}

  /** Asks for the status. */
  record StatusRequest() implements Packet {}

  /** Asks for the same number back. */
  record Ping(long payload) implements Packet {}

  /** Tells the player's name. */
  record LoginStart(String name) implements Packet {}

  /**
   * Asks for the status as clients before version 1.7 do.
   *
   * @param versioned whether the client is of version 1.4 or newer and expects the longer answer
   */
  record LegacyPing(boolean versioned) implements Packet {}
}
