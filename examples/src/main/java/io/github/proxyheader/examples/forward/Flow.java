/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.examples.forward.ConnectionEnd.Reason;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * The datagrams of a client to a target, and those that come back: what is known of them.
 *
 * <p>It belongs to the event loop of the rule's socket; {@link #traffic} and {@link #status} are
 * for any thread.
 */
final class Flow {
  private final Traffic traffic;
  private final long number;
  private final InetSocketAddress client;
  private final ClientKey key;
  private final Target target;
  private final Channel outbound;
  private final long began = System.nanoTime();
  private volatile InetSocketAddress peer;
  private long lastActive = began;
  private boolean answered;
  private boolean confirmed;

  /**
   * Begins.
   *
   * @param traffic counts its bytes
   * @param number its place in the order of flows
   * @param peer who brings the client's datagrams: the client itself, or a proxy in front
   * @param outbound is connected to the target
   */
  Flow(
      Traffic traffic,
      long number,
      InetSocketAddress client,
      InetSocketAddress peer,
      Target target,
      Channel outbound) {
    this.traffic = traffic;
    this.number = number;
    this.client = client;
    this.key = ClientKey.of(client);
    this.peer = peer;
    this.target = target;
    this.outbound = outbound;
  }

  Long number() {
    return number;
  }

  ClientKey key() {
    return key;
  }

  Target target() {
    return target;
  }

  Channel outbound() {
    return outbound;
  }

  /** Who brought the newest datagram. */
  InetSocketAddress peer() {
    return peer;
  }

  /** When there was a datagram, on the clock of {@link System#nanoTime}. */
  long lastActive() {
    return lastActive;
  }

  /**
   * A datagram of the client came.
   *
   * @return whether the client is confirmed by that: it goes on after it was answered. Whoever
   *     makes up a client's address sees no answer, but can guess that there was one
   */
  boolean cameBy(InetSocketAddress from) {
    lastActive = System.nanoTime();
    if (!peer.equals(from)) {
      peer = from;
    }
    boolean now = answered && !confirmed;
    confirmed = answered;
    return now;
  }

  /** An answer of the target came. */
  void answered() {
    lastActive = System.nanoTime();
    answered = true;
  }

  Traffic traffic() {
    return traffic;
  }

  ConnectionEnd end(Reason reason) {
    traffic.tell();
    return ConnectionEnd.of(traffic.rule(), status(), reason);
  }

  ForwarderStatus.Connection status() {
    return new ForwarderStatus.Connection(
        client,
        peer,
        target.name(),
        traffic.received(),
        traffic.sent(),
        Duration.ofNanos(System.nanoTime() - began));
  }
}
