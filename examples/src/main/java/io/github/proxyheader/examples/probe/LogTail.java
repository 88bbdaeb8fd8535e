/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.probe;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Reads what is appended to a log while a case runs, up to a bounded size. */
final class LogTail {
  private static final int MAX_TEXT = 64 << 10;
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Path file;
  private long start;

  /** Tells whether a text says who a client is. */
  interface Told {
    /** Returns whether it does. */
    boolean isIn(byte[] text);
  }

  LogTail(Path file) {
    this.file = file;
  }

  /** Remembers where the log ends now. */
  void mark() {
    try {
      start = Files.size(file);
    } catch (IOException e) {
      start = 0; // A program may make its log anew at any time.
    }
  }

  /**
   * Returns what the log says, as soon as it says who the client is; or the answer, if the log says
   * nothing within two seconds.
   */
  byte[] behind(byte[] answer, Told told) throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT_NANOS;
    byte[] text = fresh();
    while (!told.isIn(text) && System.nanoTime() - deadline < 0) {
      TimeUnit.MILLISECONDS.sleep(10);
      text = fresh();
    }
    return text.length == 0 ? answer : text;
  }

  private byte[] fresh() {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      channel.position(channel.size() < start ? 0 : start);
      ByteBuffer buffer = ByteBuffer.allocate(8 << 10);
      while (text.size() < MAX_TEXT && channel.read(buffer) > 0) {
        text.write(buffer.array(), 0, buffer.position());
        buffer.clear();
      }
    } catch (IOException e) {
      return new byte[0];
    }
    return text.toByteArray();
  }
}
