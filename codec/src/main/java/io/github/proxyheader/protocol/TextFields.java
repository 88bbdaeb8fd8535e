/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import static io.github.proxyheader.protocol.ProxyHeaderException.Reason;

/**
 * Reads the fields of a version 1 line (rules R16 to R25). Each method reads one field from the
 * current position on, and moves the position behind it.
 *
 * <p>A byte that the grammar does not allow in its place is refused at once, whatever follows it.
 * If the bytes end before it is certain that the field has ended, the result of the method says so,
 * and the line has to be read again when there are more bytes.
 */
abstract class TextFields {
  /** The result of a method that returns a number if the bytes end too early. */
  static final int INCOMPLETE = -1;

  /** The value of each byte as a hexadecimal digit, or -1 if it is none. */
  private static final byte[] HEX_VALUES = hexValues();

  private static final int GROUPS = 8;

  /** How many groups of zeros an IPv4-mapped IPv6 address starts with; the sixth is FFFF. */
  private static final int MAPPED_ZEROS = 5;

  /** The bytes of the line, which may lie in the middle of an array. */
  byte[] line = new byte[0];

  /** The index of the next byte. */
  int at;

  /** The index behind the last byte. */
  int end;

  /** Whether the addresses of a line may be of the other family than the line's protocol. */
  boolean mixedFamilies;

  /** The upper half of the IPv6 address that was read last. */
  long high;

  /** The lower half of the IPv6 address that was read last. */
  long low;

  /** Whether an IPv4 address was read in place of an IPv6 address. */
  boolean sawIpv4;

  private final int[] groups = new int[GROUPS];

  /** Reads an IPv4 address (R17). Returns its 32 bits, or INCOMPLETE. */
  final long ipv4() {
    // Local variables are faster here: the fields would be loaded and stored at each step.
    byte[] bytes = line;
    int i = at;
    int stop = end;
    int address = 0;
    for (int octet = 0; ; octet++) {
      int value = 0;
      int first = i;
      while (i < stop && isDigit(bytes[i])) {
        if (i > first && value == 0) {
          throw badAddress(); // The octet has a leading zero.
        }
        value = 10 * value + bytes[i++] - '0';
        if (value > 0xFF) {
          throw badAddress();
        }
      }
      if (i == first && i < stop) {
        throw badAddress();
      }
      address = address << 8 | value;
      at = i;
      if (octet == 3 && i > first) {
        return address & 0xFFFF_FFFFL;
      }
      if (i == stop) {
        return INCOMPLETE;
      }
      if (bytes[i++] != '.') {
        throw badAddress();
      }
    }
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** Reads a port (R20). Returns it as far as its digits have come, or INCOMPLETE without any. */
  final int port() {
    byte[] bytes = line;
    int i = at;
    int stop = end;
    if (i == stop) {
      return INCOMPLETE;
    }
    int first = i;
    int value = 0;
    while (i < stop && isDigit(bytes[i])) {
      if (i > first && value == 0) {
        throw badPort(); // The port has a leading zero.
      }
      value = 10 * value + bytes[i++] - '0';
      if (value > 0xFFFF) {
        throw badPort();
      }
    }
    if (i == first) {
      throw badPort();
    }
    at = i;
    return value;
  }

  /**
   * Reads an IPv6 address (R18): hexadecimal groups, of which the last two may be in dotted form,
   * as inet_ntop writes them. Sets both halves of the address. Returns false if the bytes end
   * within the address or right behind it.
   */
  final boolean ipv6() {
    int count = 0;
    int gap = -1;
    if (at < end && line[at] == ':') {
      at++;
      if (!colon()) {
        return false;
      }
      gap = 0;
    }
    while (at < end) {
      if (gap == count && line[at] == ' ') { // The address ends with "::".
        return setAddress(count, gap);
      }
      if (count == (gap < 0 ? GROUPS : GROUPS - 1)) {
        throw badAddress();
      }
      int groupStart = at;
      int group = hexadecimal();
      if (at == end) {
        return false;
      }
      byte next = line[at];
      if (next == '.') {
        at = groupStart;
        return dottedTail(count, gap);
      }
      groups[count++] = group;
      if (next == ' ') {
        return setAddress(count, gap);
      }
      if (next != ':' || count == (gap < 0 ? GROUPS : GROUPS - 1)) {
        throw badAddress();
      }
      at++;
      if (at < end && line[at] == ':') {
        if (gap >= 0) {
          throw badAddress();
        }
        gap = count;
        at++;
      }
    }
    return false;
  }

  /** Reads a group of one to four hexadecimal digits. If the bytes end in it, it is of no use. */
  private int hexadecimal() {
    int value = 0;
    int first = at;
    while (at < end) {
      int digit = HEX_VALUES[line[at] & 0xFF];
      if (digit < 0) {
        break;
      }
      if (at - first == 4) {
        throw badAddress();
      }
      value = value << 4 | digit;
      at++;
    }
    if (at == first && at < end) {
      throw badAddress();
    }
    return value;
  }

  /** Returns the table of all bytes' values as hexadecimal digits. */
  private static byte[] hexValues() {
    byte[] values = new byte[256];
    for (int b = 0; b < values.length; b++) {
      values[b] = (byte) (b < 0x80 ? Character.digit(b, 16) : -1);
    }
    return values;
  }

  /**
   * Reads a dotted IPv4 address where a group could stand: the last two groups of an IPv6 address,
   * or in lines of mixed families the whole address.
   */
  private boolean dottedTail(int count, int gap) {
    boolean whole = count == 0 && gap < 0;
    boolean fits = gap < 0 ? count == GROUPS - 2 : count < GROUPS - 2;
    if (whole ? !mixedFamilies : !fits) {
      throw badAddress();
    }
    long address = ipv4();
    if (address < 0) {
      return false;
    }
    if (whole) {
      sawIpv4 = true;
      high = 0;
      low = Addresses.mapped((int) address);
      return true;
    }
    groups[count] = (int) (address >> 16);
    groups[count + 1] = (int) address & 0xFFFF;
    return setAddress(count + 2, gap);
  }

  /**
   * Sets both halves of the address to its groups.
   *
   * @param count how many groups were read
   * @param gap in front of which of them "::" stands for groups of zeros, or -1
   */
  private boolean setAddress(int count, int gap) {
    if (gap < 0 && count != GROUPS) {
      throw badAddress();
    }
    high = 0;
    low = 0;
    for (int i = 0; i < count; i++) {
      int position = gap < 0 || i < gap ? i : GROUPS - count + i;
      long bits = (long) groups[i] << 16 * (3 - position % 4);
      if (position < GROUPS / 2) {
        high |= bits;
      } else {
        low |= bits;
      }
    }
    return true;
  }

  /**
   * Reads an IPv4 address, or the IPv4-mapped IPv6 address that a line of mixed families may have
   * in its place. Returns the 32 bits of the IPv4 address, or INCOMPLETE.
   */
  final long ipv4OrMapped() {
    if (at == end) {
      return INCOMPLETE;
    }
    if (line[at] == '0') {
      if (at + 1 == end) {
        return INCOMPLETE;
      }
      return line[at + 1] == '.' ? ipv4() : mapped();
    }
    return line[at] == ':' ? mapped() : ipv4();
  }

  /**
   * Reads an IPv4-mapped IPv6 address in any spelling: five groups of zeros, FFFF, and 32 bits. An
   * IPv6 address with other bits is refused at its first byte that cannot be part of a mapped one.
   */
  private long mapped() {
    int zeros = 0;
    boolean gap = false;
    if (line[at] == ':') {
      at++;
      if (!colon()) {
        return INCOMPLETE;
      }
      gap = true;
    }
    while (at < end && line[at] == '0') {
      if (zeros == (gap ? MAPPED_ZEROS - 1 : MAPPED_ZEROS)) {
        throw badAddress();
      }
      zeros++;
      for (int first = at; at < end && line[at] == '0' && at - first < 4; ) {
        at++;
      }
      if (!colon()) {
        return INCOMPLETE;
      }
      if (at < end && line[at] == ':') {
        if (gap || zeros == MAPPED_ZEROS) {
          throw badAddress();
        }
        gap = true;
        at++;
      }
    }
    for (int i = 0; i < 4; i++, at++) {
      if (at == end) {
        return INCOMPLETE;
      }
      if (!gap && zeros < MAPPED_ZEROS || HEX_VALUES[line[at] & 0xFF] != 0xF) {
        throw badAddress();
      }
    }
    return colon() ? mappedTail(gap) : INCOMPLETE;
  }

  /** Reads what is behind FFFF: two groups or four octets. */
  private long mappedTail(boolean gap) {
    if (at < end && line[at] == ':' && !gap) {
      at++;
      return at < end && line[at] == ' ' ? 0 : lastGroup();
    }
    int start = at;
    long group = hexadecimal();
    if (at < end && line[at] == '.') {
      at = start;
      return ipv4();
    }
    if (!colon()) {
      return INCOMPLETE;
    }
    if (at < end && line[at] == ':' && !gap) {
      at++;
      if (at == end) {
        return INCOMPLETE;
      }
      if (line[at] != ' ') {
        throw badAddress();
      }
      return group << 16;
    }
    int last = lastGroup();
    return last < 0 ? INCOMPLETE : group << 16 | last;
  }

  /** Reads the last group of an address, which a space must follow. */
  private int lastGroup() {
    int group = hexadecimal();
    if (at == end) {
      return INCOMPLETE;
    }
    if (line[at] != ' ') {
      throw badAddress();
    }
    return group;
  }

  /** Skips a colon within an address; returns false if the bytes end before it. */
  private boolean colon() {
    if (at == end) {
      return false;
    }
    if (line[at] != ':') {
      throw badAddress();
    }
    at++;
    return true;
  }

  /** Skips these bytes. Returns false if the line ends within them. */
  final boolean token(byte[] token) {
    byte[] bytes = line;
    int length = Math.min(token.length, end - at);
    for (int i = 0; i < length; i++) {
      if (bytes[at + i] != token[i]) {
        throw new ProxyHeaderException(
            Reason.TRANSPORT, "the protocol is not TCP4, TCP6 or UNKNOWN");
      }
    }
    at += length;
    return length == token.length;
  }

  /** Skips the byte between two fields. Returns false if the bytes end before it. */
  final boolean separator(char expected) {
    if (at == end) {
      return false;
    }
    if (line[at] != expected) {
      throw new ProxyHeaderException(Reason.SYNTAX, "the fields are not separated by one space");
    }
    at++;
    return true;
  }

  /** R25: Neither a carriage return nor a line feed alone ends a line. */
  final boolean endOfLine() {
    if (at == end) {
      return false;
    }
    if (line[at] != '\r') {
      throw new ProxyHeaderException(Reason.SYNTAX, "the line does not end behind its last field");
    }
    at++;
    if (at == end) {
      return false;
    }
    if (line[at] != '\n') {
      throw new ProxyHeaderException(Reason.SYNTAX, "a carriage return without a line feed");
    }
    at++;
    return true;
  }

  private static ProxyHeaderException badAddress() {
    return new ProxyHeaderException(Reason.ADDRESS, "an address is not one of the line's family");
  }

  private static ProxyHeaderException badPort() {
    return new ProxyHeaderException(
        Reason.PORT, "a port is not a number from 0 to 65535 without leading zeros");
  }
}
