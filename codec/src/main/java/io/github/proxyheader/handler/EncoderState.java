/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

/**
 * What has become of the header of a {@link ProxyHeaderEncoder}; {@code docs/ARCHITECTURE.md} has
 * the diagram.
 */
enum EncoderState {
  /** The header is not due yet. */
  NEW,
  /** The source is asked for the header. */
  ASKING,
  /** The header is written, and the transport has not taken it yet. */
  QUEUED,
  /** The transport has taken the header, or the connection has none. */
  SENT,
  /** There will be no header. Nothing else is sent, and the channel is closed. */
  FAILED,
  /** The encoder has nothing more to do. */
  GONE
}
