/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.tlv;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/**
 * Text inside a vector. What a peer wrote is given out only where all of it is valid and holds no
 * control character or line separator: such a text goes into log lines and other protocols'
 * headers.
 */
final class Text {
  private Text() {}

  static Optional<String> utf8(byte[] value) {
    return decode(value, StandardCharsets.UTF_8);
  }

  static Optional<String> ascii(byte[] value) {
    return decode(value, StandardCharsets.US_ASCII);
  }

  private static Optional<String> decode(byte[] value, Charset charset) {
    String text;
    try {
      text = charset.newDecoder().decode(ByteBuffer.wrap(value)).toString();
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
    return text.chars().anyMatch(Text::breaksLines) ? Optional.empty() : Optional.of(text);
  }

  private static boolean breaksLines(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
      default -> false;
    };
  }

  /** The bytes of a text that its typed view will give back unchanged. */
  static byte[] encodeUtf8(String name, String text) {
    return encode(name, text, StandardCharsets.UTF_8);
  }

  static byte[] encodeAscii(String name, String text) {
    return encode(name, text, StandardCharsets.US_ASCII);
  }

  private static byte[] encode(String name, String text, Charset charset) {
    byte[] bytes = Objects.requireNonNull(text, name).getBytes(charset);
    if (!decode(bytes, charset).equals(Optional.of(text))) {
      throw new IllegalArgumentException(
          name + ": not " + charset + " text without control characters");
    }
    return bytes;
  }
}
