/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** Headers put together by hand, right and wrong, without the code under test. */
public final class Bytes {
  private static final byte[] SIGNATURE = hex("0d0a0d0a000d0a515549540a");

  private Bytes() {}

  public static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  /** The low byte of every character. */
  public static byte[] text(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  public static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  public static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  /** A vector whose length is right. */
  public static byte[] tlv(int type, byte[]... value) {
    byte[] all = concat(value);
    return concat(new byte[] {(byte) type, (byte) (all.length >> 8), (byte) all.length}, all);
  }

  /** A binary header whose length is right. */
  public static byte[] binary(int versionAndCommand, int transport, byte[]... body) {
    byte[] all = concat(body);
    return concat(fixedPart(versionAndCommand, transport, all.length), all);
  }

  /** The first 16 bytes of a binary header. */
  public static byte[] fixedPart(int versionAndCommand, int transport, int length) {
    return concat(
        SIGNATURE,
        new byte[] {
          (byte) versionAndCommand, (byte) transport, (byte) (length >> 8), (byte) length
        });
  }

  /** The 108 bytes of a unix address. */
  public static byte[] path(String path) {
    return Arrays.copyOf(path.getBytes(StandardCharsets.UTF_8), 108);
  }
}
