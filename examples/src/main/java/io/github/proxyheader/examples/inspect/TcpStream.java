/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * The first bytes of one direction of a TCP connection, put together from segments that come in any
 * order, twice or overlapping. Of bytes that come twice the first ones count.
 */
final class TcpStream {
  /** Room for the largest header, and for what is behind it. */
  private static final int MAX_LENGTH = 2 * Dissector.MAX_HEADER_SIZE;

  private static final int MAX_WAITING = 1_024;

  private final String where;
  private final int start;
  private final boolean sawStart;
  private final TreeMap<Integer, byte[]> waiting = new TreeMap<>();
  private byte[] buffer = {};
  private int length;
  private int waitingBytes;
  private boolean done;

  /**
   * Creates a direction without bytes.
   *
   * @param start the sequence number of its first byte
   * @param sawStart whether the connection's start is in the capture
   */
  TcpStream(String where, int start, boolean sawStart) {
    this.where = where;
    this.start = start;
    this.sawStart = sawStart;
  }

  boolean startsAt(int sequence) {
    return start == sequence;
  }

  boolean isDone() {
    return done;
  }

  boolean isFull() {
    return length == MAX_LENGTH;
  }

  int length() {
    return length;
  }

  /** Returns the bytes so far, of which only the first {@link #length()} count. */
  byte[] buffer() {
    return buffer;
  }

  byte[] bytes() {
    return Arrays.copyOf(buffer, length);
  }

  String title() {
    String title = where + " TCP";
    if (!sawStart) {
      title += ", the start of the connection is not in the capture";
    }
    return waiting.isEmpty() ? title : title + ", bytes are missing behind byte " + length;
  }

  /** Adds a segment, and returns how many bytes more are kept now. */
  int add(int sequence, byte[] payload) {
    int before = kept();
    int offset = sequence - start;
    if (offset > length) {
      hold(offset, payload);
    } else {
      append(offset, payload);
      Map.Entry<Integer, byte[]> next = waiting.firstEntry();
      while (next != null && next.getKey() <= length) {
        waiting.remove(next.getKey());
        waitingBytes -= next.getValue().length;
        append(next.getKey(), next.getValue());
        next = waiting.firstEntry();
      }
    }
    return kept() - before;
  }

  private int kept() {
    return buffer.length + waitingBytes;
  }

  private void hold(int offset, byte[] payload) {
    byte[] known = waiting.get(offset);
    boolean isLonger = known == null || known.length < payload.length;
    if (isLonger
        && offset < MAX_LENGTH
        && waitingBytes + payload.length <= MAX_LENGTH
        && waiting.size() < MAX_WAITING) {
      waitingBytes += payload.length - (known == null ? 0 : known.length);
      waiting.put(offset, payload);
    }
  }

  private void append(int offset, byte[] payload) {
    int known = length - offset; // how many of the bytes are there already
    if (known < 0 || known >= payload.length) {
      return;
    }
    int count = Math.min(payload.length - known, MAX_LENGTH - length);
    if (length + count > buffer.length) {
      int room = Math.max(length + count, Math.min(2 * buffer.length, MAX_LENGTH));
      buffer = Arrays.copyOf(buffer, room);
    }
    System.arraycopy(payload, known, buffer, length, count);
    length += count;
  }

  /** Forgets all bytes, and returns how many were kept. */
  int finish() {
    int kept = kept();
    done = true;
    buffer = new byte[0];
    length = 0;
    waitingBytes = 0;
    waiting.clear();
    return kept;
  }
}
