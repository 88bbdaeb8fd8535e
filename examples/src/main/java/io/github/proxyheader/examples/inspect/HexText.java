/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads bytes from hexadecimal text: digits alone, in pairs or groups, as arrays of C and Java and
 * as strings with {@code \x}, and the dumps of xxd, {@code hexdump -C}, {@code od -t x1}, {@code
 * tcpdump -X} and Wireshark.
 */
final class HexText {
  private static final Pattern OFFSET_WITH_COLON =
      Pattern.compile("\\s*(?:0[xX])?([0-9a-fA-F]{4,16}):(?:\\s.*)?");
  private static final Pattern OFFSET_ALONE = Pattern.compile("\\s*([0-9a-fA-F]{4,16})(?:\\s.*)?");
  private static final Pattern FIRST_OFFSET_ALONE =
      Pattern.compile("\\s*(?:0{6,16}\\s+|0{4,5}\\s{2,})[0-9a-fA-F]{2,4}\\b.*");
  private static final Pattern FIRST_OFFSET_WITH_COLON =
      Pattern.compile("\\s*(?:0[xX])?[0-9a-fA-F]{4,16}:\\s.*");
  private static final Pattern BAR_AT_END = Pattern.compile("\\s\\|.*\\|\\s*");

  private static final String SEPARATORS = ":,;-_.{}[]()\"'";

  private final List<String> lines;
  private final int limit;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private HexText(List<String> lines, int limit) {
    this.lines = lines;
    this.limit = limit;
  }

  /**
   * Returns the bytes.
   *
   * @param limit how many bytes there may be
   * @throws InputException if the text is not hexadecimal
   */
  static byte[] parse(String text, int limit) throws InputException {
    HexText hex = new HexText(text.lines().toList(), limit);
    if (hex.isDump()) {
      hex.readDump();
    } else {
      hex.readDigits();
    }
    if (hex.bytes.size() == 0) {
      throw new InputException("there are no hexadecimal digits");
    }
    return hex.bytes.toByteArray();
  }

  private boolean isDump() {
    String first = lines.stream().filter(line -> !line.isBlank()).findFirst().orElse("");
    return FIRST_OFFSET_WITH_COLON.matcher(first).matches()
        || FIRST_OFFSET_ALONE.matcher(first).matches()
        || (OFFSET_ALONE.matcher(first).matches() && BAR_AT_END.matcher(first).find());
  }

  private void readDigits() throws InputException {
    int high = -1;
    for (int number = 1; number <= lines.size(); number++) {
      String line = lines.get(number - 1);
      for (int i = 0; i < line.length(); i++) {
        char c = line.charAt(i);
        boolean isPrefix =
            high < 0 && i + 1 < line.length() && "xX".indexOf(line.charAt(i + 1)) >= 0;
        if (isPrefix && (c == '0' || c == '\\')) {
          i++;
          continue;
        }
        int digit = digit(c);
        if (digit >= 0) {
          if (high >= 0) {
            add(high << 4 | digit);
            high = -1;
          } else {
            high = digit;
          }
        } else if (!Character.isWhitespace(c) && SEPARATORS.indexOf(c) < 0) {
          throw new InputException(
              "line "
                  + number
                  + ", column "
                  + (i + 1)
                  + ": '"
                  + Escapes.text(String.valueOf(c))
                  + "' is no hexadecimal digit");
        } else if (high >= 0) {
          throw new InputException(
              "line " + number + ", column " + (i + 1) + ": half a byte, one digit alone");
        }
      }
    }
    if (high >= 0) {
      throw new InputException("the number of hexadecimal digits is odd");
    }
  }

  private void readDump() throws InputException {
    byte[] previous = {};
    boolean repeat = false;
    long start = -1;
    for (int number = 1; number <= lines.size(); number++) {
      String line = lines.get(number - 1);
      if (line.isBlank()) {
        continue;
      }
      if (line.strip().equals("*")) {
        repeat = true;
        continue;
      }
      boolean colon = OFFSET_WITH_COLON.matcher(line).matches();
      Matcher matcher = (colon ? OFFSET_WITH_COLON : OFFSET_ALONE).matcher(line);
      if (!matcher.matches()) {
        throw new InputException("line " + number + ": there is no offset, as in a dump");
      }
      String offset = matcher.group(1);
      String rest = line.substring(matcher.end(1) + (colon ? 1 : 0));
      if (start < 0) {
        start = colon ? hexadecimal(offset, number) : 0;
      }
      if (repeat) {
        fill(previous, offset, start, number);
        repeat = false;
      }
      requireOffset(offset, start, number, colon);
      previous = dumpLine(rest, number, colon);
      for (byte b : previous) {
        add(b);
      }
    }
    if (repeat) {
      throw new InputException("the dump ends with '*': the offset of its end is missing");
    }
  }

  private void fill(byte[] previous, String offset, long start, int number) throws InputException {
    if (previous.length == 0) {
      throw new InputException("line " + number + ": '*' repeats a line, and there is none");
    }
    long end = hexadecimal(offset, number) - start;
    while (bytes.size() < end) {
      for (byte b : previous) {
        add(b);
      }
    }
  }

  private void requireOffset(String offset, long start, int number, boolean colon)
      throws InputException {
    long expected = start + bytes.size();
    boolean octal =
        !colon && offset.matches("[0-7]+") && Long.parseUnsignedLong(offset, 8) == expected;
    if (!octal && hexadecimal(offset, number) != expected) {
      throw new InputException("line " + number + ": the offset does not follow the line before");
    }
  }

  private static long hexadecimal(String digits, int number) throws InputException {
    if (digits.length() > 12) {
      String rest = digits.substring(0, digits.length() - 12);
      if (!rest.chars().allMatch(c -> c == '0')) {
        throw new InputException("line " + number + ": the offset is too large");
      }
    }
    return Long.parseUnsignedLong(digits, 16);
  }

  private static byte[] dumpLine(String rest, int number, boolean colon) throws InputException {
    String digits = rest.replace('\t', ' ').strip();
    for (String end : colon ? new String[] {"  "} : new String[] {" |", "  >", "   "}) {
      int at = digits.indexOf(end);
      digits = at < 0 ? digits : digits.substring(0, at);
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (String group : digits.split(" +")) {
      if (group.isEmpty()) {
        continue;
      }
      if (!colon && group.length() == 4) {
        throw new InputException(
            "line "
                + number
                + ": words of two bytes in the order of a machine; dump with xxd,"
                + " hexdump -C or od -t x1");
      }
      if (group.length() % 2 != 0 || !group.chars().allMatch(c -> digit((char) c) >= 0)) {
        throw new InputException("line " + number + ": a group is not hexadecimal bytes");
      }
      for (int i = 0; i < group.length(); i += 2) {
        line.write(digit(group.charAt(i)) << 4 | digit(group.charAt(i + 1)));
      }
    }
    return line.toByteArray();
  }

  private static int digit(char c) {
    return c < 128 ? Character.digit(c, 16) : -1;
  }

  private void add(int b) throws InputException {
    if (bytes.size() == limit) {
      throw new InputException("there are more than " + limit + " bytes");
    }
    bytes.write(b);
  }
}
