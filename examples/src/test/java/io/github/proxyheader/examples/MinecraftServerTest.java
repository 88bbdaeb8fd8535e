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
import io.github.proxyheader.examples.forward.Forwarder;
import io.github.proxyheader.examples.forward.config.ForwarderConfig;
import io.github.proxyheader.examples.forward.config.ForwarderConfig.Transport;
import io.github.proxyheader.examples.forward.config.RuleConfig;
import io.github.proxyheader.examples.forward.config.RuleConfig.Balance;
import io.github.proxyheader.examples.forward.config.RuleConfig.Protocol;
import io.github.proxyheader.examples.forward.config.TargetConfig;
import io.github.proxyheader.examples.minecraft.MinecraftServer;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Speaks the public protocol with the server, behind headers, HAProxy and hostile peers. */
@Timeout(60)
@ExtendWith(NettyLeakDetectorExtension.class)
class MinecraftServerTest {
  private static final String HEADER = "PROXY TCP4 203.0.113.7 198.51.100.9 45678 25565\r\n";
  private static final String STATUS = "0800fd05016163dd01" + "0100";
  private static final String PING = "09010102030405060708";
  private static final String LOGIN = "0800fd05016163dd02" + "05" + "00031b4a6f";

  @RegisterExtension static final EventLoops LOOPS = new EventLoops();
  @RegisterExtension static final Peers PEERS = new Peers();

  private final Recorder recorder = new Recorder();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private MinecraftServer server;

  private void start(TrustedProxies trust, Duration timeout, int maxConnections) {
    ReceiverOptions options =
        ReceiverOptions.builder()
            .policy(trust)
            .timeout(timeout)
            .reader(
                ProxyHeaderReader.builder()
                    .transports(ProxyTransport.TCP4, ProxyTransport.TCP6)
                    .build())
            .listener(recorder)
            .build();
    server =
        MinecraftServer.start(
            LOOPS.group(),
            new InetSocketAddress(Loopback.V4, 0),
            options,
            new MinecraftServer.Settings("Hello!", maxConnections, 1_000),
            log::add);
  }

  private void start() {
    start(TrustedProxies.loopback(), Duration.ofSeconds(40), 100);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void statusShowsThePlayersAddress() throws Exception {
    start();
    try (Socket socket = Loopback.connect(server.address())) {
      write(socket, HEADER.getBytes(US_ASCII));
      write(socket, STATUS);

      JsonNode status = new ObjectMapper().readTree(text(socket));
      assertThat(status.at("/description/text").asText())
          .isEqualTo("Hello! You are 203.0.113.7:45678.");
      assertThat(status.at("/version/protocol").asInt()).isEqualTo(765);
      write(socket, PING);
      assertThat(HexFormat.of().formatHex(socket.getInputStream().readAllBytes())).isEqualTo(PING);
    }
    assertThat(log).containsExactly("203.0.113.7:45678 status", "203.0.113.7:45678 ping");
  }

  @Test
  void loginIsAnsweredWithTheAddressAndItsNameIsEscapedInTheLog() throws Exception {
    start();
    try (Socket socket = Loopback.connect(server.address())) {
      write(socket, HEADER.getBytes(US_ASCII));
      write(socket, LOGIN);

      assertThat(new ObjectMapper().readTree(text(socket)).get("text").asText())
          .isEqualTo("Hello! You are 203.0.113.7:45678.");
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(log).containsExactly("203.0.113.7:45678 login of \\x1bJo");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fe", "fe01", "fe01fa"})
  void legacyPingShowsTheAddress(String ping) throws Exception {
    start();
    try (Socket socket = Loopback.connect(server.address())) {
      write(socket, HEADER.getBytes(US_ASCII));
      write(socket, ping);

      DataInputStream in = new DataInputStream(socket.getInputStream());
      assertThat(in.readUnsignedByte()).isEqualTo(0xff);
      int length = in.readUnsignedShort();
      byte[] rest = in.readAllBytes();
      assertThat(rest).hasSize(2 * length);
      assertThat(new String(rest, StandardCharsets.UTF_16BE))
          .contains("Hello! You are 203.0.113.7:45678.");
    }
  }

  @Test
  void headerWithoutAddressesShowsThePeer() throws Exception {
    start();
    try (Socket socket = Loopback.connect(server.address())) {
      write(socket, ProxyHeaderWriter.toBytes(ProxyHeader.local()));
      write(socket, STATUS);

      assertThat(text(socket)).contains(Loopback.text(Loopback.localAddress(socket)));
    }
  }

  @Test
  void fourKilobytesOfVectorsAreTooLong() throws Exception {
    start();
    ProxyHeader header =
        ProxyHeader.builder()
            .source(new InetSocketAddress("203.0.113.7", 1))
            .destination(new InetSocketAddress("198.51.100.9", 2))
            .tlvs(Tlvs.builder().add(0xE0, new byte[4_200]).build())
            .build();
    assertRefused(ProxyHeaderWriter.toBytes(header), Reason.TOO_LONG);
  }

  @Test
  void addressesOfUnixSocketsAreRefused() throws Exception {
    start();
    ProxyHeader header =
        ProxyHeader.of(new DomainSocketAddress("/a"), new DomainSocketAddress("/b"));
    assertRefused(ProxyHeaderWriter.toBytes(header), Reason.TRANSPORT);
  }

  @Test
  void playerWithoutHeaderIsRefused() throws Exception {
    start();
    assertRefused(HexFormat.of().parseHex(STATUS), Reason.MISSING);
  }

  @Test
  void halfHeaderIsRefusedAtTheEnd() throws Exception {
    start();
    try (Socket socket = Loopback.connect(server.address())) {
      write(socket, HEADER.substring(0, 20).getBytes(US_ASCII));
      socket.shutdownOutput();
      assertNothingComes(socket);
    }
    assertThat(recorder.awaitRefusal().reason()).isEqualTo(Reason.TRUNCATED);
    assertThat(log).isEmpty();
  }

  @Test
  void lateHeaderIsRefused() throws Exception {
    start(TrustedProxies.loopback(), Duration.ofMillis(50), 100);
    try (Socket socket = Loopback.connect(server.address())) {
      assertNothingComes(socket);
    }
    assertThat(recorder.awaitRefusal().reason()).isEqualTo(Reason.SILENT);
    assertThat(log).isEmpty();
  }

  @Test
  void spoofedHeaderOfAnUntrustedPeerIsRefused() throws Exception {
    start(TrustedProxies.of("192.0.2.0/24"), Duration.ofSeconds(40), 100);
    try (Socket socket = Loopback.connect(server.address())) {
      assertNothingComes(socket);
    }
    assertThat(recorder.awaitRefusal().reason()).isEqualTo(Reason.UNTRUSTED);
    assertThat(log).isEmpty();
  }

  @Test
  void directPlayersAreServedBesideProxiesButMaySendNoHeader() throws Exception {
    TrustedProxies trust =
        TrustedProxies.of("192.0.2.0/24")
            .withPolicies(ProxyHeaderPolicy.USE, ProxyHeaderPolicy.REJECT);
    start(trust, Duration.ofSeconds(40), 100);
    try (Socket socket = Loopback.connect(server.address())) {
      write(socket, STATUS);
      assertThat(text(socket)).contains(Loopback.text(Loopback.localAddress(socket)));
    }
    assertThat(recorder.awaitClient().isProxied()).isFalse();
    assertRefused(HEADER.getBytes(US_ASCII), Reason.UNEXPECTED);
  }

  @Test
  void clientWithTooManyConnectionsIsClosedAndOthersAreServed() throws Exception {
    start(TrustedProxies.loopback(), Duration.ofSeconds(40), 1);
    try (Socket first = Loopback.connect(server.address());
        Socket second = Loopback.connect(server.address());
        Socket other = Loopback.connect(server.address())) {
      write(first, HEADER.getBytes(US_ASCII));
      write(first, STATUS);
      assertThat(text(first)).contains("203.0.113.7:45678");
      write(second, HEADER.getBytes(US_ASCII));
      assertNothingComes(second);
      write(other, HEADER.replace("113.7", "113.8").getBytes(US_ASCII));
      write(other, STATUS);
      assertThat(text(other)).contains("203.0.113.8:45678");
    }
  }

  @Test
  void hostileBytesBehindTheHeaderEndTheConnection() throws Exception {
    start();
    try (Socket socket = Loopback.connect(server.address())) {
      write(socket, HEADER.getBytes(US_ASCII));
      write(socket, "ffffffff");
      assertNothingComes(socket);
    }
    assertThat(log)
        .containsExactly("203.0.113.7:45678 refused: the length of a packet is out of range");
  }

  @ParameterizedTest
  @ValueSource(strings = {"send-proxy", "send-proxy-v2"})
  void behindHaproxy(String option) throws Exception {
    Peers.require("haproxy");
    start();
    int ready = ExternalProgram.freePort();
    int port = ExternalProgram.freePort();
    String config =
        """
        global
            maxconn 100
        defaults
            mode tcp
            timeout connect 20s
            timeout client 20s
            timeout server 20s
        listen game
            bind 127.0.0.1:%d
            server s %s %s
        listen ready
            bind 127.0.0.1:%d
            server s 127.0.0.1:1
        """
            .formatted(port, Loopback.text(server.address()), option, ready);
    try (ExternalProgram haproxy = PEERS.haproxy(ready, config);
        Socket socket = Loopback.connect(new InetSocketAddress(Loopback.V4, port))) {
      write(socket, STATUS);
      assertThat(text(socket)).contains(Loopback.text(Loopback.localAddress(socket)));
    }
  }

  @Test
  void behindTheForwarder() throws Exception {
    start();
    Duration timeout = Duration.ofSeconds(40);
    TargetConfig target = new TargetConfig(server.address(), ProxyVersion.V2, Set.of(), null);
    RuleConfig rule =
        new RuleConfig(
            "game",
            new InetSocketAddress(Loopback.V4, 0),
            Protocol.TCP,
            List.of(),
            timeout,
            Balance.ROUND_ROBIN,
            timeout,
            timeout,
            10,
            false,
            null,
            null,
            List.of(target));
    ForwarderConfig config =
        new ForwarderConfig(1, Transport.AUTO, Duration.ZERO, null, null, List.of(rule));
    try (Forwarder forwarder = Forwarder.start(config, List.of())) {
      SocketAddress listening = forwarder.status().rules().get(0).listening();
      try (Socket socket = Loopback.connect((InetSocketAddress) listening)) {
        write(socket, STATUS);
        assertThat(text(socket)).contains(Loopback.text(Loopback.localAddress(socket)));
      }
    }
  }

  @Test
  void commandServesUntilItIsStopped() throws Exception {
    start();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "minecraft",
                "--host=127.0.0.1",
                "--port=0",
                "--trust=127.0.0.1",
                "--motd=Welcome!")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      String listens = out.readLine();
      assertThat(listens).startsWith("listens on 127.0.0.1:");
      int port = Integer.parseInt(listens.substring(listens.lastIndexOf(':') + 1));
      try (Socket socket = Loopback.connect(new InetSocketAddress(Loopback.V4, port))) {
        write(socket, HEADER.getBytes(US_ASCII));
        write(socket, STATUS);
        assertThat(text(socket)).contains("Welcome! You are 203.0.113.7:45678.");
      }
      assertThat(out.readLine()).isEqualTo("203.0.113.7:45678 status");
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--trust=nonsense",
        "--host=localhost",
        "--port=70000",
        "--max-connections-per-client=0",
        "--connections-per-second-per-client=0"
      })
  void wrongOptionIsToldOfAndNothingStarts(String option) {
    start();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();

    int status =
        Main.run(
            new String[] {"minecraft", option},
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8));

    assertThat(status).isEqualTo(2);
    assertThat(out.toString(UTF_8)).isEmpty();
    assertThat(err.toString(UTF_8)).contains("Usage: proxyheader minecraft ");
  }

  private void assertRefused(byte[] bytes, Reason reason) throws Exception {
    int before = log.size();
    try (Socket socket = Loopback.connect(server.address())) {
      write(socket, bytes);
      assertNothingComes(socket);
    }
    assertThat(recorder.awaitRefusal().reason()).isEqualTo(reason);
    assertThat(log).hasSize(before);
  }

  /** The connection ends or is reset; a reset is what unread bytes lead to. */
  private static void assertNothingComes(Socket socket) {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(received);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the connection stands", e);
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("reset");
    }
    assertThat(received.toByteArray()).isEmpty();
  }

  private static void write(Socket socket, String hex) throws IOException {
    write(socket, HexFormat.of().parseHex(hex));
  }

  private static void write(Socket socket, byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** Reads the text of a packet of number 0. */
  private static String text(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    varInt(in);
    assertThat(varInt(in)).as("the packet's number").isZero();
    return new String(in.readNBytes(varInt(in)), UTF_8);
  }

  private static int varInt(DataInputStream in) throws IOException {
    int value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = in.readByte();
      value |= (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }
}
