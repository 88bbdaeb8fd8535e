/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Writes headers. The methods keep no state and are safe for use by several threads at once.
 *
 * <p>A version 2 header that was read with addresses is written with the same bytes again. LOCAL
 * and UNSPEC are written in one form, whatever they were read from: their family is 0, their
 * vectors follow the length (R59, R60), and their checksum is computed anew.
 */
public final class ProxyHeaderWriter {
  private static final int PROXY = BinaryHeader.VERSION << 4 | 1;
  private static final int LOCAL = BinaryHeader.VERSION << 4;

  private ProxyHeaderWriter() {}

  /** Returns how many bytes a header takes on the wire, which are at most 65,551. */
  public static int length(ProxyHeader header) {
    return header.version() == ProxyVersion.V1
        ? TextLine.of(header).length()
        : BinaryHeader.FIXED_PART + bodyLength(header);
  }

  /**
   * Appends a header to a buffer, whose capacity grows as needed.
   *
   * @param out a buffer of Netty's default byte order, big-endian
   */
  public static void write(ProxyHeader header, ByteBuf out) {
    if (header.version() == ProxyVersion.V1) {
      TextLine.of(header).writeTo(out);
    } else {
      writeBinary(header, out);
    }
  }

  /** Returns the bytes of a header. */
  public static byte[] toBytes(ProxyHeader header) {
    byte[] bytes = new byte[length(header)];
    write(header, Unpooled.wrappedBuffer(bytes).clear());
    return bytes;
  }

  private static void writeBinary(ProxyHeader header, ByteBuf out) {
    int bodyLength = bodyLength(header);
    out.ensureWritable(BinaryHeader.FIXED_PART + bodyLength);
    int start = out.writerIndex();
    out.writeLong(Signature.BINARY_HIGH);
    out.writeInt(Signature.BINARY_LOW);
    int versionAndCommand = header.command() == ProxyCommand.LOCAL ? LOCAL : PROXY;
    out.writeInt(versionAndCommand << 24 | header.transport().code() << 16 | bodyLength);
    header.writeAddresses(out);
    if (!header.tlvs().isEmpty()) {
      int tlvStart = out.writerIndex();
      header.tlvs().writeTo(out);
      if (!header.hasAddresses()) {
        Checksum.fill(out, start, tlvStart, out.writerIndex());
      }
    }
  }

  private static int bodyLength(ProxyHeader header) {
    return header.transport().addressLength() + header.tlvs().wireLength();
  }
}
