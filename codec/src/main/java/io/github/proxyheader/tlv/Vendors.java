/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.tlv;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads and writes the values of the vendors' types (rule R53). Vendors share their types, so each
 * method that reads returns empty for a value that is another vendor's, or malformed.
 */
final class Vendors {
  private static final int AWS_VPC_ENDPOINT_ID = 0x01;
  private static final int AZURE_LINK_ID = 0x01;

  private Vendors() {}

  /** Returns the bytes behind the sub-type, if the value starts with this one. */
  static Optional<byte[]> ofSubType(byte[] value, int subType) {
    return value.length > 0 && (value[0] & 0xFF) == subType
        ? Optional.of(Arrays.copyOfRange(value, 1, value.length))
        : Optional.empty();
  }

  static Optional<String> readAwsVpcEndpointId(byte[] value) {
    return ofSubType(value, AWS_VPC_ENDPOINT_ID)
        .flatMap(Text::ascii)
        .filter(Vendors::isAwsVpcEndpointId);
  }

  static byte[] writeAwsVpcEndpointId(String id) {
    if (!isAwsVpcEndpointId(Objects.requireNonNull(id, "awsVpcEndpointId"))) {
      throw new IllegalArgumentException(
          "awsVpcEndpointId: (expected: letters, digits and hyphens)");
    }
    byte[] text = Text.encodeAscii("awsVpcEndpointId", id);
    byte[] value = new byte[1 + text.length];
    value[0] = AWS_VPC_ENDPOINT_ID;
    System.arraycopy(text, 0, value, 1, text.length);
    return value;
  }

  private static boolean isAwsVpcEndpointId(String id) {
    return !id.isEmpty() && id.chars().allMatch(Vendors::isLetterDigitOrHyphen);
  }

  private static boolean isLetterDigitOrHyphen(int c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-';
  }

  static Optional<Long> readAzureLinkId(byte[] value) {
    return ofSubType(value, AZURE_LINK_ID)
        .filter(id -> id.length == Integer.BYTES)
        .map(id -> Integer.reverseBytes(Framing.intAt(id, 0)) & 0xFFFF_FFFFL);
  }

  static byte[] writeAzureLinkId(long id) {
    if (id < 0 || id > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException(
          "azurePrivateEndpointLinkId: " + id + " (expected: 0 to 4294967295)");
    }
    return new byte[] {
      AZURE_LINK_ID, (byte) id, (byte) (id >> 8), (byte) (id >> 16), (byte) (id >> 24)
    };
  }

  static Optional<Long> readGcpConnectionId(byte[] value) {
    return value.length == Long.BYTES
        ? Optional.of((long) Framing.intAt(value, 0) << 32 | Framing.intAt(value, 4) & 0xFFFF_FFFFL)
        : Optional.empty();
  }

  static byte[] writeGcpConnectionId(long id) {
    byte[] value = new byte[Long.BYTES];
    for (int i = 0; i < Long.BYTES; i++) {
      value[i] = (byte) (id >> 8 * (Long.BYTES - 1 - i));
    }
    return value;
  }
}
