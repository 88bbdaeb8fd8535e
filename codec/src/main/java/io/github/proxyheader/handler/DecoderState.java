/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

/** The states of a {@link ProxyHeaderDecoder}; {@code docs/ARCHITECTURE.md} has the diagram. */
enum DecoderState {
  /** The channel is not active yet, or a decoder in front has not decided yet. */
  NEW,
  /** The channel is active and the time-out runs; the policy is not known yet. */
  STARTED,
  /** The policy selector runs; messages that come meanwhile are read when it has chosen. */
  SELECTING,
  /** The policy is known and the header is pending. */
  WAITING,
  /** The validator and the {@code replaceWith} function run; the listener is not told yet. */
  VALIDATING,
  /** The listener and the handlers behind are told; messages that come meanwhile are held. */
  PROCEEDING,
  /** This side closes the channel while the header is pending; the end is about to come. */
  CLOSING,
  /** The connection is refused, abandoned or closed; nothing passes any more. */
  CLOSED,
  /** The decoder has left the pipeline; everything passes. */
  GONE;

  /** Returns whether the decoder has started and its decision depends on what the peer does. */
  boolean isHeaderPending() {
    return this == STARTED || this == WAITING;
  }

  /** Returns whether the decision how the connection goes on is still to come. */
  boolean isUndecided() {
    return this == NEW || this == SELECTING || isHeaderPending();
  }

  /** Returns whether nothing passes any more. */
  boolean isEnding() {
    return this == CLOSING || this == CLOSED;
  }
}
