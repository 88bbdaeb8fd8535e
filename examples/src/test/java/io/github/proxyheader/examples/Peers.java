/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/**
 * The real programs of a test class, in a directory of their own: what they print is shown when a
 * test fails, and they are ended behind the last test.
 */
public final class Peers
    implements BeforeAllCallback, AfterTestExecutionCallback, AfterAllCallback {
  private static final boolean REQUIRED =
      Boolean.parseBoolean(System.getenv("PROXYHEADER_REQUIRE_PEERS"));
  private static final InetAddress READY_ADDRESS = Loopback.V4;

  private final Map<String, ExternalProgram> programs = new LinkedHashMap<>();
  private Path directory;

  /** Returns the program; the test is skipped by the program's name if it is missing. */
  public static Path require(String program) {
    return ExternalProgram.find(program).orElseThrow(() -> missing(program));
  }

  /** Fails if programs are required; else returns what skips the test by that name. */
  public static RuntimeException missing(String what) {
    String message = what + " is not installed";
    if (REQUIRED) {
      fail(message + ", but PROXYHEADER_REQUIRE_PEERS is set");
    }
    return new TestAbortedException(message);
  }

  /** Returns the directory of the test class, for its configurations. */
  public Path directory() {
    return directory;
  }

  /**
   * Starts HAProxy.
   *
   * @param readyPort where the configuration listens on 127.0.0.1 for nothing else than a sign that
   *     all listeners stand
   */
  public ExternalProgram haproxy(int readyPort, String config) throws Exception {
    Path program = require("haproxy");
    Path file = Files.writeString(directory.resolve("haproxy.cfg"), config);
    return start("haproxy", readyPort, program.toString(), "-db", "-f", file.toString());
  }

  /** Returns how a configuration of HAProxy begins that answers HTTP, first of all when ready. */
  static String haproxyHttp(int readyPort) {
    return """
        global
            maxconn 100
        defaults
            mode http
            timeout connect 20s
            timeout client 20s
            timeout server 20s
            log stdout format raw local0
        frontend ready
            bind 127.0.0.1:%d
            http-request return status 200
        """
        .formatted(readyPort);
  }

  /** Starts nginx with its stream module; the rest is as with HAProxy. */
  ExternalProgram nginx(int readyPort, String config) throws Exception {
    Path program = require("nginx");
    String head =
        """
        %s
        daemon off;
        master_process off;
        pid nginx.pid;
        error_log stderr notice;
        events { worker_connections 256; }
        """
            .formatted(nginxStreamModule(program));
    Path file = Files.writeString(directory.resolve("nginx.conf"), head + config);
    return start(
        "nginx",
        readyPort,
        program.toString(),
        "-p",
        directory.toString(),
        "-c",
        file.toString(),
        "-e",
        "stderr");
  }

  /** The directive that loads the module, empty where it is built in. */
  private static String nginxStreamModule(Path nginx) throws Exception {
    Process process = new ProcessBuilder(nginx.toString(), "-V").redirectErrorStream(true).start();
    String build = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor(5, TimeUnit.SECONDS);
    if (Pattern.compile("--with-stream(\\s|$)").matcher(build).find()) {
      return "";
    }
    Matcher modules = Pattern.compile("--modules-path=(\\S+)").matcher(build);
    Path module =
        Path.of(modules.find() ? modules.group(1) : "/usr/lib/nginx/modules")
            .resolve("ngx_stream_module.so");
    if (!Files.exists(module)) {
      throw missing("nginx's stream module (libnginx-mod-stream)");
    }
    return "load_module " + module + ";";
  }

  /**
   * Starts a program that stays in the foreground.
   *
   * @param name names its log
   * @param readyPort where it listens over TCP on 127.0.0.1 when it is ready
   */
  public ExternalProgram start(String name, int readyPort, String... command) throws Exception {
    ExternalProgram program = ExternalProgram.start(directory.resolve(name + ".log"), command);
    programs.put(name, program);
    program.awaitPort(READY_ADDRESS, readyPort);
    return program;
  }

  /**
   * Returns HAProxy's or nginx' lines for one listener on 127.0.0.1, and on ::1 if there is one.
   */
  static String listen(String format, int port) {
    String lines = format.formatted("127.0.0.1:" + port);
    return Loopback.hasV6() ? lines + "\n    " + format.formatted("[::1]:" + port) : lines;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    directory = Files.createTempDirectory("proxyheader-peers");
  }

  @Override
  public void afterTestExecution(ExtensionContext context) throws IOException {
    if (context
        .getExecutionException()
        .filter(e -> !(e instanceof TestAbortedException))
        .isPresent()) {
      for (Map.Entry<String, ExternalProgram> program : programs.entrySet()) {
        System.err.println("--- what " + program.getKey() + " printed:");
        System.err.println(program.getValue().log());
      }
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    programs.values().forEach(ExternalProgram::close);
    programs.clear();
    List<Path> files;
    try (Stream<Path> walk = Files.walk(directory)) {
      files = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      delete(file);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
