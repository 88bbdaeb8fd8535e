/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh.attack;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Holds many connections open against servers with the decoder, and the same against servers
 * without it, and prints what they cost and when they were gone. Servers and clients run two
 * processes each, so that 20,000 connections need no more than 10,000 open files in one of them.
 *
 * <p>{@code java -cp benchmarks.jar io.github.proxyheader.jmh.attack.SlowClientAttack [connections]
 * [time-out in seconds]}
 */
public final class SlowClientAttack {
  private static final int LANES = 2;
  private static final int DEFAULT_MAX = 4_112;
  private static final int LARGEST_MAX = 65_551;

  private final int connections;
  private final int timeoutMillis;
  private int network;

  private SlowClientAttack(int connections, int timeoutMillis) {
    this.connections = connections;
    this.timeoutMillis = timeoutMillis;
  }

  /**
   * Runs it.
   *
   * @param args how many connections, and the time-out in seconds
   */
  public static void main(String[] args) throws Exception {
    SlowClientAttack attack =
        new SlowClientAttack(
            args.length > 0 ? Integer.parseInt(args[0]) : 20_000,
            args.length > 1 ? 1_000 * Integer.parseInt(args[1]) : 15_000);
    System.out.printf(
        "%,d connections in %d server processes, time-out %.1f s, NIO, Netty's default"
            + " allocator%n%n",
        attack.connections, LANES, attack.timeoutMillis / 1e3);
    System.out.println(
        "| clients send | longest header | open | heap per connection | without the decoder | the"
            + " decoder's part | timed out | too long | otherwise | life of those timed out | gone"
            + " | good clients served, failed, slowest |");
    System.out.println("|---|---:|---:|---:|---:|---:|---:|---:|---:|---|---:|---|");
    for (Client kind : Client.values()) {
      double plain = attack.heapWithoutDecoder(kind);
      attack.run(kind, DEFAULT_MAX, plain);
      if (kind == Client.ANNOUNCING) {
        attack.run(kind, LARGEST_MAX, plain);
      }
    }
  }

  private double heapWithoutDecoder(Client kind) throws Exception {
    try (Lanes lanes = new Lanes(kind, false, DEFAULT_MAX)) {
      return lanes.heapPerConnection();
    }
  }

  private void run(Client kind, int maxHeaderSize, double plain) throws Exception {
    try (Lanes lanes = new Lanes(kind, true, maxHeaderSize)) {
      double heap = lanes.heapPerConnection();
      long end = System.nanoTime() + 1_000_000L * (timeoutMillis + 10_000);
      while (lanes.state().open() > LANES && System.nanoTime() < end) {
        Thread.sleep(500);
      }
      long[] clients = lanes.clients();
      State state = lanes.state();
      boolean waited = lanes.measured.open() > connections / 2;
      System.out.printf(
          "| %s | %,d | %,d | %s | %,.0f B | %s | %,d | %,d | %,d | %s | %,d | %,d, %,d, %,d ms"
              + " |%n",
          kind.text(),
          maxHeaderSize,
          lanes.measured.open(),
          waited ? "%,.0f B".formatted(heap) : "–",
          plain,
          waited ? "%,.0f B".formatted(heap - plain) : "–",
          state.timedOut(),
          state.tooLong(),
          state.others() - lanes.before.others(),
          state.timedOut() == 0
              ? "–"
              : "%.2f to %.2f s".formatted(state.shortest() / 1e9, state.longest() / 1e9),
          clients[0],
          clients[1],
          clients[2],
          clients[3] / 1_000_000);
    }
  }

  /** Pairs of a server and its clients. */
  private final class Lanes implements AutoCloseable {
    private final List<Child> servers = new ArrayList<>();
    private final List<Child> clients = new ArrayList<>();
    private final State before;
    private State measured;

    Lanes(Client kind, boolean decoder, int maxHeaderSize) throws IOException {
      List<String> ports = new ArrayList<>();
      for (int i = 0; i < LANES; i++) {
        Child server =
            new Child(
                SlowServer.class,
                String.valueOf(decoder),
                String.valueOf(timeoutMillis),
                String.valueOf(maxHeaderSize));
        servers.add(server);
        ports.add(server.line());
      }
      warmUp(ports, decoder);
      before = state();
      for (String port : ports) {
        clients.add(
            new Child(
                SlowClients.class,
                kind.name(),
                String.valueOf(connections / LANES),
                port,
                String.valueOf(1 + network++ % 200),
                String.valueOf(decoder)));
      }
      for (Child client : clients) {
        client.line();
      }
      measured = before;
      awaitOpen(connections);
    }

    /** Connected is not accepted; those that are refused at once are never there all together. */
    private void awaitOpen(int count) throws IOException {
      long end = System.nanoTime() + 3_000_000_000L;
      int open = 0;
      while (open < count && System.nanoTime() < end) {
        open = 0;
        for (Child server : servers) {
          server.say("open");
          open += Integer.parseInt(server.line());
        }
      }
    }

    /** What is loaded and filled once for all connections is no connection's. */
    private void warmUp(List<String> ports, boolean decoder) throws IOException {
      for (String port : ports) {
        try (Child client =
            new Child(
                SlowClients.class,
                Client.SILENT.name(),
                "50",
                port,
                String.valueOf(201 + network % 50),
                String.valueOf(decoder))) {
          client.line();
        }
      }
      while (state().open() > 0) {
        Thread.onSpinWait();
      }
    }

    double heapPerConnection() throws IOException {
      measured = state();
      return (double) (measured.heap() - before.heap()) / Math.max(1, measured.open());
    }

    State state() throws IOException {
      State sum = null;
      for (Child server : servers) {
        server.say("state");
        State state = State.parse(server.line());
        sum = sum == null ? state : sum.plus(state);
      }
      return sum;
    }

    /** Gone, served, failed, slowest. */
    long[] clients() throws IOException {
      long[] sum = new long[4];
      for (Child client : clients) {
        client.say("count");
        long[] fields =
            Arrays.stream(client.line().split(" ")).mapToLong(Long::parseLong).toArray();
        for (int i = 0; i < 3; i++) {
          sum[i] += fields[i];
        }
        sum[3] = Math.max(sum[3], fields[3]);
      }
      return sum;
    }

    @Override
    public void close() {
      for (Child client : clients) {
        client.close();
      }
      for (Child server : servers) {
        server.close();
      }
    }
  }

  /** Another process of this program. */
  private static final class Child implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;

    Child(Class<?> main, String... args) throws IOException {
      List<String> command =
          new ArrayList<>(
              List.of(
                  System.getProperty("java.home") + "/bin/java",
                  "-XX:+UseSerialGC",
                  "-Xmx768m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  main.getName()));
      command.addAll(List.of(args));
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      out = process.inputReader(StandardCharsets.US_ASCII);
    }

    void say(String word) throws IOException {
      process.getOutputStream().write((word + "\n").getBytes(StandardCharsets.US_ASCII));
      process.getOutputStream().flush();
    }

    String line() throws IOException {
      String line = out.readLine();
      if (line == null) {
        throw new IOException("a child process ended");
      }
      return line;
    }

    @Override
    public void close() {
      process.destroyForcibly();
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
