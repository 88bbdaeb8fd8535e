/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.config;

import io.github.proxyheader.examples.forward.config.ConfigProblem.Code;

/** A value of the file can not be what its key is for. */
final class InvalidValueException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Code code;

  InvalidValueException(Code code, String message) {
    super(message);
    this.code = code;
  }

  /** With the text {@code value (expected: …)}. */
  static InvalidValueException of(Object value, String expected) {
    return new InvalidValueException(Code.INVALID_VALUE, Text.unexpected(value, expected));
  }

  static InvalidValueException wrongType(Object value, String expected) {
    return new InvalidValueException(Code.WRONG_TYPE, Text.unexpected(value, expected));
  }

  Code code() {
    return code;
  }
}
