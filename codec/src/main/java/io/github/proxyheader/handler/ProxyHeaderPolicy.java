/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

/**
 * Whether a connection must, may or must not start with a header, and what becomes of it.
 *
 * <p>The protocol text wants this to come from the configuration and never from a guess (rule R7);
 * choose anything but {@link #REQUIRE}, {@link #REJECT} and {@link #CLOSE} only for peers that you
 * trust.
 */
public enum ProxyHeaderPolicy {
  /** No header, no connection. */
  REQUIRE,
  /** A header may be there and is used. Whoever can connect can claim any address. */
  USE,
  /** A header may be there; it is consumed and not used. */
  IGNORE,
  /** A header is refused; without one the connection goes on. */
  REJECT,
  /** The bytes are not looked at; a header would be payload. */
  SKIP,
  /** The connection is closed at once. */
  CLOSE
}
