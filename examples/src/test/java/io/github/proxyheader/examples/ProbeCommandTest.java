/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nettyplus.leakdetector.junit.NettyLeakDetectorExtension;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.handler.TrustedProxies;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
@ExtendWith(NettyLeakDetectorExtension.class)
class ProbeCommandTest {
  @RegisterExtension static final EventLoops LOOPS = new EventLoops();

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    out.reset();
    err.reset();
    return Main.run(
        arguments, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
  }

  private static WhoAmIServer server(ReceiverOptions options) {
    InetSocketAddress any = new InetSocketAddress(Loopback.V4, 0);
    return WhoAmIServer.start(LOOPS.group(), any, options);
  }

  /** What a peer of a test does with a connection. */
  private interface Behaviour {
    void serve(Socket socket) throws IOException, InterruptedException;
  }

  /** A server that does something else than a receiver should. */
  private static final class Peer implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, Loopback.V4);
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    Peer(Behaviour behaviour) throws IOException {
      start(() -> accept(behaviour));
    }

    private static void start(Runnable task) {
      Thread thread = new Thread(task, "peer");
      thread.setDaemon(true);
      thread.start();
    }

    private void accept(Behaviour behaviour) {
      try {
        while (true) {
          Socket socket = server.accept();
          sockets.add(socket);
          start(() -> serve(behaviour, socket));
        }
      } catch (IOException e) {
        assertThat(server.isClosed()).isTrue();
      }
    }

    private static void serve(Behaviour behaviour, Socket socket) {
      try {
        behaviour.serve(socket);
      } catch (IOException | InterruptedException e) {
        assertThat(e).as("the probe has closed the connection").isNotNull();
      }
    }

    String target() {
      return "127.0.0.1:" + server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      server.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private static String target(WhoAmIServer server) {
    return "127.0.0.1:" + server.address().getPort();
  }

  @Test
  void ourServerDiffersFromTheTextNowhere() throws IOException {
    try (WhoAmIServer server = server(ReceiverOptions.builder().build())) {
      assertThat(run("probe", "--json", "--timeout=20000", "--only=valid,R39,R17", target(server)))
          .as("%s%s", out, err)
          .isZero();
    }
    JsonNode root = new ObjectMapper().readTree(out.toByteArray());
    assertThat(root.get("use").asText())
        .isEqualTo("the receiver takes headers and believes them; it needs one");
    assertThat(root.get("verdicts").get("differs").asInt()).isZero();
    assertThat(root.get("cases")).hasSizeGreaterThan(25);
    assertThat(root.get("cases"))
        .filteredOn(each -> each.get("id").asText().equals("v2-tcp6"))
        .allSatisfy(each -> assertThat(each.get("outcome").asText()).isEqualTo("taken"))
        .hasSize(1);
    assertThat(err.toString(UTF_8)).isEmpty();
  }

  @Test
  void incompleteHeaderIsNotServed() {
    try (WhoAmIServer server = server(ReceiverOptions.builder().build())) {
      assertThat(run("probe", "--timeout=4000", "--concurrency=32", "--only=R4", target(server)))
          .as("%s", out)
          .isZero();
    }
    assertThat(out.toString(UTF_8)).containsPattern("R4 +wait +\\S+ +\\S+ +agrees");
  }

  @Test
  void optionalAndIgnoredHeadersAreToldApart() {
    TrustedProxies loopback = TrustedProxies.loopback();
    try (WhoAmIServer optional =
            server(
                ReceiverOptions.builder()
                    .policy(loopback.withPolicies(ProxyHeaderPolicy.USE, ProxyHeaderPolicy.CLOSE))
                    .build());
        WhoAmIServer ignoring =
            server(
                ReceiverOptions.builder()
                    .policy(
                        loopback.withPolicies(ProxyHeaderPolicy.IGNORE, ProxyHeaderPolicy.CLOSE))
                    .build())) {
      assertThat(run("probe", "--timeout=20000", "--only=v2-tcp4", target(optional))).isEqualTo(1);
      assertThat(out.toString(UTF_8)).contains("takes headers and believes them; it needs none");
      assertThat(run("probe", "--timeout=20000", "--only=v2-tcp4", target(ignoring))).isEqualTo(1);
      assertThat(out.toString(UTF_8)).contains("accepts headers and ignores their addresses");
    }
  }

  @Test
  void probeEndsWhateverThePeerDoes() throws IOException {
    byte[] flood = new byte[1 << 16];
    Behaviour drip =
        socket -> {
          OutputStream stream = socket.getOutputStream();
          while (true) {
            stream.write('x');
            TimeUnit.MILLISECONDS.sleep(20);
          }
        };
    Behaviour torrent =
        socket -> {
          while (true) {
            socket.getOutputStream().write(flood);
          }
        };
    Behaviour reset =
        socket -> {
          socket.setSoLinger(true, 0);
          socket.close();
        };
    for (Behaviour behaviour : List.<Behaviour>of(drip, torrent, reset, socket -> {})) {
      try (Peer peer = new Peer(behaviour)) {
        assertThat(run("probe", "--timeout=6000", "--only=v2-tcp4", peer.target())).isEqualTo(1);
        assertThat(out.toString(UTF_8)).contains("serves nobody");
      }
    }
  }

  @RepeatedTest(20)
  void resetThatComesAtOnceIsARefusal() throws IOException {
    Behaviour reset =
        socket -> {
          socket.setSoLinger(true, 0);
          socket.close();
        };
    try (Peer peer = new Peer(reset)) {
      assertThat(run("probe", "--timeout=20000", "--only=v2-tcp4", peer.target())).isEqualTo(1);
      assertThat(out.toString(UTF_8)).containsPattern("v2-tcp4 +R37 +proxied +\\S+ +refused");
    }
  }

  @Test
  void greetingOfMailServersIsUnderstood() throws IOException {
    Behaviour smtp =
        socket -> {
          socket.getOutputStream().write("220 a ESMTP\r\n".getBytes(US_ASCII));
          while (socket.getInputStream().read() != '\n') {}
          String reply = "250-a Hello [203.0.113.7]\r\n250 OK\r\n";
          socket.getOutputStream().write(reply.getBytes(US_ASCII));
          while (socket.getInputStream().read() != '\n') {}
          socket.close();
        };
    try (Peer peer = new Peer(smtp)) {
      run("probe", "--ask=greeting", "--timeout=20000", "--only=v2-local", peer.target());
      assertThat(out.toString(UTF_8)).containsPattern("v2-local +R32 +local +answered +served");
    }
  }

  @Test
  void logTellsWhoTheClientIs(@TempDir Path folder) throws IOException {
    Path log = Files.writeString(folder.resolve("log"), "old line of 203.0.113.7\n");
    Behaviour logging =
        socket -> {
          byte[] start = socket.getInputStream().readNBytes(20);
          socket.getOutputStream().write("HTTP/1.0 204 None\r\n\r\n".getBytes(US_ASCII));
          socket.shutdownOutput();
          String client = start[0] == '\r' ? "203.0.113.7" : "127.0.0.1";
          Files.writeString(log, "client " + client + "\n", StandardOpenOption.APPEND);
          socket.close();
        };
    try (Peer peer = new Peer(logging)) {
      run("probe", "--timeout=20000", "--log", log.toString(), "--only=v2-tcp4", peer.target());
    }
    assertThat(out.toString(UTF_8))
        .containsPattern("no-header +R7 +reject +\\S+ +local +differs")
        .containsPattern("v2-tcp4 +R37 +proxied +\\S+ +taken +agrees");
  }

  @Test
  void wrongCallsAndForbiddenTargetsPrintOneError(@TempDir Path folder) throws IOException {
    assertThat(run("probe", "192.0.2.1:80")).isEqualTo(2);
    assertThat(err.toString(UTF_8))
        .isEqualTo(
            "probe: 192.0.2.1:80: 192.0.2.1 is neither a loopback nor a private address; --yes"
                + " allows it"
                + System.lineSeparator());
    assertThat(run("probe", "--only=nonsense", "127.0.0.1:1")).isEqualTo(2);
    assertThat(err.toString(UTF_8)).startsWith("probe: --only: no case matches pattern 1");
    assertThat(run("probe", "--log", folder.resolve("none").toString(), "127.0.0.1:1"))
        .isEqualTo(2);
    try (ServerSocket closed = new ServerSocket(0, 1, Loopback.V4)) {
      int port = closed.getLocalPort();
      closed.close();
      assertThat(run("probe", "--only=v1-tcp4", "127.0.0.1:" + port)).isEqualTo(2);
      assertThat(err.toString(UTF_8)).contains("no connection");
    }
    for (String option : List.of("--timeout=0", "--rate=0", "--concurrency=65", "--send-hex=x")) {
      assertThat(run("probe", option, "127.0.0.1:1")).isEqualTo(2);
    }
    assertThat(run("probe", "--ask=http", "--send=a", "127.0.0.1:1")).isEqualTo(2);
    assertThat(out.toString(UTF_8)).isEmpty();
  }

  @Test
  void logThatIsNoFileIsRefused(@TempDir Path folder) {
    assertThat(run("probe", "--log", folder.toString(), "127.0.0.1:1")).isEqualTo(2);
    assertThat(out.toString(UTF_8)).isEmpty();
    assertThat(err.toString(UTF_8)).contains("--log: this is no file that can be read");
  }

  /** A lower bound of the time is asserted, which holds on a machine of any speed. */
  @Test
  void timeOfSlowConnectionIsNotMadeUpFor() throws IOException {
    List<Long> answered = new CopyOnWriteArrayList<>();
    Behaviour slowAtFirst =
        socket -> {
          if (answered.isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(1_600);
          }
          answered.add(System.nanoTime());
          socket.getOutputStream().write("HTTP/1.0 200 OK\r\n\r\n".getBytes(US_ASCII));
          socket.shutdownOutput();
        };
    try (Peer peer = new Peer(slowAtFirst)) {
      run(
          "probe",
          "--timeout=20000",
          "--concurrency=1",
          "--rate=10",
          "--only=valid",
          peer.target());
    }
    assertThat(answered).hasSize(17);
    assertThat(TimeUnit.NANOSECONDS.toMillis(answered.get(16) - answered.get(0)))
        .as("16 connections, a tenth of a second apart")
        .isGreaterThan(1_300);
  }

  @Test
  void reportThatCannotBeWrittenIsFailure() throws IOException {
    try (WhoAmIServer server = server(ReceiverOptions.builder().build())) {
      PrintStream full =
          new PrintStream(
              new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                  throw new IOException("No space left on device");
                }
              });
      String[] arguments = {"probe", "--timeout=20000", "--only=v2-tcp4", target(server)};
      assertThat(Main.run(arguments, full, new PrintStream(err, true, UTF_8))).isEqualTo(2);
    }
    assertThat(err.toString(UTF_8))
        .isEqualTo("probe: standard output cannot be written" + System.lineSeparator());
  }
}
