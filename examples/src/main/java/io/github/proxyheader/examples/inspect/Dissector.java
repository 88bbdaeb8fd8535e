/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

import io.github.proxyheader.protocol.HeaderPresence;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.github.proxyheader.protocol.ProxyVersion;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the headers at the start of bytes apart. Whether a header is valid, and at which byte it is
 * not, is decided by {@link ProxyHeaderReader} alone. A dissector is immutable.
 */
public final class Dissector {
  /** The size of the largest header that the protocol allows. */
  public static final int MAX_HEADER_SIZE = 65_551;

  /** How many headers in a row are taken apart. */
  private static final int MAX_CHAIN = 16;

  private final ProxyHeaderReader streams;
  private final ProxyHeaderReader datagrams;

  /**
   * Creates a dissector.
   *
   * @param maxHeaderSize 16 to 65,551: larger headers are refused
   */
  public Dissector(int maxHeaderSize) {
    streams = ProxyHeaderReader.builder().maxHeaderSize(maxHeaderSize).build();
    datagrams =
        ProxyHeaderReader.builder()
            .maxHeaderSize(maxHeaderSize)
            .versions(ProxyVersion.V2) // R28
            .build();
  }

  /** Returns the headers at the start of a stream of which no more bytes come. */
  public Dissection stream(String where, byte[] bytes) {
    return dissect(where, bytes, false);
  }

  /** Returns the headers at the start of a datagram. */
  public Dissection datagram(String where, byte[] bytes) {
    return dissect(where, bytes, true);
  }

  /** Returns whether bytes start with a header, valid or not. */
  HeaderPresence detect(byte[] bytes, int length) {
    return streams.detect(Unpooled.wrappedBuffer(bytes, 0, length));
  }

  /**
   * Returns whether the verdict on the headers at the start of a stream needs more bytes. Bytes
   * behind a header can be those of a further header.
   */
  boolean needsMore(byte[] bytes, int length) {
    int offset = 0;
    for (int i = 0; i < MAX_CHAIN; i++) {
      ByteBuf rest = Unpooled.wrappedBuffer(bytes, offset, length - offset);
      if (i > 0 && streams.detect(rest) != HeaderPresence.PRESENT) {
        return streams.detect(rest) == HeaderPresence.UNDECIDED;
      }
      try {
        if (streams.read(rest) == null) {
          return true;
        }
      } catch (ProxyHeaderException e) {
        return false;
      }
      offset += rest.readerIndex();
    }
    return false;
  }

  private Dissection dissect(String where, byte[] bytes, boolean datagram) {
    List<Finding> findings = new ArrayList<>();
    int offset = 0;
    boolean more = true;
    while (more) {
      Finding finding = find(bytes, offset, datagram);
      findings.add(finding);
      offset = finding.offset() + finding.length();
      more =
          finding.isValid()
              && findings.size() < MAX_CHAIN
              && streams.detect(Unpooled.wrappedBuffer(bytes, offset, bytes.length - offset))
                  == HeaderPresence.PRESENT;
    }
    return new Dissection(where, bytes, List.copyOf(findings));
  }

  private Finding find(byte[] bytes, int offset, boolean datagram) {
    ProxyHeaderReader reader = datagram ? datagrams : streams;
    ByteBuf in = Unpooled.wrappedBuffer(bytes, offset, bytes.length - offset);
    ProxyHeaderException refusal;
    try {
      ProxyHeader header = reader.read(in);
      if (header != null) {
        int length = in.readerIndex();
        return new Finding(
            offset, length, header, null, Layout.accepted(bytes, offset, length, header));
      }
      return truncated(bytes, offset, datagram);
    } catch (ProxyHeaderException e) {
      refusal = e;
    }
    int length = refusedLength(reader, bytes, offset);
    Layout.Refused layout = Layout.refused(bytes, offset, length, refusal.reason(), datagram);
    return new Finding(
        offset,
        length,
        null,
        new Refusal(offset + length - 1, refusal.reason(), layout.rule(), message(refusal)),
        layout.ranges());
  }

  private static String message(ProxyHeaderException refusal) {
    String message = refusal.getMessage();
    return message == null ? "refused" : message;
  }

  private static Finding truncated(byte[] bytes, int offset, boolean datagram) {
    int length = bytes.length - offset;
    return new Finding(
        offset,
        length,
        null,
        new Refusal(
            bytes.length,
            Reason.TRUNCATED,
            datagram ? "R10" : "R4",
            "the bytes end before the header is complete"),
        Layout.truncated(bytes, offset, length));
  }

  /**
   * Returns how many bytes the reader needs until it refuses them. It refuses at the first byte
   * that no header can have in its place, and never changes its mind when more bytes come.
   */
  private static int refusedLength(ProxyHeaderReader reader, byte[] bytes, int offset) {
    int accepted = 0;
    int refused = bytes.length - offset;
    while (refused - accepted > 1) {
      int middle = (accepted + refused) >>> 1;
      if (refuses(reader, Unpooled.wrappedBuffer(bytes, offset, middle)) == null) {
        accepted = middle;
      } else {
        refused = middle;
      }
    }
    return refused;
  }

  private static @Nullable ProxyHeaderException refuses(ProxyHeaderReader reader, ByteBuf bytes) {
    try {
      reader.read(bytes);
      return null;
    } catch (ProxyHeaderException e) {
      return e;
    }
  }
}
