/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first common name in the subject of a certificate, which is the one that HAProxy sends.
 * The name is read from the DER encoding, because the textual form of a subject escapes characters.
 */
final class CommonName {
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;

  /** The object identifier of a common name, 2.5.4.3. */
  private static final ByteBuffer ID =
      ByteBuffer.wrap(new byte[] {0x55, 0x04, 0x03}).asReadOnlyBuffer();

  private CommonName() {}

  /** Returns the name; null if there is none, or if its bytes do not fit its type. */
  static @Nullable String of(X500Principal subject) {
    try {
      return find(value(ByteBuffer.wrap(subject.getEncoded()), SEQUENCE));
    } catch (BufferUnderflowException | IllegalArgumentException | CharacterCodingException e) {
      return null;
    }
  }

  private static @Nullable String find(ByteBuffer names) throws CharacterCodingException {
    while (names.hasRemaining()) {
      ByteBuffer relativeName = value(names, SET);
      while (relativeName.hasRemaining()) {
        ByteBuffer attribute = value(relativeName, SEQUENCE);
        if (value(attribute, OBJECT_IDENTIFIER).equals(ID)) {
          Charset charset = charset(attribute.get());
          return charset.newDecoder().decode(value(attribute)).toString();
        }
      }
    }
    return null;
  }

  private static Charset charset(int tag) {
    return switch (tag) {
      case 0x0C -> StandardCharsets.UTF_8;
      case 0x13, 0x16 -> StandardCharsets.US_ASCII; // PrintableString, IA5String
      case 0x14 -> StandardCharsets.ISO_8859_1; // TeletexString, as other libraries read it
      case 0x1E -> StandardCharsets.UTF_16BE; // BMPString
      default -> throw new IllegalArgumentException("tag: " + tag + " (expected: a string)");
    };
  }

  /** Reads an element that must have a tag, and returns its content. */
  private static ByteBuffer value(ByteBuffer in, int tag) {
    int found = in.get();
    if (found != tag) {
      throw new IllegalArgumentException("tag: " + found + " (expected: " + tag + ")");
    }
    return value(in);
  }

  /** Reads an element behind its tag, and returns its content. */
  private static ByteBuffer value(ByteBuffer in) {
    int length = in.get() & 0xFF;
    if (length > 0x7F) {
      int digits = length & 0x7F;
      length = 0;
      for (int i = 0; i < digits; i++) {
        length = length << 8 | in.get() & 0xFF;
      }
    }
    ByteBuffer value = in.slice().limit(length);
    in.position(in.position() + length);
    return value;
  }
}
