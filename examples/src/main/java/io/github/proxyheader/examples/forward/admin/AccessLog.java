/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.admin;

import io.github.proxyheader.examples.forward.ConnectionEnd;
import io.github.proxyheader.examples.forward.ConnectionListener;
import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Writes a line for each connection that has ended, as {@code key=value} pairs.
 *
 * <p>A thread of its own writes. Event loops never wait for it: what does not fit into its queue of
 * 8192 lines, or cannot be written, is lost and counted, and a line {@code lost=N} tells.
 */
public final class AccessLog implements ConnectionListener, Closeable {
  private static final System.Logger LOGGER = System.getLogger(AccessLog.class.getName());
  private static final String STANDARD_OUTPUT = "-";
  private static final int QUEUE_LINES = 8192;
  private static final int BATCH_LINES = 512;
  private static final int POLL_MILLIS = 100;
  private static final int CLOSE_SECONDS = 5;

  private final @Nullable Path file;
  private final BlockingQueue<Entry> queue = new LinkedBlockingQueue<>(QUEUE_LINES);
  private final LongAdder lost = new LongAdder();
  private final AtomicReference<@Nullable OutputStream> reopened = new AtomicReference<>();
  private final Thread writer = new Thread(this::run, "access-log");
  private volatile boolean closed;

  // Of the writer's thread.
  private OutputStream out;
  private boolean failed;
  private long lostTold;

  private AccessLog(@Nullable Path file, OutputStream out) {
    this.file = file;
    this.out = out;
  }

  /**
   * Opens a log.
   *
   * @param where a file, which is appended to, or {@code "-"}: standard output
   * @throws IOException if the file cannot be opened
   */
  public static AccessLog open(String where) throws IOException {
    if (where.equals(STANDARD_OUTPUT)) {
      // Not System.out, which conceals failures.
      return started(new AccessLog(null, new FileOutputStream(FileDescriptor.out)));
    }
    Path file = Path.of(where);
    return started(new AccessLog(file, append(file)));
  }

  static AccessLog to(OutputStream out) {
    return started(new AccessLog(null, out));
  }

  private static AccessLog started(AccessLog log) {
    log.writer.setDaemon(true);
    log.writer.start();
    return log;
  }

  private static OutputStream append(Path file) throws IOException {
    try {
      return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new IOException("access_log: cannot write to " + file + ": " + e, e);
    }
  }

  /**
   * Opens the file anew, for the case that it has been renamed; does nothing to standard output.
   *
   * @throws IOException if the file cannot be opened; the log goes on with the one it has
   */
  public void reopen() throws IOException {
    if (file != null && !closed) {
      closeQuietly(reopened.getAndSet(append(file)));
    }
  }

  /** Returns how many lines were lost since the log was opened. */
  public long lost() {
    return lost.sum();
  }

  @Override
  public void closed(ConnectionEnd end) {
    if (closed || !queue.offer(new Entry(Instant.now(), end))) {
      lost.increment();
    }
  }

  /** Writes what is queued, for at most 5 seconds, and closes the file. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      writer.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    long unwritten = lost() + queue.size();
    if (unwritten > 0) {
      LOGGER.log(System.Logger.Level.WARNING, "The access log has lost " + unwritten + " lines");
    }
  }

  private void run() {
    List<Entry> batch = new ArrayList<>(BATCH_LINES);
    try {
      while (!closed || !queue.isEmpty()) {
        Entry first = queue.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, BATCH_LINES - 1);
        }
        useReopened();
        write(batch);
        batch.clear();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    useReopened();
    if (file != null) {
      closeQuietly(out);
    }
  }

  private void useReopened() {
    OutputStream fresh = reopened.getAndSet(null);
    if (fresh != null) {
      closeQuietly(out);
      out = fresh;
      failed = false;
    }
  }

  private void write(List<Entry> batch) {
    long lostNow = lost();
    if (batch.isEmpty() && lostNow == lostTold) {
      return;
    }
    try {
      out.write(lines(batch, lostNow - lostTold).getBytes(StandardCharsets.US_ASCII));
      out.flush();
      failed = false;
      lostTold = lostNow;
    } catch (IOException e) {
      if (!failed) {
        LOGGER.log(System.Logger.Level.WARNING, "The access log cannot be written", e);
      }
      failed = true;
      lost.add(batch.size());
    }
  }

  private String lines(List<Entry> batch, long lostSince) {
    StringBuilder lines = new StringBuilder();
    if (failed) {
      lines.append('\n'); // A part of a line may stand in the file.
    }
    for (Entry entry : batch) {
      append(lines, entry.time(), entry.end());
    }
    if (lostSince > 0) {
      append(lines, "time", time(Instant.now())).append(" lost=").append(lostSince).append('\n');
    }
    return lines.toString();
  }

  private static void append(StringBuilder lines, Instant time, ConnectionEnd end) {
    append(lines, "time", time(time)).append(' ');
    append(lines, "rule", end.rule()).append(' ');
    append(lines, "client", Printable.address(end.client())).append(' ');
    append(lines, "peer", Printable.address(end.peer())).append(' ');
    String target = end.target();
    append(lines, "target", target == null ? "-" : target).append(' ');
    lines.append("received=").append(end.received()).append(' ');
    lines.append("sent=").append(end.sent()).append(' ');
    lines.append("duration_ms=").append(end.duration().toMillis()).append(' ');
    append(lines, "reason", end.reason().name().toLowerCase(Locale.ROOT)).append('\n');
  }

  /** Always with three digits of a second: {@link Instant#toString()} leaves zeros out. */
  private static String time(Instant time) {
    String text = time.truncatedTo(ChronoUnit.SECONDS).toString();
    int millis = (int) (time.toEpochMilli() % 1000);
    return String.format(Locale.ROOT, "%s.%03dZ", text.substring(0, text.length() - 1), millis);
  }

  private static StringBuilder append(StringBuilder lines, String key, String value) {
    lines.append(key).append('=');
    boolean bare = !value.isEmpty() && value.chars().allMatch(AccessLog::isBare);
    return bare ? lines.append(value) : quote(lines, value);
  }

  private static boolean isBare(int c) {
    return c > ' ' && c <= '~' && c != '"' && c != '=' && c != '\\';
  }

  private static StringBuilder quote(StringBuilder lines, String value) {
    return lines.append('"').append(Printable.escape(value).replace("\"", "\\\"")).append('"');
  }

  private static void closeQuietly(@Nullable OutputStream stream) {
    try {
      if (stream != null) {
        stream.close();
      }
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.WARNING, "The access log's file was not closed well", e);
    }
  }

  private record Entry(Instant time, ConnectionEnd end) {}
}
