/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.protocol.ProxyVersion;
import java.util.List;

/** The byte ranges of a header on which the reader has decided already. */
final class Layout {
  /**
   * The ranges of a refused header.
   *
   * @param rule the rule that is broken
   */
  record Refused(List<Range> ranges, String rule) {}

  private Layout() {}

  static List<Range> accepted(byte[] bytes, int offset, int length, ProxyHeader header) {
    return header.version() == ProxyVersion.V1
        ? new TextLayout(bytes, offset, length).accepted()
        : new BinaryLayout(bytes, offset, length).accepted(header);
  }

  /** Returns the ranges of a header that is refused at the last byte of the given length. */
  static Refused refused(byte[] bytes, int offset, int length, Reason reason, boolean datagram) {
    if (reason == Reason.MISSING) {
      Range range =
          new Range(offset, length, 0, "no header starts with these bytes", "R14 R15", true);
      return new Refused(List.of(range), "R14");
    }
    if (bytes[offset] == 'P') {
      return datagram
          ? new Refused(new TextLayout(bytes, offset, length).refused(reason).ranges(), "R28")
          : new TextLayout(bytes, offset, length).refused(reason);
    }
    return new BinaryLayout(bytes, offset, length).refused(reason);
  }

  static List<Range> truncated(byte[] bytes, int offset, int length) {
    if (length == 0) {
      return List.of();
    }
    return bytes[offset] == 'P'
        ? new TextLayout(bytes, offset, length).accepted()
        : new BinaryLayout(bytes, offset, length).truncated();
  }
}
