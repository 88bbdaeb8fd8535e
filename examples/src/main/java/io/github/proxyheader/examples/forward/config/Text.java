/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.config;

import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/** Values of the file in messages: short, and without what could change a terminal. */
final class Text {
  private static final int MAX_CHARACTERS = 100;

  private Text() {}

  static String unexpected(Object value, String expected) {
    return shown(value) + " (expected: " + expected + ")";
  }

  static String shown(Object value) {
    if (value instanceof TomlTable) {
      return "a table";
    }
    if (value instanceof TomlArray) {
      return "an array";
    }
    return value instanceof String text
        ? '"' + escaped(text.replace("\\", "\\\\").replace("\"", "\\\"")) + '"'
        : escaped(value.toString());
  }

  /** Cuts what is long, and writes all but visible characters as {@code \}{@code u000a}. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints().limit(MAX_CHARACTERS).forEach(character -> append(escaped, character));
    return text.codePointCount(0, text.length()) > MAX_CHARACTERS
        ? escaped.append("...").toString()
        : escaped.toString();
  }

  private static void append(StringBuilder escaped, int character) {
    if (isVisible(character)) {
      escaped.appendCodePoint(character);
    } else {
      escaped.append("\\u%04x".formatted(character));
    }
  }

  static boolean isVisible(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
