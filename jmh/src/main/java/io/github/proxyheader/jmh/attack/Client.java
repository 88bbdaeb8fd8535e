/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh.attack;

import java.nio.charset.StandardCharsets;

/** What a slow client sends, after it has connected. */
enum Client {
  SILENT("nothing", false, ""),
  DRIPPING("a byte a second", true, "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443"),
  ANNOUNCING(
      "a header that announces 65,535 bytes", false, "\r\n\r\n\0\r\nQUIT\n!\u0011\u00ff\u00ff");

  private final String text;
  private final boolean dripping;
  private final String bytes;

  Client(String text, boolean dripping, String bytes) {
    this.text = text;
    this.dripping = dripping;
    this.bytes = bytes;
  }

  String text() {
    return text;
  }

  /** Whether the bytes leave one a second, or all at once. */
  boolean isDripping() {
    return dripping;
  }

  byte[] bytes() {
    return bytes.getBytes(StandardCharsets.ISO_8859_1);
  }
}
