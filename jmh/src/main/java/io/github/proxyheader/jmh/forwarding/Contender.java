/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh.forwarding;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A proxy that is compared: a process on one thread that listens on loopback. */
final class Contender implements AutoCloseable {
  private static final int START_SECONDS = 20;
  private static final long NANOS_PER_TICK = 10_000_000; // USER_HZ is 100

  /** Fields of {@code /proc/PID/stat} behind the name. */
  private static final int USER = 11;

  private static final int SYSTEM = 12;

  /** What a proxy does with headers. */
  enum Header {
    NONE,
    SENT,
    RECEIVED
  }

  private final String name;
  private final Header header;
  private final int port;
  private final Process process;

  private Contender(String name, Header header, int port, Process process) {
    this.name = name;
    this.header = header;
    this.port = port;
    this.process = process;
  }

  static Contender forwarder(Path jar, Path folder, int backend, boolean header) throws Exception {
    int port = freePort();
    Path config =
        Files.writeString(
            folder.resolve("forwarder-" + header + ".toml"),
            """
            threads = 1
            [[rule]]
            listen = "127.0.0.1:%d"
            max_connections = 20000
            [[rule.target]]
            address = "127.0.0.1:%d"
            %s
            """
                .formatted(port, backend, header ? "proxy_protocol = \"v2\"" : ""));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return start(
        "this forwarder, " + (header ? "v2" : "no header"),
        header ? Header.SENT : Header.NONE,
        port,
        folder,
        java,
        "-jar",
        jar.toString(),
        "forward",
        "--config",
        config.toString());
  }

  static Contender haproxy(Path folder, int backend, boolean header) throws Exception {
    int port = freePort();
    Path config =
        Files.writeString(
            folder.resolve("haproxy-" + header + ".cfg"),
            """
            global
              nbthread 1
              maxconn 9900
            defaults
              mode tcp
              timeout connect 5s
              timeout client 60s
              timeout server 60s
            listen l
              bind 127.0.0.1:%d
              server s 127.0.0.1:%d %s
            """
                .formatted(port, backend, header ? "send-proxy-v2" : ""));
    return start(
        "HAProxy, " + (header ? "v2" : "no header"),
        header ? Header.SENT : Header.NONE,
        port,
        folder,
        "haproxy",
        "-db",
        "-f",
        config.toString());
  }

  static Contender nginx(Path folder, int backend, boolean header) throws Exception {
    int port = freePort();
    Path module = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");
    Path config =
        Files.writeString(
            folder.resolve("nginx-" + header + ".conf"),
            """
            %s
            daemon off;
            master_process off;
            worker_rlimit_nofile 20000;
            pid %s;
            error_log stderr crit;
            events { worker_connections 19900; }
            stream {
              server {
                listen 127.0.0.1:%d backlog=4096;
                proxy_pass 127.0.0.1:%d;
                proxy_protocol %s;
              }
            }
            """
                .formatted(
                    Files.exists(module) ? "load_module " + module + ";" : "",
                    folder.resolve("nginx-" + header + ".pid"),
                    port,
                    backend,
                    header ? "on" : "off"));
    return start(
        "nginx stream, " + (header ? "v1" : "no header"),
        header ? Header.SENT : Header.NONE,
        port,
        folder,
        "nginx",
        "-p",
        folder.toString(),
        "-e",
        "stderr",
        "-c",
        config.toString());
  }

  /** Takes a header from the client, and connects from the client's address. */
  static Contender mmproxy(Path folder, int backend) throws Exception {
    int port = freePort();
    Path networks = Files.writeString(folder.resolve("networks"), "127.0.0.0/8\n");
    return start(
        "go-mmproxy, v2 received",
        Header.RECEIVED,
        port,
        folder,
        "go-mmproxy",
        "-l",
        "127.0.0.1:" + port,
        "-4",
        "127.0.0.1:" + backend,
        "-allowed-subnets",
        networks.toString());
  }

  private static Contender start(
      String name, Header header, int port, Path folder, String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("GOMAXPROCS", "1"); // go-mmproxy has no option for it
    Path log = Files.createTempFile(folder, "log", ".txt");
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (!accepts(port)) {
      if (!process.isAlive() || System.nanoTime() - end > 0) {
        process.destroyForcibly();
        throw new IOException(name + " did not start: " + Files.readString(log));
      }
      Thread.sleep(20);
    }
    return new Contender(name, header, port, process);
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  String name() {
    return name;
  }

  Header header() {
    return header;
  }

  int port() {
    return port;
  }

  /** Returns the processor time of all its threads so far, in ns. */
  long cpuNanos() throws IOException {
    return nanos(USER) + nanos(SYSTEM);
  }

  /** Returns which part of the processor time was spent in the kernel, in ns. */
  long kernelNanos() throws IOException {
    return nanos(SYSTEM);
  }

  private long nanos(int field) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    String behindName = stat.substring(stat.lastIndexOf(')') + 2);
    return Long.parseLong(behindName.split(" ", -1)[field]) * NANOS_PER_TICK;
  }

  /** Returns how many bytes of memory it occupies. */
  long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return 1_024 * Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("no VmRSS");
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(3, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
