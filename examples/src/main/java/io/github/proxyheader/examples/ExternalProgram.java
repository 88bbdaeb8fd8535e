/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import java.io.File;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A program that is started, waited for and ended; what it prints goes to a file. */
public final class ExternalProgram implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final int END_LIMIT_SECONDS = 10;

  // Below the ports that systems choose for outbound connections.
  private static final int FIRST_PORT = 20_000;
  private static final int LAST_PORT = 30_000;
  private static final AtomicInteger NEXT_PORT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(LAST_PORT - FIRST_PORT));

  private final Process process;
  private final Path log;
  private final Thread hook;

  private ExternalProgram(Process process, Path log) {
    this.process = process;
    this.log = log;
    hook = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Looks for a program on the path, and where daemons are that are not on a user's path. */
  public static Optional<Path> find(String name) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.concat(
            Stream.of(path.split(File.pathSeparator)), Stream.of("/usr/local/sbin", "/usr/sbin"))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> new File(directory, name))
        .filter(file -> file.isFile() && file.canExecute())
        .map(File::toPath)
        .findFirst();
  }

  /** Starts a program that stays in the foreground. */
  public static ExternalProgram start(Path log, String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    return new ExternalProgram(builder.start(), log);
  }

  /** Returns a port that nobody has, over TCP or UDP; another one each time. */
  public static int freePort() throws IOException {
    IOException last = null;
    for (int attempt = 0; attempt < 100; attempt++) {
      int port = FIRST_PORT + NEXT_PORT.getAndIncrement() % (LAST_PORT - FIRST_PORT);
      try (ServerSocket tcp = new ServerSocket();
          DatagramSocket udp = new DatagramSocket(port)) {
        tcp.bind(new InetSocketAddress(port));
        return udp.getLocalPort();
      } catch (IOException e) {
        last = e;
      }
    }
    throw new IOException("no free port", last);
  }

  /**
   * Waits until the program listens.
   *
   * @throws IOException if it has ended, or does not listen in time; the message holds its log
   */
  public void awaitPort(InetAddress address, int port) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (!accepts(address, port)) {
      if (!process.isAlive()) {
        throw new IOException("ended with the status " + process.exitValue() + ":\n" + log());
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("does not listen on port " + port + ":\n" + log());
      }
      Thread.sleep(10);
    }
  }

  private static boolean accepts(InetAddress address, int port) {
    try (Socket socket = new Socket(address, port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns what the program has printed so far. */
  public String log() throws IOException {
    return Files.readString(log, StandardCharsets.UTF_8);
  }

  /** Asks the program to end, then makes it. */
  @Override
  public void close() {
    try {
      process.destroy();
      if (!process.waitFor(END_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(END_LIMIT_SECONDS, TimeUnit.SECONDS);
      }
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      // The hook runs already.
    }
  }
}
