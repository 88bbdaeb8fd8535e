/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

import java.io.IOException;

/** Tells that an input is not what it has to be, such as text that is not hexadecimal. */
public final class InputException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what is wrong and where, in printable characters
   */
  public InputException(String message) {
    super(message);
  }
}
