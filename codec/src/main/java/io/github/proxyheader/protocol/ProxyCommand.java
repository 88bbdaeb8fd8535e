/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

/** Whose connection the sender has opened (rules R31 and R32). */
public enum ProxyCommand {
  /**
   * The sender has opened the connection for itself, for instance to check the receiver's health.
   * The addresses of the real connection count.
   */
  LOCAL,
  /**
   * The sender has opened the connection on behalf of a client. Every header of version 1, which
   * knows no commands, has this one.
   */
  PROXY
}
