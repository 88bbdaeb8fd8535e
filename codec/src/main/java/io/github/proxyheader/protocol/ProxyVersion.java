/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

/** The version of a header. */
public enum ProxyVersion {
  /** The header is a line of text (section 2.1 of the protocol text). */
  V1(1),
  /** The header is binary and can have vectors (section 2.2 of the protocol text). */
  V2(2);

  private final byte number;

  ProxyVersion(int number) {
    this.number = (byte) number;
  }

  static ProxyVersion of(byte number) {
    return number == 1 ? V1 : V2;
  }

  byte number() {
    return number;
  }
}
