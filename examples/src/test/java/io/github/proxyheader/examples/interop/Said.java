/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBufUtil;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What a program said of its client, as a few letters. */
final class Said {
  /** The program did not serve the client. */
  static final String REFUSED = "x";

  /** The program served the client, and named the address of the connection. */
  static final String CONNECTION = "L";

  /** The program served the client, and named the path of a unix socket. */
  static final String UNIX = "U";

  /** The program served the client, and named no address. */
  static final String SERVED = "ok";

  private static final String SWAPPED_PORT = ":28338";
  private static final List<String> SOURCES =
      List.of("203.0.113.7", "2001:db8::7", "2001:db8:0:0:0:0:0:7", "2001:0db8::7");
  private static final List<String> MAPPED_SOURCES =
      List.of("::ffff:203.0.113.7", "::ffff:cb00:7107", "0:0:0:0:0:ffff:cb00:7107");
  private static final List<String> DESTINATIONS =
      List.of("198.51.100.9", "2001:db8:1::9", "2001:db8:1:0:0:0:0:9");
  private static final List<String> WRONG_ADDRESSES = List.of("999.0.0.1", "231.0.0.1");

  private Said() {}

  /**
   * Returns {@code A} if the source's address was named ({@code m}: in its IPv4-mapped form), with
   * {@code p} for its port, {@code s} for its port with its two bytes swapped, {@code d} for the
   * destination's address, {@code t} for the contents of a vector; one of the constants; or an
   * address that the program took and that is none.
   */
  static String of(String text) {
    if (text.isEmpty()) {
      return REFUSED;
    }
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.contains(Headers.UNIX_SOURCE)) {
      return UNIX;
    }
    boolean mapped = containsAny(lower, MAPPED_SOURCES);
    if (mapped || containsAny(lower, SOURCES)) {
      return "A"
          + (mapped ? "m" : "")
          + (lower.contains("45678") ? "p" : "")
          + (lower.contains(SWAPPED_PORT) ? "s" : "")
          + (containsAny(lower, DESTINATIONS) ? "d" : "")
          + (showsVector(lower) ? "t" : "");
    }
    for (String wrong : WRONG_ADDRESSES) {
      if (lower.contains(wrong)) {
        return wrong;
      }
    }
    return lower.contains("127.0.0.1") ? CONNECTION : SERVED;
  }

  private static boolean showsVector(String text) {
    return Stream.of(Headers.AUTHORITY, Headers.COMMON_NAME)
        .anyMatch(
            value ->
                text.contains(value)
                    || text.contains(ByteBufUtil.hexDump(value.getBytes(US_ASCII))));
  }

  private static boolean containsAny(String text, List<String> parts) {
    return parts.stream().anyMatch(text::contains);
  }
}
