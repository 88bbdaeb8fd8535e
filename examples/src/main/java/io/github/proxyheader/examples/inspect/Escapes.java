/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Turns bytes and text of peers into printable ASCII, so that no terminal acts on them. */
public final class Escapes {
  private Escapes() {}

  /** Returns bytes as printable ASCII; every other byte, and the backslash, is escaped. */
  public static String bytes(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    for (byte b : bytes) {
      switch (b) {
        case '\r' -> text.append("\\r");
        case '\n' -> text.append("\\n");
        case '\t' -> text.append("\\t");
        case '\\' -> text.append("\\\\");
        default -> {
          if (b >= ' ' && b <= '~') {
            text.append((char) b);
          } else {
            text.append("\\x").append(HexFormat.of().toHexDigits(b));
          }
        }
      }
    }
    return text.toString();
  }

  /** Returns text as printable ASCII; the bytes of its UTF-8 form are escaped as needed. */
  public static String text(String text) {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }
}
