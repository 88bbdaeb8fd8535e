/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.util.NetUtil;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Looks for addresses in what a receiver says of its client. */
final class Belief {
  private static final Pattern TOKEN = Pattern.compile("[0-9a-fA-F:.]{2,64}");

  private Belief() {}

  /** Returns whether a text holds an address in any way to write it, of IPv4 also as mapped. */
  static boolean holds(byte[] text, String address) {
    String words = new String(text, ISO_8859_1);
    if (address.startsWith("unix:")) {
      return words.contains(address.substring("unix:".length()));
    }
    byte[] expected = bytes(ip(address));
    Matcher tokens = TOKEN.matcher(words);
    while (expected != null && tokens.find()) {
      if (isAddress(tokens.group(), expected)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether a text holds a port as a word of its own. */
  static boolean holdsPort(byte[] text, String address) {
    String port = address.substring(address.lastIndexOf(':') + 1);
    String words = new String(text, ISO_8859_1);
    return Pattern.compile("(?<![0-9])" + Pattern.quote(port) + "(?![0-9])").matcher(words).find();
  }

  /** Returns the IP address of an address with a port. */
  static String ip(String address) {
    String host = address.substring(0, Math.max(0, address.lastIndexOf(':')));
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static boolean isAddress(String token, byte[] expected) {
    String text = token;
    while (text.endsWith(".") || (text.endsWith(":") && !text.endsWith("::"))) {
      text = text.substring(0, text.length() - 1);
    }
    int port = text.lastIndexOf(':');
    return Arrays.equals(bytes(text), expected)
        || (port > 0 && Arrays.equals(bytes(text.substring(0, port)), expected));
  }

  /** Returns an IPv4-mapped address as IPv4. */
  private static byte @Nullable [] bytes(String ip) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(ip);
    if (bytes == null || bytes.length == 4) {
      return bytes;
    }
    boolean isMapped = bytes[10] == -1 && bytes[11] == -1;
    for (int i = 0; i < 10; i++) {
      isMapped &= bytes[i] == 0;
    }
    return isMapped ? Arrays.copyOfRange(bytes, 12, 16) : bytes;
  }
}
