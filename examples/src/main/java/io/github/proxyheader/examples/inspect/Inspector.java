/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.proxyheader.examples.inspect.Inspection.Format;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds out what an input is, and takes its headers apart. An inspector is immutable. */
public final class Inspector {
  /** How many bytes of text or of raw bytes are read; captures may be of any size. */
  static final int MAX_INPUT = 16 << 20;

  private final Dissector dissector;
  private final int limit;

  /**
   * Creates an inspector.
   *
   * @param maxHeaderSize 16 to 65,551: larger headers are refused
   * @param limit how many connections and datagrams of a capture are kept
   */
  public Inspector(int maxHeaderSize, int limit) {
    dissector = new Dissector(maxHeaderSize);
    this.limit = limit;
  }

  /**
   * Inspects an input to its end.
   *
   * @param source its name, in printable ASCII
   * @param format what it is, or null to find that out
   * @throws InputException if the input is not what it has to be
   */
  public Inspection inspect(String source, InputStream input, @Nullable Format format)
      throws IOException {
    BufferedInputStream in = new BufferedInputStream(input, 1 << 16);
    in.mark(16);
    byte[] start = in.readNBytes(16);
    in.reset();
    if (format == Format.PCAP || format == null && CaptureReader.isCapture(start)) {
      return CaptureInspector.read(source, in, dissector, limit);
    }
    byte[] bytes = in.readNBytes(MAX_INPUT + 1);
    if (bytes.length > MAX_INPUT) {
      throw new InputException("there are more than " + MAX_INPUT + " bytes");
    }
    if (bytes.length == 0) {
      throw new InputException("there are no bytes");
    }
    Format found = format == null ? detect(bytes) : format;
    return new Inspection(
        source, found, List.of(dissector.stream(source, decode(bytes, found))), null);
  }

  private static byte[] decode(byte[] bytes, Format format) throws InputException {
    return switch (format) {
      case HEX -> HexText.parse(new String(bytes, ISO_8859_1), MAX_INPUT);
      case BASE64 -> base64(new String(bytes, ISO_8859_1));
      default -> bytes;
    };
  }

  private Format detect(byte[] bytes) throws InputException {
    if (bytes.length > 1 && (bytes[0] & 0xFF) == 0x1F && (bytes[1] & 0xFF) == 0x8B) {
      throw new InputException("this is compressed by gzip; decompress it first");
    }
    if (!isText(bytes) || new String(bytes, ISO_8859_1).startsWith("PROXY")) {
      return Format.RAW;
    }
    try {
      decode(bytes, Format.HEX);
      return Format.HEX;
    } catch (InputException notHex) {
      try {
        decode(bytes, Format.BASE64);
        return Format.BASE64;
      } catch (InputException notBase64) {
        throw new InputException(
            "this is no hexadecimal text ("
                + notHex.getMessage()
                + ") and no base64; with --format raw it is taken as the bytes themselves");
      }
    }
  }

  private static boolean isText(byte[] bytes) {
    for (byte b : bytes) {
      boolean isSpace = b == '\t' || b == '\n' || b == '\r' || b == '\f';
      if (!isSpace && (b < ' ' || b > '~')) {
        return false;
      }
    }
    return true;
  }

  private static byte[] base64(String text) throws InputException {
    String digits = text.replaceAll("\\s", "");
    boolean url = digits.indexOf('-') >= 0 || digits.indexOf('_') >= 0;
    try {
      byte[] bytes = (url ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(digits);
      if (bytes.length == 0) {
        throw new InputException("there are no base64 digits");
      }
      return bytes;
    } catch (IllegalArgumentException e) {
      throw new InputException("this is no base64");
    }
  }
}
