/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the packets of a capture file, one after another: pcap with times in microseconds or
 * nanoseconds, and pcapng with any number of sections and interfaces, in either byte order. It
 * holds one packet at a time, and refuses larger packets than any capture program writes.
 *
 * <p>This is own code because io.pkts does not read pcapng, and Pcap4J needs the native libpcap.
 */
final class CaptureReader {
  static final int PCAPNG = 0x0A0D0D0A;

  private static final int MAX_PACKET = 1 << 20;
  private static final int MAX_BLOCK = 1 << 24;
  private static final int MAX_INTERFACES = 10_000;
  private static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;

  /** Takes the packets. */
  interface PacketHandler {
    /**
     * Takes a packet.
     *
     * @param linkType what the packet starts with, as registered for libpcap
     */
    void packet(int linkType, byte[] bytes);
  }

  private final InputStream in;
  private final PacketHandler handler;
  private final List<Integer> linkTypes = new ArrayList<>();
  private final List<Integer> snapLengths = new ArrayList<>();
  private ByteOrder order = ByteOrder.BIG_ENDIAN;
  private long packets;

  private CaptureReader(InputStream in, PacketHandler handler) {
    this.in = in;
    this.handler = handler;
  }

  /** Returns whether a file that starts with these bytes is a capture. */
  static boolean isCapture(byte[] start) {
    return start.length >= 4 && (ByteBuffer.wrap(start).getInt() == PCAPNG || order(start) != null);
  }

  /**
   * Gives all packets to a handler.
   *
   * @throws InputException if the file is damaged or ends inside of a packet
   */
  static void read(InputStream in, PacketHandler handler) throws IOException {
    CaptureReader reader = new CaptureReader(in, handler);
    byte[] magic = in.readNBytes(4);
    if (magic.length < 4 || !isCapture(magic)) {
      throw new InputException("this is neither a pcap nor a pcapng file");
    }
    try {
      if (ByteBuffer.wrap(magic).getInt() == PCAPNG) {
        reader.readPcapng();
      } else {
        reader.readPcap(magic);
      }
    } catch (EOFException e) {
      throw new InputException("the capture is cut off behind packet " + reader.packets);
    }
  }

  private static @Nullable ByteOrder order(byte[] magic) {
    return switch (ByteBuffer.wrap(magic).getInt()) {
      case 0xA1B2C3D4, 0xA1B23C4D -> ByteOrder.BIG_ENDIAN;
      case 0xD4C3B2A1, 0x4D3CB2A1 -> ByteOrder.LITTLE_ENDIAN;
      default -> null;
    };
  }

  private void readPcap(byte[] magic) throws IOException {
    ByteOrder found = order(magic);
    order = found == null ? order : found;
    ByteBuffer header = bytes(20);
    int linkType = header.getInt(16) & 0xFFFF; // The upper bits tell the length of checksums.
    while (true) {
      byte[] record = in.readNBytes(16);
      if (record.length == 0) {
        return;
      }
      if (record.length < 16) {
        throw new EOFException();
      }
      int length = ByteBuffer.wrap(record).order(order).getInt(8);
      handler.packet(linkType, bytes(packetLength(length)).array());
      packets++;
    }
  }

  private void readPcapng() throws IOException {
    readSection();
    while (true) {
      byte[] start = in.readNBytes(4);
      if (start.length == 0) {
        return;
      }
      if (start.length < 4) {
        throw new EOFException();
      }
      int type = ByteBuffer.wrap(start).order(order).getInt();
      if (type == PCAPNG) {
        readSection();
      } else {
        readBlock(type);
      }
    }
  }

  private void readSection() throws IOException {
    byte[] length = bytes(4).array();
    int magic = ByteBuffer.wrap(bytes(4).array()).getInt();
    if (magic != BYTE_ORDER_MAGIC && magic != Integer.reverseBytes(BYTE_ORDER_MAGIC)) {
      throw new InputException("a section of the capture has an unknown byte order");
    }
    order = magic == BYTE_ORDER_MAGIC ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    linkTypes.clear();
    snapLengths.clear();
    int total = blockLength(ByteBuffer.wrap(length).order(order).getInt(), 28);
    in.skipNBytes(total - 16);
    requireTrailer(total);
  }

  private void readBlock(int type) throws IOException {
    int total = blockLength(bytes(4).getInt(), 12);
    switch (type) {
      case 1 -> {
        ByteBuffer body = body(total, 8);
        if (linkTypes.size() == MAX_INTERFACES) {
          throw new InputException("the capture has more than " + MAX_INTERFACES + " interfaces");
        }
        linkTypes.add(body.getShort(0) & 0xFFFF);
        snapLengths.add(body.getInt(4));
      }
      case 2 -> {
        ByteBuffer body = body(total, 20);
        packet(body.getShort(0) & 0xFFFF, body, 20, body.getInt(12));
      }
      case 3 -> {
        ByteBuffer body = body(total, 4);
        int original = body.getInt(0);
        int snap = snapLengths.isEmpty() ? 0 : snapLengths.get(0);
        int length = snap == 0 ? original : lesser(original, snap);
        packet(0, body, 4, length);
      }
      case 6 -> {
        ByteBuffer body = body(total, 20);
        packet(body.getInt(0), body, 20, body.getInt(12));
      }
      default -> in.skipNBytes(total - 12);
    }
    requireTrailer(total);
  }

  private static int lesser(int a, int b) {
    return Integer.compareUnsigned(a, b) < 0 ? a : b;
  }

  private ByteBuffer body(int total, int least) throws IOException {
    if (total - 12 < least) {
      throw new InputException("a block behind packet " + packets + " is too short");
    }
    if (total > MAX_BLOCK) {
      throw new InputException("a block behind packet " + packets + " is too long");
    }
    return bytes(total - 12);
  }

  private void packet(int number, ByteBuffer body, int start, int told) throws InputException {
    int length = packetLength(told);
    if (number < 0 || number >= linkTypes.size()) {
      throw new InputException("packet " + (packets + 1) + " is of an interface that is not told");
    }
    if (length > body.limit() - start) {
      throw new InputException("packet " + (packets + 1) + " is longer than its block");
    }
    byte[] bytes = new byte[length];
    body.get(start, bytes);
    handler.packet(linkTypes.get(number), bytes);
    packets++;
  }

  private int packetLength(int length) throws InputException {
    if (length < 0 || length > MAX_PACKET) {
      throw new InputException(
          "packet " + (packets + 1) + " has a length of " + Integer.toUnsignedString(length));
    }
    return length;
  }

  private int blockLength(int length, int least) throws InputException {
    if (length < least || length % 4 != 0) {
      throw new InputException(
          "a block behind packet "
              + packets
              + " has a length of "
              + Integer.toUnsignedString(length));
    }
    return length;
  }

  private void requireTrailer(int total) throws IOException {
    if (bytes(4).getInt() != total) {
      throw new InputException("a block behind packet " + packets + " tells two lengths");
    }
  }

  private ByteBuffer bytes(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return ByteBuffer.wrap(bytes).order(order);
  }
}
