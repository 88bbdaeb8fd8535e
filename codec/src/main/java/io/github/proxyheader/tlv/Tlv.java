/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.tlv;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A vector of a header: a type and a value (rule R41). Immutable.
 *
 * @see Tlvs
 */
public final class Tlv {
  /** The length of the longest value in bytes: the largest number of 16 bits. */
  public static final int MAX_LENGTH = 0xFFFF;

  private static final int SHOWN_BYTES = 32;

  private final int type;
  private final byte[] value;

  private Tlv(int type, byte[] value) {
    this.type = type;
    this.value = value;
  }

  /**
   * Returns a vector with a copy of the given value.
   *
   * @param type 0 to 255, see {@link TlvType}
   * @param value at most {@link #MAX_LENGTH} bytes
   * @throws IllegalArgumentException if the type is not within 0 to 255 or the value is too long
   */
  public static Tlv of(int type, byte[] value) {
    return ofOwned(TlvType.check(type), checkLength(value).clone());
  }

  /** Returns a vector that keeps the given array, which nobody may change any more. */
  static Tlv ofOwned(int type, byte[] value) {
    return new Tlv(type, value);
  }

  /** Returns the value if a vector can hold that many bytes, and throws an exception otherwise. */
  static byte[] checkLength(byte[] value) {
    Objects.requireNonNull(value, "value");
    if (value.length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "value: " + value.length + " bytes (expected: at most " + MAX_LENGTH + ")");
    }
    return value;
  }

  /** Returns the type, 0 to 255, see {@link TlvType}. */
  public int type() {
    return type;
  }

  /** Returns a copy of the value. */
  public byte[] value() {
    return value.clone();
  }

  /** Returns the value itself, which must not be changed. */
  byte[] ownedValue() {
    return value;
  }

  /** Returns the length of the value in bytes. */
  public int length() {
    return value.length;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Tlv other && type == other.type && Arrays.equals(value, other.value);
  }

  @Override
  public int hashCode() {
    return 31 * type + Arrays.hashCode(value);
  }

  /** Returns the name of the type, and the first 32 bytes of the value as hexadecimal digits. */
  @Override
  public String toString() {
    int shown = Math.min(value.length, SHOWN_BYTES);
    String hex = HexFormat.of().formatHex(value, 0, shown);
    String rest = shown < value.length ? "... (" + value.length + " bytes)" : "";
    return TlvType.name(type) + '=' + hex + rest;
  }
}
