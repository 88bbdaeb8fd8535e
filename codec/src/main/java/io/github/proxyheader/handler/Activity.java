/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

/** What the handlers behind a decoder know of the channel's activity. */
enum Activity {
  /** The decoder was added too late to know; they may have seen {@code channelActive}. */
  UNKNOWN,
  /** The decoder was there at {@code channelRegistered}, and no {@code channelActive} has come. */
  NOT_YET,
  /** {@code channelActive} has come and is held back. */
  HELD,
  /** {@code channelActive} has been passed on. */
  TOLD;

  /** Returns whether the handlers behind are told that the channel is inactive. */
  boolean isInactiveExpected() {
    return this == UNKNOWN || this == TOLD;
  }
}
