/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import org.jspecify.annotations.Nullable;

/** The forwarder could not do what its configuration says; the message tells which rule's. */
public final class ForwarderException extends Exception {
  private static final long serialVersionUID = 1L;

  ForwarderException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
