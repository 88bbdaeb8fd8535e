/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import static io.github.proxyheader.protocol.ProxyHeaderException.Reason;

import io.github.proxyheader.tlv.Tlvs;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/**
 * Reads version 1 (rules R16 to R28), given that {@code PROXY} is there.
 *
 * <p>One pass over the bytes that have come, as the grammar goes; a byte that cannot stand where it
 * stands is refused at once, whatever may follow. No string is made. One instance serves a thread:
 * it holds the line and the last IPv6 address, nothing that outlives a call.
 */
final class TextHeader {
  /** The longest line with its end (R21). */
  static final int MAX_LENGTH = 107;

  private static final FastThreadLocal<TextHeader> INSTANCES =
      new FastThreadLocal<>() {
        @Override
        protected TextHeader initialValue() {
          return new TextHeader();
        }
      };

  private static final byte[] TCP = {'T', 'C', 'P'};
  private static final byte[] UNKNOWN = {'U', 'N', 'K', 'N', 'O', 'W', 'N'};

  /** The value of each byte as a hexadecimal digit, -1 if it is none. */
  private static final byte[] HEX_VALUES = hexValues();

  /** What a part returns when the bytes end within it. */
  private static final int INCOMPLETE = -1;

  private static final int GROUPS = 8;

  private final byte[] scratch = new byte[MAX_LENGTH];
  private final int[] groups = new int[GROUPS];
  private byte[] line = scratch;
  private int at;
  private int end;
  private boolean ipv4InTcp6;
  private long high;
  private long low;

  private TextHeader() {}

  /** Returns null if all is well and bytes are missing. */
  static @Nullable ProxyHeader read(ByteBuf in, ProxyHeaderReader reader) {
    return INSTANCES.get().parse(in, reader);
  }

  private @Nullable ProxyHeader parse(ByteBuf in, ProxyHeaderReader reader) {
    int limit = Math.min(MAX_LENGTH, reader.maxHeaderSize());
    int length = Math.min(in.readableBytes(), limit);
    int start;
    if (in.hasArray()) {
      line = in.array();
      start = in.arrayOffset() + in.readerIndex();
    } else {
      line = scratch;
      start = 0;
      int readerIndex = in.readerIndex();
      // Not getBytes: without Unsafe it makes a new view of a direct buffer at each call.
      in.readBytes(scratch, 0, length).readerIndex(readerIndex);
    }
    at = start + Signature.TEXT_LENGTH;
    end = start + length;
    ipv4InTcp6 = reader.allowIpv4InTcp6();
    ProxyHeader header;
    try {
      header = parseLine(reader.acceptUnspec());
    } finally {
      line = scratch; // do not keep the peer's buffer alive
    }
    if (header != null) {
      in.skipBytes(at - start);
    } else if (length == limit) {
      throw new ProxyHeaderException(
          Reason.TOO_LONG, "the line is longer than " + limit + " bytes");
    }
    return header;
  }

  private @Nullable ProxyHeader parseLine(boolean acceptUnspec) {
    if (at == end) {
      return null;
    }
    if (line[at] != ' ') {
      throw new ProxyHeaderException(Reason.SYNTAX, "no space behind PROXY");
    }
    at++;
    if (at == end) {
      return null;
    }
    return line[at] == 'U' ? parseUnknown(acceptUnspec) : parseTcp();
  }

  /** R26: what stands between UNKNOWN and the end of the line is ignored. */
  private @Nullable ProxyHeader parseUnknown(boolean acceptUnspec) {
    if (!acceptUnspec) {
      throw new ProxyHeaderException(Reason.TRANSPORT, "the protocol is not TCP4 or TCP6");
    }
    if (!token(UNKNOWN) || at == end) {
      return null;
    }
    if (line[at] == ' ') {
      while (at < end && line[at] != '\r') {
        if (line[at] == '\n') {
          throw new ProxyHeaderException(Reason.SYNTAX, "a line feed without a carriage return");
        }
        at++;
      }
    } else if (line[at] != '\r') {
      throw new ProxyHeaderException(Reason.TRANSPORT, "the protocol is not TCP4, TCP6 or UNKNOWN");
    }
    return endOfLine() ? AddresslessHeader.UNKNOWN : null;
  }

  private @Nullable ProxyHeader parseTcp() {
    if (!token(TCP) || at == end) {
      return null;
    }
    byte family = line[at];
    if (family != '4' && family != '6') {
      throw new ProxyHeaderException(Reason.TRANSPORT, "the protocol is not TCP4, TCP6 or UNKNOWN");
    }
    at++;
    if (!separator(' ')) {
      return null;
    }
    return family == '4' ? parseTcp4() : parseTcp6();
  }

  private @Nullable ProxyHeader parseTcp4() {
    long source = ipv4();
    if (source < 0 || !separator(' ')) {
      return null;
    }
    long destination = ipv4();
    if (destination < 0 || !separator(' ')) {
      return null;
    }
    int ports = ports();
    if (at == end || !endOfLine()) {
      return null;
    }
    return new Ipv4Header(
        ProxyVersion.V1, ProxyTransport.TCP4, Tlvs.empty(), (int) source, (int) destination, ports);
  }

  private @Nullable ProxyHeader parseTcp6() {
    if (!ipv6() || !separator(' ')) {
      return null;
    }
    long sourceHigh = high;
    long sourceLow = low;
    if (!ipv6() || !separator(' ')) {
      return null;
    }
    int ports = ports();
    if (at == end || !endOfLine()) {
      return null;
    }
    return new Ipv6Header(
        ProxyVersion.V1,
        ProxyTransport.TCP6,
        Tlvs.empty(),
        sourceHigh,
        sourceLow,
        high,
        low,
        ports);
  }

  /** Both ports, the source's in the high half; where the bytes end, so does the position. */
  private int ports() {
    int source = port();
    if (source < 0 || !separator(' ')) {
      return INCOMPLETE;
    }
    return source << 16 | port();
  }

  /** Four octets (R17) as 32 bits, or INCOMPLETE. */
  private long ipv4() {
    // Locals, for the fields would be loaded and stored at each step.
    byte[] bytes = line;
    int i = at;
    int stop = end;
    int address = 0;
    for (int octet = 0; ; octet++) {
      int value = 0;
      int first = i;
      while (i < stop && isDigit(bytes[i])) {
        if (i > first && value == 0) {
          throw badAddress(); // a leading zero
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

  /** A port (R20), or INCOMPLETE before its first digit. */
  private int port() {
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
        throw badPort(); // a leading zero
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
   * Hexadecimal groups (R18), the last two also in dotted form, as inet_ntop writes them. Sets both
   * halves; false if the bytes end within the address or right behind it.
   */
  private boolean ipv6() {
    int count = 0;
    int gap = -1;
    if (at < end && line[at] == ':') {
      at++;
      if (!secondColon()) {
        return false;
      }
      gap = 0;
    }
    while (at < end) {
      if (gap == count && line[at] == ' ') { // ends with ::
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

  private boolean secondColon() {
    if (at == end) {
      return false;
    }
    if (line[at] != ':') {
      throw badAddress();
    }
    at++;
    return true;
  }

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

  private static byte[] hexValues() {
    byte[] values = new byte[256];
    for (int b = 0; b < values.length; b++) {
      values[b] = (byte) (b < 0x80 ? Character.digit(b, 16) : -1);
    }
    return values;
  }

  private boolean dottedTail(int count, int gap) {
    boolean bare = count == 0 && gap < 0;
    boolean fits = gap < 0 ? count == GROUPS - 2 : count < GROUPS - 2;
    if (bare ? !ipv4InTcp6 : !fits) {
      throw badAddress();
    }
    long address = ipv4();
    if (address < 0) {
      return false;
    }
    if (bare) {
      high = 0;
      low = Addresses.mapped((int) address);
      return true;
    }
    groups[count] = (int) (address >> 16);
    groups[count + 1] = (int) address & 0xFFFF;
    return setAddress(count + 2, gap);
  }

  /** Spreads the groups over 128 bits, zeros in the gap. */
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

  private boolean token(byte[] token) {
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

  private boolean separator(char expected) {
    if (at == end) {
      return false;
    }
    if (line[at] != expected) {
      throw new ProxyHeaderException(Reason.SYNTAX, "the fields are not separated by one space");
    }
    at++;
    return true;
  }

  /** R25: neither a lone carriage return nor a lone line feed ends a line. */
  private boolean endOfLine() {
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
