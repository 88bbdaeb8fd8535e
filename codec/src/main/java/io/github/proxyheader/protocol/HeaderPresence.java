/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

/** Whether bytes start with a header, see {@link ProxyHeaderReader#detect}. */
public enum HeaderPresence {
  /** They do: {@code PROXY}, or the twelve bytes of the binary signature. The rest may be wrong. */
  PRESENT,
  /** They do not, and more bytes will not change that. */
  ABSENT,
  /** There are no bytes yet, or only some that both could start with. */
  UNDECIDED
}
