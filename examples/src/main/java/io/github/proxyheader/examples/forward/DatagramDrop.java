/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

/** Why a datagram of a UDP rule was not passed on, other than for its header. */
public enum DatagramDrop {
  /** There were as many flows as there may be, and none that could make room. */
  LIMIT,
  /** No socket to a target could be opened. */
  NO_TARGET,
  /** It would have begun a flow while the rule lets its flows end. */
  STOPPED,
  /** The system did not take datagrams as fast as they came. */
  CONGESTED,
  /** It left no room for a header in front of it. */
  TOO_LONG,
  /** The system refused to send it. */
  FAILED
}
