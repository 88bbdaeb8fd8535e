/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.config;

import io.github.proxyheader.examples.forward.config.ConfigProblem.Code;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The kinds of values that are addresses. */
final class Addresses {
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]|([^:\\[\\]]+)):(0|[1-9][0-9]{0,4})");
  // The last label is no number: that is an address that someone has mistyped.
  private static final Pattern NAME =
      Pattern.compile(
          "(?:[a-zA-Z0-9_](?:[a-zA-Z0-9_-]{0,62})\\.)*[a-zA-Z_][a-zA-Z0-9_-]{0,62}\\.?");
  private static final int MAX_NAME = 253;
  private static final int MAX_PORT = 65_535;

  private Addresses() {}

  /** Where to listen; port 0 is any free one. */
  static InetSocketAddress listen(Object value) throws InvalidValueException {
    String expected = "an IP address and a port, such as \"0.0.0.0:25565\" or \"[::]:25565\"";
    Matcher parts = parts(value, 0, expected);
    InetAddress address = literal(parts);
    if (address == null) {
      throw InvalidValueException.of(value, expected);
    }
    return new InetSocketAddress(address, port(parts));
  }

  static InetSocketAddress loopback(Object value) throws InvalidValueException {
    InetSocketAddress address = listen(value);
    if (!address.getAddress().isLoopbackAddress()) {
      throw InvalidValueException.of(value, "a loopback address, such as \"127.0.0.1:9100\"");
    }
    return address;
  }

  /** Where to connect to; a name is resolved. */
  static InetSocketAddress target(Object value) throws InvalidValueException {
    String expected = "an IP address or a name, and a port, such as \"10.1.0.5:25565\"";
    Matcher parts = parts(value, 1, expected);
    InetAddress address = literal(parts);
    if (address != null) {
      return new InetSocketAddress(address, port(parts));
    }
    String name = parts.group(2);
    if (!isName(name)) {
      throw InvalidValueException.of(value, expected);
    }
    try {
      return new InetSocketAddress(InetAddress.getByName(name), port(parts));
    } catch (UnknownHostException e) {
      throw new InvalidValueException(
          Code.UNKNOWN_HOST, Text.unexpected(value, "a name that has an address"));
    }
  }

  static boolean isName(@Nullable String text) {
    return text != null && text.length() <= MAX_NAME && NAME.matcher(text).matches();
  }

  private static Matcher parts(Object value, int firstPort, String expected)
      throws InvalidValueException {
    Matcher parts = HOST_AND_PORT.matcher(Values.text(value));
    if (!parts.matches()) {
      throw InvalidValueException.of(value, expected);
    }
    if (port(parts) < firstPort || port(parts) > MAX_PORT) {
      throw InvalidValueException.of(value, "a port from " + firstPort + " to " + MAX_PORT);
    }
    return parts;
  }

  private static int port(Matcher parts) {
    return Integer.parseInt(parts.group(3));
  }

  /** Null if it is not an address. Leading zeros are none's business: some read them as octal. */
  private static @Nullable InetAddress literal(Matcher parts) {
    String v6 = parts.group(1);
    String text = v6 != null ? v6 : parts.group(2);
    byte[] address = NetUtil.createByteArrayFromIpAddressString(text);
    if (address == null || v6 == null && !NetUtil.bytesToIpAddress(address).equals(text)) {
      return null;
    }
    if (v6 != null && address.length == 4) {
      return null;
    }
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
