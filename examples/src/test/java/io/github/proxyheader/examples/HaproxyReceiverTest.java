/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.examples.forward.Forwarder;
import io.github.proxyheader.examples.forward.Rules;
import io.github.proxyheader.examples.forward.config.ForwarderConfig;
import io.github.proxyheader.examples.forward.config.ForwarderConfig.Transport;
import io.github.proxyheader.examples.forward.config.RuleConfig;
import io.github.proxyheader.handler.ProxyHeaderEncoder;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.tlv.TlvType;
import io.github.proxyheader.tlv.Tlvs;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The encoder sends, HAProxy receives. */
@Timeout(60)
class HaproxyReceiverTest {
  private static final InetSocketAddress V4_SOURCE = new InetSocketAddress("203.0.113.7", 45678);
  private static final InetSocketAddress V4_TARGET = new InetSocketAddress("198.51.100.9", 8443);
  private static final InetSocketAddress V6_SOURCE = new InetSocketAddress("2001:db8::7", 45678);
  private static final InetSocketAddress V6_TARGET = new InetSocketAddress("2001:db8:1::9", 8443);
  private static final String V4_SEEN = "src=203.0.113.7:45678 dst=198.51.100.9:8443 ";
  private static final String V6_SEEN = "src=2001:db8::7:45678 dst=2001:db8:1::9:8443 ";

  @RegisterExtension static final Peers PEERS = new Peers();
  @RegisterExtension static final EventLoops LOOPS = new EventLoops();

  private static int port;

  @BeforeAll
  static void start() throws Exception {
    Peers.require("haproxy");
    int ready = ExternalProgram.freePort();
    port = ExternalProgram.freePort();
    String config =
        Peers.haproxyHttp(ready)
            + """
        frontend accept
            %s
            http-request return status 200 content-type text/plain lf-string \
        "src=%%[src]:%%[src_port] dst=%%[dst]:%%[dst_port] proxied=%%[fc_rcvd_proxy] \
        peer=%%[fc_src]:%%[fc_src_port] authority=%%[fc_pp_authority] id=%%[fc_pp_unique_id]\\n"
        """
                .formatted(Peers.listen("bind %s accept-proxy", port));
    PEERS.haproxy(ready, config);
  }

  @ParameterizedTest
  @CsvSource({"V1,IPv4", "V1,IPv6", "V2,IPv4", "V2,IPv6"})
  void ipv4Addresses(ProxyVersion version, String connection) throws Exception {
    ProxyHeader header = header(version, V4_SOURCE, V4_TARGET).build();

    assertThat(get(connection, header)).startsWith(V4_SEEN);
  }

  @ParameterizedTest
  @CsvSource({"V1,IPv4", "V1,IPv6", "V2,IPv4", "V2,IPv6"})
  void ipv6Addresses(ProxyVersion version, String connection) throws Exception {
    ProxyHeader header = header(version, V6_SOURCE, V6_TARGET).build();

    assertThat(get(connection, header)).startsWith(V6_SEEN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"V1", "V2"})
  void addressesOfTwoFamiliesAreMapped(ProxyVersion version) throws Exception {
    ProxyHeader header = header(version, V6_SOURCE, V4_TARGET).build();

    assertThat(get("IPv4", header))
        .startsWith("src=2001:db8::7:45678 dst=::ffff:198.51.100.9:8443 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"IPv4", "IPv6"})
  void vectorsAndChecksum(String connection) throws Exception {
    ProxyHeader header = withVectors(V4_SOURCE, V4_TARGET);

    assertThat(get(connection, header))
        .startsWith(V4_SEEN)
        .endsWith(" authority=www.example.org id=id-4711\n");
  }

  @Test
  void vectorsOfFourKibibytes() throws Exception {
    Tlvs tlvs =
        Tlvs.builder().add(TlvType.NOOP, new byte[4000]).authority("www.example.org").build();
    ProxyHeader header =
        header(ProxyVersion.V2, V6_SOURCE, V6_TARGET).tlvs(tlvs).checksum(true).build();

    assertThat(get("IPv4", header)).startsWith(V6_SEEN).contains("authority=www.example.org ");
  }

  @Test
  @DisplayName("LOCAL: HAProxy keeps the addresses of the connection")
  void local() throws Exception {
    assertThat(get("IPv4", ProxyHeader.local()))
        .startsWith("src=127.0.0.1:")
        .contains("dst=127.0.0.1:" + port + " ");
  }

  @Test
  @DisplayName("HAProxy refuses a wrong checksum, so it did verify the right ones")
  void wrongChecksumIsRefused() throws Exception {
    byte[] header = ProxyHeaderWriter.toBytes(withVectors(V4_SOURCE, V4_TARGET));
    assertThat(sendBytes(header)).contains(V4_SEEN);

    header[header.length - 1] ^= 1; // the checksum is the last vector
    assertThat(sendBytes(header)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"IPv4", "IPv6"})
  @DisplayName("the forwarder tells HAProxy the client's own address and port")
  void throughTheForwarder(String family) throws Exception {
    InetAddress loopback = Loopback.address(family);
    RuleConfig rule =
        Rules.to(Rules.version2(new InetSocketAddress(Loopback.V4, port)))
            .listen(new InetSocketAddress(loopback, 0))
            .build();
    ForwarderConfig config =
        new ForwarderConfig(1, Transport.AUTO, Duration.ZERO, null, null, List.of(rule));
    try (Forwarder forwarder = Forwarder.start(config, List.of());
        Socket socket = new Socket()) {
      InetSocketAddress listening =
          (InetSocketAddress) forwarder.status().rules().get(0).listening();
      socket.connect(listening, 20_000);
      socket.setSoTimeout(20_000);
      String client = Loopback.localAddress(socket).getPort() + " dst=";
      String address = family.equals("IPv4") ? "127.0.0.1:" : "::1:";

      assertThat(PlainHttp.get(socket))
          .startsWith("src=" + address + client + address + listening.getPort() + " ")
          .doesNotContain("peer=" + address + client);
    }
  }

  private static ProxyHeader withVectors(InetSocketAddress source, InetSocketAddress target) {
    byte[] id = "id-4711".getBytes(StandardCharsets.US_ASCII);
    Tlvs tlvs = Tlvs.builder().authority("www.example.org").uniqueId(id).build();
    return header(ProxyVersion.V2, source, target).tlvs(tlvs).checksum(true).build();
  }

  private static ProxyHeader.Builder header(
      ProxyVersion version, InetSocketAddress source, InetSocketAddress target) {
    return ProxyHeader.builder().version(version).source(source).destination(target);
  }

  private static String get(String connection, ProxyHeader header) throws Exception {
    InetSocketAddress haproxy = new InetSocketAddress(Loopback.address(connection), port);
    return Sender.get(LOOPS.group(), haproxy, new ProxyHeaderEncoder(header));
  }

  /** Sends bytes as they are, with a request behind them, and returns the whole answer. */
  private static String sendBytes(byte[] header) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(header);
    bytes.write(PlainHttp.REQUEST.getBytes(StandardCharsets.US_ASCII));
    InetSocketAddress haproxy = new InetSocketAddress(Loopback.V4, port);
    return Sender.send(LOOPS.group(), haproxy, bytes.toByteArray());
  }
}
