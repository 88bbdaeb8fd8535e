/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a connection went.
 *
 * @param rule the rule's name
 * @param client the real client
 * @param peer who was connected, the client itself or a proxy in front
 * @param target the target's address, or {@code null} if none was connected
 * @param received bytes from the client to the target, without headers
 * @param sent bytes from the target to the client
 * @param duration from accept to end
 * @param reason why it ended
 */
public record ConnectionEnd(
    String rule,
    SocketAddress client,
    SocketAddress peer,
    @Nullable String target,
    long received,
    long sent,
    Duration duration,
    Reason reason) {

  /** Why a connection ended. */
  public enum Reason {
    /** Both sides had ended their direction, or one closed in good order. */
    DONE,
    /** The client broke the connection. */
    CLIENT_RESET,
    /** The target broke the connection. */
    TARGET_RESET,
    /** No header came in time, a bad one came, or the peer may not send one. */
    HEADER_REFUSED,
    /** The TLS handshake with the client failed. */
    TLS_FAILED,
    /** No target could be connected to. */
    NO_TARGET,
    /** There were as many connections as there may be. */
    LIMIT,
    /** Nothing was sent for too long. */
    IDLE,
    /** The forwarder stopped. */
    STOPPED
  }

  /** Returns the end of what was last known of a connection. */
  static ConnectionEnd of(String rule, ForwarderStatus.Connection last, Reason reason) {
    return new ConnectionEnd(
        rule,
        last.client(),
        last.peer(),
        last.target(),
        last.received(),
        last.sent(),
        last.age(),
        reason);
  }
}
