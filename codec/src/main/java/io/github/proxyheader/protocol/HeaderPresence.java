/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

/** Tells whether bytes start with a header, see {@link ProxyHeaderReader#detect}. */
public enum HeaderPresence {
  /**
   * The bytes start with {@code PROXY}, or with the twelve bytes of the binary signature. What
   * follows may still be wrong.
   */
  PRESENT,
  /** The bytes start with neither, and more bytes cannot change that. */
  ABSENT,
  /** There are no bytes yet, or only the first bytes of one of the two. */
  UNDECIDED
}
