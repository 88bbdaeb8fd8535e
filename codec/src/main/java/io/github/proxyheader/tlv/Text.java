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
 * Decodes and encodes the text of vectors. Text that a peer wrote is given out only if all of its
 * bytes are valid and it holds no control character and no line separator, because applications put
 * it into log lines and into the headers of other protocols.
 */
final class Text {
  private Text() {}

  /** Returns the text that the bytes are in UTF-8, or empty if it must not be given out. */
  static Optional<String> utf8(byte[] value) {
    return decode(value, StandardCharsets.UTF_8);
  }

  /** Returns the text that the bytes are in US-ASCII, or empty if it must not be given out. */
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

  /**
   * Returns the bytes of a text in UTF-8. {@link #utf8} returns the same text for them; a text for
   * which this is not so is refused.
   */
  static byte[] encodeUtf8(String name, String text) {
    return encode(name, text, StandardCharsets.UTF_8);
  }

  /** Returns the bytes of a text in US-ASCII, for which the same holds with {@link #ascii}. */
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
