/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What tcpdump wrote down of TCP over IPv4 on the loopback interface. */
final class TcpCapture {
  private static final int FILE_HEADER = 24;
  private static final int MAGIC = 0xa1b2c3d4;
  private static final int ETHERNET = 1;
  private static final int ETHERNET_HEADER = 14;
  private static final int SYN = 2;

  /** One segment, its bytes as characters. */
  record Segment(boolean syn, String payload) {}

  private TcpCapture() {}

  /** Returns the segments in the order in which they were sent. */
  static List<Segment> read(Path file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
    if (in.getInt(0) != MAGIC || in.getInt(20) != ETHERNET) {
      throw new IOException("not a capture of Ethernet frames: " + file.getFileName());
    }
    in.position(FILE_HEADER);
    List<Segment> segments = new ArrayList<>();
    while (in.remaining() > 0) {
      int length = in.getInt(in.position() + 8);
      byte[] frame = new byte[length];
      in.position(in.position() + 16).get(frame);
      addSegment(segments, ByteBuffer.wrap(frame));
    }
    return segments;
  }

  private static void addSegment(List<Segment> segments, ByteBuffer frame) {
    int ip = ETHERNET_HEADER;
    if (frame.getShort(12) != 0x0800 || frame.get(ip + 9) != 6) {
      return;
    }
    int tcp = ip + 4 * (frame.get(ip) & 0x0f);
    int payload = tcp + 4 * (frame.get(tcp + 12) >> 4 & 0x0f);
    int end = ip + Short.toUnsignedInt(frame.getShort(ip + 2));
    boolean syn = (frame.get(tcp + 13) & SYN) != 0;
    String text = new String(frame.array(), payload, end - payload, StandardCharsets.ISO_8859_1);
    segments.add(new Segment(syn, text));
  }
}
