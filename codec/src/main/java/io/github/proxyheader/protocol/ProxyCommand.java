/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

/** What the sender says of the connection (rules R31 and R32). */
public enum ProxyCommand {
  /**
   * The sender opened the connection for itself, for instance to check the receiver's health: the
   * real connection's addresses count.
   */
  LOCAL,
  /**
   * The connection is on behalf of another. Version 1 knows no command: its headers are all of this
   * one.
   */
  PROXY
}
