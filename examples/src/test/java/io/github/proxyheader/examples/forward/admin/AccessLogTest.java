/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.proxyheader.examples.forward.ConnectionEnd;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class AccessLogTest {
  private static final SocketAddress CLIENT = Statuses.address("203.0.113.7", 45678);
  private static final SocketAddress PEER = Statuses.address("2001:db8::1", 3333);

  @TempDir private Path directory;

  @Test
  void aConnectionIsALine() throws IOException {
    Path file = directory.resolve("access.log");
    Instant before = Instant.now().minusMillis(1);
    try (AccessLog log = AccessLog.open(file.toString())) {
      log.closed(end("game", CLIENT, "10.1.0.5:25565"));
    }

    String line = Files.readString(file);
    assertThat(line)
        .matches("time=\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z .*\n")
        .endsWith(
            " rule=game client=203.0.113.7:45678 peer=[2001:db8::1]:3333 target=10.1.0.5:25565"
                + " received=12 sent=34 duration_ms=1500 reason=client_reset\n");
    assertThat(Instant.parse(line.substring("time=".length(), line.indexOf(' '))))
        .isBetween(before, Instant.now());
  }

  @Test
  void digitsAreThoseOfAsciiInEveryLocale() throws IOException {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      assertThat(logged(end("game", CLIENT, null)))
          .matches(
              "time=\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z .* duration_ms=1500 .*\n");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void withoutTargetThereIsADash() throws IOException {
    assertThat(logged(end("game", CLIENT, null))).contains(" target=- ");
  }

  @Test
  void whatAPathHoldsEndsNoLineAndNoValue() throws IOException {
    String path = "/tmp/a b\"c\\d\n\u202ee=f\0";

    assertThat(logged(end("game", new DomainSocketAddress(path), null)))
        .hasLineCount(1)
        .contains(
            " client=\"unix:/tmp/a b\\\"c\\\\d\\u000a\\u202ee=f\\u0000\" peer=[2001:db8::1]:3333 ");
  }

  @ParameterizedTest
  @CsvSource(
      value = {"a:rule=a ", "a b:rule=\"a b\" ", "a=b:rule=\"a=b\" ", "'':rule=\"\" "},
      delimiter = ':',
      ignoreLeadingAndTrailingWhitespace = false)
  void whatIsNotOneWordIsQuoted(String name, String expected) throws IOException {
    assertThat(logged(end(name, CLIENT, null))).contains(" " + expected);
  }

  @Test
  void linesAreAppended() throws IOException {
    Path file = Files.writeString(directory.resolve("access.log"), "old\n");
    try (AccessLog log = AccessLog.open(file.toString())) {
      log.closed(end("game", CLIENT, null));
    }

    assertThat(Files.readAllLines(file)).hasSize(2).first().isEqualTo("old");
  }

  @Test
  void aRenamedFileIsLeftWhenReopened() throws IOException {
    Path file = directory.resolve("access.log");
    Path renamed = directory.resolve("access.log.1");
    try (AccessLog log = AccessLog.open(file.toString())) {
      log.closed(end("first", CLIENT, null));
      await(file, "first");
      Files.move(file, renamed);
      log.reopen();
      log.closed(end("second", CLIENT, null));
    }

    assertThat(Files.readString(renamed)).contains("rule=first").doesNotContain("rule=second");
    assertThat(Files.readString(file)).contains("rule=second").doesNotContain("rule=first");
  }

  @Test
  void whenItCannotBeReopenedTheOldFileIsKept() throws IOException {
    Path folder = Files.createDirectory(directory.resolve("logs"));
    Path file = folder.resolve("access.log");
    Path renamed = directory.resolve("renamed");
    try (AccessLog log = AccessLog.open(file.toString())) {
      Files.move(folder, renamed);

      assertThatThrownBy(log::reopen)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("access_log: cannot write to " + file + ": ");

      log.closed(end("game", CLIENT, null));
    }

    assertThat(Files.readString(renamed.resolve("access.log"))).contains("rule=game");
  }

  @Test
  void whileNothingCanBeWrittenNobodyWaitsAndLinesAreLostAndCounted() throws Exception {
    Stuck out = new Stuck();
    int many = 20_000;
    try (AccessLog log = AccessLog.to(out)) {
      log.closed(end("game", CLIENT, null));
      out.stuck.await();

      for (int i = 1; i < many; i++) {
        log.closed(end("game", CLIENT, null));
      }

      assertThat(log.lost()).isBetween(many - 8192L - 1, many - 8192L);
      out.permits.release(many);
    }
    List<String> lines = out.text().lines().toList();
    long lost =
        lines.stream()
            .filter(line -> line.contains(" lost="))
            .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(" lost=") + 6)))
            .sum();
    long written = lines.stream().filter(line -> line.contains(" rule=")).count();
    assertThat(lost).isPositive();
    assertThat(written + lost).isEqualTo(many);
  }

  @Test
  void afterAFailureTheNextLineIsWhole() throws Exception {
    Full out = new Full();
    try (AccessLog log = AccessLog.to(out)) {
      log.closed(end("first", CLIENT, null));
      out.failed.await();
      log.closed(end("second", CLIENT, null));
    }

    assertThat(out.text().lines())
        .anyMatch(line -> line.startsWith("time=") && line.contains("rule=second"))
        .anyMatch(line -> line.endsWith(" lost=1"));
  }

  private static String logged(ConnectionEnd end) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    AccessLog log = AccessLog.to(out);
    log.closed(end);
    log.close();
    assertThat(log.lost()).isZero();
    return out.toString(StandardCharsets.US_ASCII);
  }

  private static ConnectionEnd end(String rule, SocketAddress client, String target) {
    return new ConnectionEnd(
        rule,
        client,
        PEER,
        target,
        12,
        34,
        Duration.ofMillis(1500),
        ConnectionEnd.Reason.CLIENT_RESET);
  }

  private static void await(Path file, String text) throws IOException {
    while (!Files.readString(file).contains(text)) {
      Thread.onSpinWait();
    }
  }

  /** A file system that does not answer for a while. */
  private static final class Stuck extends OutputStream {
    final CountDownLatch stuck = new CountDownLatch(1);
    final Semaphore permits = new Semaphore(0);
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @Override
    public void write(byte[] bytes, int from, int length) {
      stuck.countDown();
      permits.acquireUninterruptibly();
      written.write(bytes, from, length);
    }

    @Override
    public void write(int b) {
      throw new AssertionError("byte by byte");
    }

    String text() {
      return written.toString(StandardCharsets.US_ASCII);
    }
  }

  /** A disk that has room for a part of the first line, and is given more behind it. */
  private static final class Full extends OutputStream {
    final CountDownLatch failed = new CountDownLatch(1);
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      if (failed.getCount() > 0) {
        written.write(bytes, from, 10);
        failed.countDown();
        throw new IOException("No space left on device");
      }
      written.write(bytes, from, length);
    }

    @Override
    public void write(int b) {
      throw new AssertionError("byte by byte");
    }

    String text() {
      return written.toString(StandardCharsets.US_ASCII);
    }
  }
}
