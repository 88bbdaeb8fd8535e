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
 * Reads version 1 (rules R16 to R28). The caller has found {@code PROXY} at the start.
 *
 * <p>The bytes that have come are read in one pass, field after field, and no string is made. Each
 * thread has one instance, which it uses for every line that it reads; nothing in it is of use
 * after a call.
 */
final class TextHeader extends TextFields {
  /** The length of the longest line, with its CRLF (R21). */
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

  /** The line, if it is not in an array that can be read directly. */
  private final byte[] scratch = new byte[MAX_LENGTH];

  private TextHeader() {}

  /** Returns the header, or null if it is not complete and nothing is wrong so far. */
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
    mixedFamilies = reader.allowMixedFamilies();
    sawIpv4 = false;
    ProxyHeader header;
    try {
      header = parseLine(reader);
    } finally {
      line = scratch; // The thread must not keep the peer's buffer alive.
    }
    if (header != null) {
      in.skipBytes(at - start);
    } else if (length == limit) {
      throw new ProxyHeaderException(
          Reason.TOO_LONG, "the line is longer than " + limit + " bytes");
    }
    return header;
  }

  private @Nullable ProxyHeader parseLine(ProxyHeaderReader reader) {
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
    return line[at] == 'U' ? parseUnknown(reader) : parseTcp(reader);
  }

  /** R26: Skips what stands between UNKNOWN and the end of the line. */
  private @Nullable ProxyHeader parseUnknown(ProxyHeaderReader reader) {
    if (!reader.accepts(ProxyTransport.UNSPEC)) {
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

  private @Nullable ProxyHeader parseTcp(ProxyHeaderReader reader) {
    if (!reader.accepts(ProxyTransport.TCP4) && !reader.accepts(ProxyTransport.TCP6)) {
      throw notAccepted();
    }
    if (!token(TCP) || at == end) {
      return null;
    }
    byte family = line[at];
    if (family != '4' && family != '6') {
      throw new ProxyHeaderException(Reason.TRANSPORT, "the protocol is not TCP4, TCP6 or UNKNOWN");
    }
    if (!reader.accepts(family == '4' ? ProxyTransport.TCP4 : ProxyTransport.TCP6)) {
      throw notAccepted();
    }
    at++;
    if (!separator(' ')) {
      return null;
    }
    return family == '4' ? parseTcp4() : parseTcp6(reader);
  }

  private @Nullable ProxyHeader parseTcp4() {
    long source = mixedFamilies ? ipv4OrMapped() : ipv4();
    if (source < 0 || !separator(' ')) {
      return null;
    }
    long destination = mixedFamilies ? ipv4OrMapped() : ipv4();
    if (destination < 0 || !separator(' ')) {
      return null;
    }
    int ports = ports();
    if (at == end || !endOfLine()) {
      return null;
    }
    return tcp4((int) source, (int) destination, ports);
  }

  private @Nullable ProxyHeader parseTcp6(ProxyHeaderReader reader) {
    if (!ipv6() || !separator(' ')) {
      return null;
    }
    long sourceHigh = high;
    long sourceLow = low;
    if (!ipv6()) {
      return null;
    }
    // A line of mixed families whose addresses are both IPv4 means TCP4, and is written so again.
    boolean meansTcp4 =
        sawIpv4 && Addresses.isMapped(sourceHigh, sourceLow) && Addresses.isMapped(high, low);
    if (meansTcp4 && !reader.accepts(ProxyTransport.TCP4)) {
      throw notAccepted();
    }
    if (!separator(' ')) {
      return null;
    }
    int ports = ports();
    if (at == end || !endOfLine()) {
      return null;
    }
    return meansTcp4
        ? tcp4((int) sourceLow, (int) low, ports)
        : new Ipv6Header(
            ProxyVersion.V1,
            ProxyTransport.TCP6,
            Tlvs.empty(),
            sourceHigh,
            sourceLow,
            high,
            low,
            ports);
  }

  private static ProxyHeader tcp4(int source, int destination, int ports) {
    return new Ipv4Header(
        ProxyVersion.V1, ProxyTransport.TCP4, Tlvs.empty(), source, destination, ports);
  }

  /**
   * Reads both ports and returns them as 32 bits, the source's first. If the bytes end within them,
   * the position is at the end then.
   */
  private int ports() {
    int source = port();
    if (source < 0 || !separator(' ')) {
      return INCOMPLETE;
    }
    return source << 16 | port();
  }

  private static ProxyHeaderException notAccepted() {
    return new ProxyHeaderException(Reason.TRANSPORT, "the protocol of the line is not accepted");
  }
}
