/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh.forwarding;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Compares the forwarder of the examples with other proxies: connections a second, bytes a second,
 * and memory of idle connections. Each proxy has one thread, clients and server one each; the
 * proxies take turns, as new processes in each round.
 *
 * <p>{@code java -cp benchmarks.jar io.github.proxyheader.jmh.forwarding.ForwardComparison
 * examples/target/proxyheader.jar [rounds] [seconds] [idle connections]}
 *
 * <p>HAProxy and nginx must be on the path; go-mmproxy takes part where it is, and the network is
 * prepared for it (see docs/PERFORMANCE.md).
 */
public final class ForwardComparison {
  private static final double MEBIBYTE = 1_024 * 1_024;
  private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(12);
  private static final int[] WRITE_SIZES = {64, 16 * 1_024, 1_024 * 1_024};

  private final Path jar;
  private final int rounds;
  private final long nanos;
  private final int idle;
  private final Path folder;
  private final EventLoopGroup clients =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventLoopGroup servers =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Backend backend = new Backend(servers);
  private final Map<String, List<double[]>> results = new LinkedHashMap<>();

  private ForwardComparison(Path jar, int rounds, int seconds, int idle) throws Exception {
    this.jar = jar;
    this.rounds = rounds;
    this.nanos = TimeUnit.SECONDS.toNanos(seconds);
    this.idle = idle;
    folder = Files.createTempDirectory("forwarding");
  }

  /**
   * Runs it.
   *
   * @param args the forwarder's jar, how many rounds, how many seconds each measurement takes, how
   *     many idle connections
   */
  public static void main(String[] args) throws Exception {
    ForwardComparison comparison =
        new ForwardComparison(
            Path.of(args[0]),
            args.length > 1 ? Integer.parseInt(args[1]) : 3,
            args.length > 2 ? Integer.parseInt(args[2]) : 4,
            args.length > 3 ? Integer.parseInt(args[3]) : 9_500);
    comparison.traffic();
    comparison.memory();
    System.exit(0);
  }

  private List<Contender> contenders() throws Exception {
    int port = backend.port();
    List<Contender> all = new ArrayList<>();
    all.add(Contender.forwarder(jar, folder, port, true));
    all.add(Contender.forwarder(jar, folder, port, false));
    all.add(Contender.haproxy(folder, port, true));
    all.add(Contender.haproxy(folder, port, false));
    all.add(Contender.nginx(folder, port, true));
    all.add(Contender.nginx(folder, port, false));
    if (Files.isExecutable(Path.of("/usr/bin/go-mmproxy"))) {
      all.add(Contender.mmproxy(folder, port));
    } else {
      System.err.println("go-mmproxy does not take part: it is not installed");
    }
    return all;
  }

  private void traffic() throws Exception {
    for (int round = 0; round < rounds; round++) {
      // New processes each time: what a compiler at run time makes of a program differs as much
      // from one process to the next as a header costs.
      List<Contender> all = contenders();
      for (Contender proxy : all) {
        warmUp(proxy);
      }
      for (int i = 0; i < all.size(); i++) {
        // Another order each time.
        Contender proxy = all.get((i + round) % all.size());
        System.err.println("round " + round + ": " + proxy.name());
        results.computeIfAbsent(proxy.name(), name -> new ArrayList<>()).add(measure(proxy));
      }
      for (Contender proxy : all) {
        proxy.close();
      }
    }
    System.out.println(
        "| proxy | connections/s | CPU µs a connection | of these in the kernel | 64 B writes, MiB/s | CPU µs/MiB | 16 KiB"
            + " writes, MiB/s | CPU µs/MiB | 1 MiB writes, MiB/s | CPU µs/MiB |");
    System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    results.forEach(
        (name, rows) -> {
          StringBuilder line = new StringBuilder("| ").append(name).append(" |");
          for (int column = 0; column < rows.get(0).length; column++) {
            line.append(" %,.0f |".formatted(median(rows, column)));
          }
          System.out.println(line);
        });
    System.out.println();
  }

  /** As warm as in service. */
  private void warmUp(Contender proxy) throws Exception {
    backend.echo(true);
    Load load = new Load(clients, proxy);
    load.connections(WARM_UP_NANOS);
    if (load.failures() > 0) {
      throw new IllegalStateException(proxy.name() + ": failures: " + load.failures());
    }
    awaitConnections(0);
  }

  private static double median(List<double[]> rows, int column) {
    double[] sorted = rows.stream().mapToDouble(row -> row[column]).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private double[] measure(Contender proxy) throws Exception {
    double[] figures = new double[3 + 2 * WRITE_SIZES.length];
    Load load = new Load(clients, proxy);
    backend.echo(true);
    long headers = backend.headers();
    long cpu = proxy.cpuNanos();
    long kernel = proxy.kernelNanos();
    long start = System.nanoTime();
    long connections = load.connections(nanos);
    double seconds = (System.nanoTime() - start) / 1e9;
    figures[0] = connections / seconds;
    figures[1] = (proxy.cpuNanos() - cpu) / 1e3 / connections;
    figures[2] = (proxy.kernelNanos() - kernel) / 1e3 / connections;
    if ((proxy.header() == Contender.Header.SENT) != (backend.headers() - headers >= connections)
        || load.failures() > 0) {
      throw new IllegalStateException(
          "%s: %,d connections, %,d headers, %,d failures"
              .formatted(proxy.name(), connections, backend.headers() - headers, load.failures()));
    }
    backend.echo(false);
    for (int i = 0; i < WRITE_SIZES.length; i++) {
      cpu = proxy.cpuNanos();
      long received = backend.received();
      start = System.nanoTime();
      load.stream(WRITE_SIZES[i], nanos);
      double mebibytes = (backend.received() - received) / MEBIBYTE;
      figures[3 + 2 * i] = mebibytes / ((System.nanoTime() - start) / 1e9);
      figures[4 + 2 * i] = (proxy.cpuNanos() - cpu) / 1e3 / mebibytes;
      awaitConnections(0);
    }
    System.err.println(Arrays.toString(figures));
    return figures;
  }

  private void memory() throws Exception {
    System.out.println(
        "| proxy | resident memory, MiB | with " + idle + " idle connections, MiB |");
    System.out.println("| --- | ---: | ---: |");
    for (Contender proxy : contenders()) {
      try (proxy) {
        if (proxy.header() == Contender.Header.RECEIVED) {
          continue; // it would be another load
        }
        warmUp(proxy);
        double before = proxy.residentBytes();
        List<Channel> channels = new Load(clients, proxy).idle(idle);
        awaitConnections(idle);
        double with = proxy.residentBytes();
        System.out.printf(
            "| %s | %.1f | %.1f |%n", proxy.name(), before / MEBIBYTE, with / MEBIBYTE);
        channels.forEach(Channel::close);
        awaitConnections(0);
      }
    }
  }

  private void awaitConnections(int count) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (backend.connections() != count) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException(
            backend.connections() + " connections (expected: " + count + ")");
      }
      Thread.sleep(10);
    }
  }
}
