/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.protocol.ProxyTransport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The forwarder as a process of its own, told by signals. */
@Timeout(120)
@DisabledOnOs(OS.WINDOWS)
class ForwardCommandTest {
  private static final int LIMIT_SECONDS = 40;
  private static final Pattern LISTENING = Pattern.compile("127\\.0\\.0\\.1:(\\d+) \\((\\w+)\\)");

  private static final List<String> SIGNALS_AS_USUAL = signalsAsUsual();

  @TempDir Path folder;

  private final List<Process> processes = new ArrayList<>();
  private ServerSocket target;
  private Path file;

  @BeforeEach
  void openTarget() throws IOException {
    target = new ServerSocket(0, 50, Loopback.V4);
    target.setSoTimeout(LIMIT_SECONDS * 1000);
    file = folder.resolve("forwarder.toml");
  }

  @AfterEach
  void end() throws Exception {
    target.close();
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  /**
   * Who runs the tests in the background, or with nohup, has SIGINT or SIGHUP ignored, and so has
   * each process that is started.
   */
  private static List<String> signalsAsUsual() {
    List<String> command = List.of("env", "--default-signal=INT,HUP");
    List<String> probe = new ArrayList<>(command);
    probe.add("true");
    try {
      boolean known = new ProcessBuilder(probe).start().waitFor() == 0;
      return known ? command : List.of();
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String rule(String name, int port, String more) {
    return """
        [[rule]]
        name = "%s"
        listen = "127.0.0.1:%d"
        %s
        [[rule.target]]
        address = "127.0.0.1:%d"
        proxy_protocol = "v1"
        """
        .formatted(name, port, more, target.getLocalPort());
  }

  private Process start(String toml) throws IOException {
    return start(toml, "exec \"$@\"");
  }

  /** Starts the forwarder by a line of shell, of which it is the arguments. */
  private Process start(String toml, String line) throws IOException {
    Files.writeString(file, toml);
    List<String> command = new ArrayList<>(SIGNALS_AS_USUAL);
    command.addAll(
        List.of(
            "sh",
            "-c",
            line,
            "sh",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-Dio.netty.machineId=00:00:5e:00:53:01", // else it warns where there is no network
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "forward",
            "--config",
            file.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    // With these the virtual machine prints what it has picked up.
    builder
        .environment()
        .keySet()
        .removeAll(Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
    Process process =
        builder.redirectError(folder.resolve("err-" + processes.size()).toFile()).start();
    processes.add(process);
    return process;
  }

  private String errors(Process process) throws IOException {
    return Files.readString(folder.resolve("err-" + processes.indexOf(process)));
  }

  private static void signal(String name, Process process) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }

  private int exitStatus(Process process) throws Exception {
    assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).as("the process ends").isTrue();
    return process.exitValue();
  }

  /** What a process prints to standard output, read by a thread of its own. */
  private static final class Output {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    Output(Process process) {
      Thread reader = new Thread(() -> read(process.inputReader(UTF_8)), "output");
      reader.setDaemon(true);
      reader.start();
    }

    private void read(BufferedReader in) {
      in.lines().forEach(lines::add);
    }

    String await(String start) throws Exception {
      String line = lines.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
      assertThat(line).isNotNull().startsWith(start);
      return line;
    }
  }

  private static int port(String line, String rule) {
    Matcher listening = LISTENING.matcher(line);
    while (listening.find()) {
      if (listening.group(2).equals(rule)) {
        return Integer.parseInt(listening.group(1));
      }
    }
    throw new AssertionError(rule + " is not in: " + line);
  }

  /** A connection through the forwarder, both of whose ends are ours. */
  private record Tunnel(Socket client, Socket server) {
    void carriesBytes() throws IOException {
      client.getOutputStream().write('a');
      assertThat(server.getInputStream().read()).isEqualTo('a');
      server.getOutputStream().write('b');
      assertThat(client.getInputStream().read()).isEqualTo('b');
    }

    void close() throws IOException {
      client.close();
      server.close();
    }
  }

  private Tunnel connect(int port) throws IOException {
    Socket client = Loopback.connect(new InetSocketAddress(Loopback.V4, port));
    client.setSoTimeout(LIMIT_SECONDS * 1000);
    Socket server = target.accept();
    server.setSoTimeout(LIMIT_SECONDS * 1000);
    String header =
        "PROXY TCP4 127.0.0.1 127.0.0.1 %d %d\r\n".formatted(client.getLocalPort(), port);
    assertThat(server.getInputStream().readNBytes(header.length()))
        .asString(US_ASCII)
        .isEqualTo(header);
    Tunnel tunnel = new Tunnel(client, server);
    tunnel.carriesBytes();
    return tunnel;
  }

  private static void assertRefused(int port) {
    assertThatThrownBy(() -> Loopback.connect(new InetSocketAddress(Loopback.V4, port)).close())
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void signalLetsConnectionsEndThenTheStatusIsZero(String signal) throws Exception {
    Process process = start("drain_timeout = \"1h\"\n" + rule("game", 0, ""));
    Output output = new Output(process);
    int port = port(output.await("ready: listening on "), "game");
    Tunnel tunnel = connect(port);

    signal(signal, process);

    output.await("stopping: ");
    awaitRefusal(port);
    target.close(); // and with it what came late
    tunnel.carriesBytes();
    tunnel.close();
    assertThat(exitStatus(process)).isZero();
    output.await("stopped");
    assertThat(errors(process)).isEmpty();
  }

  /** The listener is closed a little later than is told. */
  private static void awaitRefusal(int port) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (System.nanoTime() - deadline < 0) {
      try (Socket late = Loopback.connect(new InetSocketAddress(Loopback.V4, port))) {
        Thread.sleep(10);
      } catch (IOException e) {
        return;
      }
    }
    assertRefused(port);
  }

  @Test
  void connectionsAreResetWhenTheLimitIsOver() throws Exception {
    Process process = start("drain_timeout = \"100ms\"\n" + rule("game", 0, ""));
    Output output = new Output(process);
    Tunnel tunnel = connect(port(output.await("ready: "), "game"));

    signal("TERM", process);

    assertThat(exitStatus(process)).isZero();
    assertEnded(tunnel);
  }

  @Test
  void secondSignalDoesNotWait() throws Exception {
    Process process = start("drain_timeout = \"1h\"\n" + rule("game", 0, ""));
    Output output = new Output(process);
    Tunnel tunnel = connect(port(output.await("ready: "), "game"));
    signal("TERM", process);
    output.await("stopping: ");

    signal("HUP", process);
    signal("TERM", process);

    assertThat(exitStatus(process)).isZero();
    assertEnded(tunnel);
  }

  private static void assertEnded(Tunnel tunnel) throws IOException {
    try {
      assertThat(tunnel.client().getInputStream().read()).isEqualTo(-1);
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("reset");
    }
    tunnel.close();
  }

  @Test
  void hangUpFollowsTheFileAndKeepsConnections() throws Exception {
    int gamePort = ExternalProgram.freePort();
    Process process = start("drain_timeout = \"1h\"\n" + rule("game", gamePort, ""));
    Output output = new Output(process);
    output.await("ready: ");
    Tunnel old = connect(gamePort);

    Files.writeString(file, "drain_timeout = \"100ms\"\nthreads = 1\n" + rule("web", 0, ""));
    signal("HUP", process);

    int webPort = port(output.await("reloaded: listening on "), "web");
    Tunnel young = connect(webPort);
    awaitRefusal(gamePort);
    old.carriesBytes();
    signal("TERM", process);
    assertThat(exitStatus(process)).isZero();
    assertEnded(old);
    assertEnded(young);
    assertThat(errors(process)).isIn("", "forward: these change only with a new start: threads\n");
  }

  @Test
  void hangUpWithAWrongFileTellsAllAndGoesOn() throws Exception {
    String good = "drain_timeout = \"100ms\"\n" + rule("game", 0, "");
    Process process = start(good);
    Output output = new Output(process);
    int port = port(output.await("ready: "), "game");
    Tunnel tunnel = connect(port);

    Files.writeString(file, good.replace("\"v1\"", "\"v3\"") + "colour = \"red\"\n");
    signal("HUP", process);
    Files.delete(awaitErrors(process, "not reloaded"));
    signal("HUP", process);
    awaitErrors(process, "validation.unreadable_file");
    tunnel.carriesBytes();
    Tunnel other = connect(port);
    Files.writeString(file, good);
    signal("HUP", process);

    output.await("reloaded: ");
    assertThat(errors(process).lines())
        .hasSize(5)
        .anyMatch(line -> line.startsWith(file + ":8: ") && line.contains("proxy_protocol_invalid"))
        .anyMatch(line -> line.startsWith(file + ":9: ") && line.contains("unknown_key"));
    tunnel.close();
    other.close();
    signal("TERM", process);
    assertThat(exitStatus(process)).isZero();
  }

  private Path awaitErrors(Process process, String text) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!errors(process).contains(text) && System.nanoTime() - deadline < 0) {
      Thread.sleep(10);
    }
    assertThat(errors(process)).contains(text);
    return file;
  }

  @Test
  void portThatIsTakenIsAFailure() throws Exception {
    Process process = start(rule("free", 0, "") + rule("taken", target.getLocalPort(), ""));

    assertThat(exitStatus(process)).isEqualTo(1);
    assertThat(errors(process)).startsWith("forward: ").contains("taken").hasLineCount(1);
  }

  @Test
  void wrongFileIsNotStarted() throws Exception {
    Process process = start(rule("game", 0, "balance = 1"));

    assertThat(exitStatus(process)).isEqualTo(2);
    assertThat(errors(process)).startsWith(file + ":4: rule[0].balance: validation.wrong_type: ");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 300, 600, 1000})
  void signalDuringTheStartEndsIt(int millis) throws Exception {
    Process process = start(rule("game", 0, ""));
    process.waitFor(millis, TimeUnit.MILLISECONDS);

    signal("TERM", process);

    int status = exitStatus(process);
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (printed.startsWith("Error occurred during initialization of VM")) {
      assertThat(status).isEqualTo(1); // so early it has no other way to end
    } else {
      // 128 + 15: before the forwarder takes signals, the virtual machine ends by them.
      assertThat(status).as(printed).isIn(0, 143);
    }
  }

  @Test
  void processesShareAPort() throws Exception {
    int port = ExternalProgram.freePort();
    String toml = "drain_timeout = \"1h\"\n" + rule("game", port, "reuse_port = true");
    Process first = start(toml);
    Output firstOutput = new Output(first);
    firstOutput.await("ready: ");
    Tunnel old = connect(port);
    Process second = start(toml);
    new Output(second).await("ready: ");

    signal("TERM", first);

    firstOutput.await("stopping: ");
    old.carriesBytes();
    old.close();
    assertThat(exitStatus(first)).isZero();
    for (int i = 0; i < 10; i++) {
      connect(port).close();
    }
    signal("TERM", second);
    assertThat(exitStatus(second)).isZero();
  }

  @Test
  void metricsCountBytesWhileAConnectionLasts() throws Exception {
    Process process = start("admin = \"127.0.0.1:0\"\n" + rule("game", 0, ""));
    String ready = new Output(process).await("ready:");
    Matcher admin = Pattern.compile("admin on (http:\\S+)").matcher(ready);
    assertThat(admin.find()).isTrue();
    Tunnel tunnel = connect(port(ready, "game"));

    tunnel.client().getOutputStream().write(new byte[99]);
    tunnel.server().getInputStream().readNBytes(99);
    tunnel.server().getOutputStream().write(new byte[999]);
    tunnel.client().getInputStream().readNBytes(999);

    assertThat(page(admin.group(1) + "metrics").lines())
        .contains(
            "forwarder_received_bytes_total{rule=\"game\"} 100.0",
            "forwarder_sent_bytes_total{rule=\"game\"} 1000.0");
    tunnel.close();
  }

  @Test
  void adminPortOutlivesALackOfFiles() throws Exception {
    int maxFiles = 300;
    int admin = ExternalProgram.freePort();
    try (DatagramSocket silent = new DatagramSocket(0, Loopback.V4)) {
      String toml =
          """
          admin = "127.0.0.1:%d"
          [[rule]]
          name = "many"
          listen = "127.0.0.1:0"
          protocol = "udp"
          accept_proxy_protocol = ["127.0.0.1"]
          idle_timeout = "2s"
          [[rule.target]]
          address = "127.0.0.1:%d"
          """;
      Process process =
          start(
              toml.formatted(admin, silent.getLocalPort()),
              "ulimit -n " + maxFiles + " && exec \"$@\"");
      Matcher listening = LISTENING.matcher(new Output(process).await("ready:"));
      assertThat(listening.find()).isTrue();
      int port = Integer.parseInt(listening.group(1));
      // A first time, as the classes that it takes are files here. In the jar they are not.
      sendOfMadeUpClients(silent, port, 1);
      awaitAdmin(admin, "/metrics", "closed_total{reason=\"idle\",rule=\"many\"} 1.0");

      while (openFiles(process) < maxFiles) {
        assertThat(process.isAlive()).isTrue();
        sendOfMadeUpClients(silent, port, maxFiles);
      }

      assertThat(askAdmin(admin, "/healthz")).startsWith("ok");
    }
  }

  private static void awaitAdmin(int port, String path, String text) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!askAdmin(port, path).contains(text) && System.nanoTime() - deadline < 0) {
      Thread.sleep(100);
    }
    assertThat(askAdmin(port, path)).contains(text);
  }

  private static String askAdmin(int port, String path) throws IOException {
    return page("http://127.0.0.1:" + port + path);
  }

  private static String page(String url) throws IOException {
    URLConnection connection = new URL(url).openConnection();
    connection.setRequestProperty("Connection", "close"); // the next comes on another one
    connection.setReadTimeout(LIMIT_SECONDS * 1000);
    try (InputStream answer = connection.getInputStream()) {
      return new String(answer.readAllBytes(), UTF_8);
    }
  }

  private static long openFiles(Process process) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
      return files.count();
    }
  }

  private static void sendOfMadeUpClients(DatagramSocket proxy, int port, int count)
      throws IOException {
    for (int i = 1; i <= count; i++) {
      byte[] datagram =
          ProxyHeaderWriter.toBytes(
              ProxyHeader.builder()
                  .transport(ProxyTransport.UDP4)
                  .source(new InetSocketAddress("192.0.2.1", i))
                  .destination(new InetSocketAddress("192.0.2.2", 53))
                  .build());
      proxy.send(new DatagramPacket(datagram, datagram.length, Loopback.V4, port));
    }
  }
}
