/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.probe;

/** Tells that a target must not, or cannot, be probed. */
public final class ProbeException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what is wrong, in printable characters
   */
  public ProbeException(String message) {
    super(message);
  }
}
