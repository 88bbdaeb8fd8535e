/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.probe;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a receiver did with one connection.
 *
 * @param end how the connection ended
 * @param answer the first bytes that it sent, never changed
 * @param local this end's address, or null if there was no connection
 */
@SuppressWarnings("ArrayRecordComponent") // Observations are not compared.
record Observation(End end, byte[] answer, @Nullable InetSocketAddress local) {

  /** How a connection ended. */
  enum End {
    /** The receiver closed it. */
    CLOSE,
    /** The receiver reset it. */
    RESET,
    /** It was still open when the time was over. */
    OPEN,
    /** This end closed it, as the answer was complete or longer than is read. */
    ANSWERED,
    /** It could not be opened. */
    NO_CONNECTION
  }
}
