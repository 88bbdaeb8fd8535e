/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.config;

import static java.util.stream.Collectors.joining;

import io.github.proxyheader.examples.forward.config.Section.Parser;
import io.github.proxyheader.handler.TrustedProxies;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The kinds of values that are no addresses and no PEM files. */
final class Values {
  /** The shortest time-out. */
  static final Duration MILLISECOND = Duration.ofMillis(1);

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,8})(ms|s|m|h)");
  private static final Duration LONGEST = Duration.ofHours(24);
  private static final int MAX_NAME = 64;
  private static final int MAX_ALPN = 255;

  private Values() {}

  static String text(Object value) throws InvalidValueException {
    if (value instanceof String text) {
      return text;
    }
    throw InvalidValueException.wrongType(value, "a text in quotes");
  }

  static boolean flag(Object value) throws InvalidValueException {
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw InvalidValueException.wrongType(value, "true or false");
  }

  static Parser<Integer> number(int first, int last) {
    return value -> {
      String expected = "a number from " + first + " to " + last;
      if (!(value instanceof Long number)) {
        throw InvalidValueException.wrongType(value, expected);
      }
      if (number < first || number > last) {
        throw InvalidValueException.of(value, expected);
      }
      return number.intValue();
    };
  }

  /** A time from the shortest to 24 hours. */
  static Parser<Duration> duration(Duration shortest) {
    return value -> {
      Matcher parts = DURATION.matcher(text(value));
      if (!parts.matches()) {
        throw InvalidValueException.of(
            value, "a time such as \"500ms\", \"10s\", \"5m\" or \"1h\"");
      }
      Duration duration = duration(Long.parseLong(parts.group(1)), parts.group(2));
      if (duration.compareTo(shortest) < 0 || duration.compareTo(LONGEST) > 0) {
        throw InvalidValueException.of(
            value, "from " + shortest.toMillis() + "ms to " + LONGEST.toHours() + "h");
      }
      return duration;
    };
  }

  private static Duration duration(long number, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }

  static <E extends Enum<E>> Parser<E> oneOf(Class<E> type) {
    return value -> {
      String text = text(value);
      for (E constant : type.getEnumConstants()) {
        if (text.equals(word(constant))) {
          return constant;
        }
      }
      throw InvalidValueException.of(
          value,
          Stream.of(type.getEnumConstants())
              .map(constant -> '"' + word(constant) + '"')
              .collect(joining(" or ")));
    };
  }

  /** The word that stands for a constant in the file. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static String name(Object value) throws InvalidValueException {
    String name = text(value);
    if (name.isBlank()
        || name.length() > MAX_NAME
        || !name.codePoints().allMatch(Text::isVisible)) {
      throw InvalidValueException.of(value, "1 to " + MAX_NAME + " visible characters");
    }
    return name;
  }

  /** A file, whose name messages can hold. */
  static Path file(Path folder, Object value) throws InvalidValueException {
    String name = text(value);
    try {
      if (!name.isBlank() && name.codePoints().allMatch(Text::isVisible)) {
        return folder.resolve(name);
      }
    } catch (InvalidPathException e) {
      // Told below.
    }
    throw InvalidValueException.of(value, "a file's name, of visible characters");
  }

  static String cidr(Object value) throws InvalidValueException {
    String cidr = text(value);
    try {
      TrustedProxies.of(cidr);
      return cidr;
    } catch (IllegalArgumentException e) {
      throw InvalidValueException.of(
          value, "an address or a range of addresses, such as \"10.0.0.0/8\"");
    }
  }

  static String alpn(Object value) throws InvalidValueException {
    String protocol = text(value);
    boolean ascii = protocol.chars().allMatch(character -> character > ' ' && character < 127);
    if (protocol.isEmpty() || protocol.length() > MAX_ALPN || !ascii) {
      throw InvalidValueException.of(
          value, "1 to " + MAX_ALPN + " visible ASCII characters, such as \"h2\"");
    }
    return protocol;
  }
}
