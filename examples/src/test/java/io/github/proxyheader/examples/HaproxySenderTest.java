/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.protocol.ProxyCommand;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.tlv.SslInfo;
import io.netty.util.NetUtil;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HAProxy sends, the decoder receives. */
@Timeout(60)
class HaproxySenderTest {
  private static final String HOST = "www.example.org";

  @RegisterExtension static final Peers PEERS = new Peers();
  @RegisterExtension static final EventLoops LOOPS = new EventLoops();

  private static final Recorder CLIENTS = new Recorder();
  private static final Recorder CHECKS = new Recorder();
  private static final Recorder TCP_CHECKS = new Recorder();

  private static WhoAmIServer server;
  private static WhoAmIServer checkedServer;
  private static WhoAmIServer tcpCheckedServer;
  private static int stats;
  private static int v1;
  private static int v2;
  private static int ssl;

  @BeforeAll
  static void start() throws Exception {
    Peers.require("haproxy");
    server = server(CLIENTS);
    checkedServer = server(CHECKS);
    tcpCheckedServer = server(TCP_CHECKS);
    stats = ExternalProgram.freePort();
    v1 = ExternalProgram.freePort();
    v2 = ExternalProgram.freePort();
    ssl = ExternalProgram.freePort();
    Path pem = PEERS.directory().resolve("server.pem");
    try (InputStream in = pem()) {
      Files.copy(in, pem);
    }
    String config =
        """
        global
            maxconn 100
        defaults
            mode tcp
            timeout connect 20s
            timeout client 20s
            timeout server 20s
            timeout check 10s
        listen stats
            mode http
            bind 127.0.0.1:%d
            stats enable
            stats uri /
        listen v1
            %s
            server s %s send-proxy
        listen v2
            %s
            server s %s send-proxy-v2
        listen ssl
            %s
            unique-id-format %%ci_%%cp
            server s %s send-proxy-v2-ssl proxy-v2-options crc32c,unique-id,authority,ssl
        backend checks
            mode http
            option httpchk GET /
            server local %s check inter 200ms send-proxy-v2
            server local-ssl %s check inter 200ms send-proxy-v2-ssl proxy-v2-options crc32c,ssl
        backend tcp-checks
            option tcp-check
            tcp-check connect linger
            server s %s check inter 200ms
        """
            .formatted(
                stats,
                Peers.listen("bind %s", v1),
                Loopback.text(server.address()),
                Peers.listen("bind %s", v2),
                Loopback.text(server.address()),
                Peers.listen("bind %s ssl crt " + pem + " alpn http/1.1", ssl),
                Loopback.text(server.address()),
                Loopback.text(checkedServer.address()),
                Loopback.text(checkedServer.address()),
                Loopback.text(tcpCheckedServer.address()));
    PEERS.haproxy(stats, config);
  }

  private static WhoAmIServer server(Recorder recorder) {
    return WhoAmIServer.start(
        LOOPS.group(),
        new InetSocketAddress(Loopback.V4, 0),
        ReceiverOptions.builder().policy(TrustedProxies.loopback()).listener(recorder).build());
  }

  private static InputStream pem() {
    return HaproxySenderTest.class.getResourceAsStream("/tls/www.example.org.pem");
  }

  @AfterAll
  static void stop() {
    for (WhoAmIServer started : new WhoAmIServer[] {server, checkedServer, tcpCheckedServer}) {
      if (started != null) {
        started.close();
      }
    }
  }

  @BeforeEach
  void forget() {
    CLIENTS.forget();
  }

  @ParameterizedTest
  @ValueSource(strings = {"IPv4", "IPv6"})
  @DisplayName("send-proxy")
  void version1(String family) throws Exception {
    ProxiedAddress client = request(new InetSocketAddress(Loopback.address(family), v1));

    ProxyHeader header = client.header();
    assertThat(header.version()).isEqualTo(ProxyVersion.V1);
    assertThat(header.transport()).isEqualTo(tcp(family));
  }

  @ParameterizedTest
  @ValueSource(strings = {"IPv4", "IPv6"})
  @DisplayName("send-proxy-v2")
  void version2(String family) throws Exception {
    ProxiedAddress client = request(new InetSocketAddress(Loopback.address(family), v2));

    ProxyHeader header = client.header();
    assertThat(header.version()).isEqualTo(ProxyVersion.V2);
    assertThat(header.transport()).isEqualTo(tcp(family));
    assertThat(header.tlvs()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"IPv4", "IPv6"})
  @DisplayName("send-proxy-v2-ssl with crc32c, unique-id, authority, ssl")
  void version2WithVectors(String family) throws Exception {
    InetSocketAddress local;
    String protocol;
    ProxiedAddress client;
    try (SSLSocket socket = connectSsl(new InetSocketAddress(Loopback.address(family), ssl))) {
      local = Loopback.localAddress(socket);
      assertThat(PlainHttp.get(socket)).contains("client: " + Loopback.text(local) + "\n");
      protocol = socket.getSession().getProtocol();
      client = CLIENTS.awaitClient();
    }

    assertProxied(client, local, new InetSocketAddress(Loopback.address(family), ssl));
    ProxyHeader header = client.header();
    assertThat(header.version()).isEqualTo(ProxyVersion.V2);
    assertThat(header.transport()).isEqualTo(tcp(family));
    assertThat(header.hasChecksum()).as("has a checksum, which the decoder verified").isTrue();
    assertThat(header.tlvs().authority()).contains(HOST);
    assertThat(header.tlvs().alpn()).contains("http/1.1".getBytes(StandardCharsets.US_ASCII));
    assertThat(header.tlvs().uniqueId().map(id -> new String(id, StandardCharsets.US_ASCII)))
        .contains(NetUtil.toAddressString(local.getAddress()) + '_' + local.getPort());
    SslInfo info = header.tlvs().ssl().orElseThrow();
    assertThat(info.overSsl()).isTrue();
    assertThat(info.version()).contains(protocol);
    assertThat(info.certOnConnection()).isFalse();
    assertThat(info.verified()).as("no certificate was shown").isFalse();
  }

  @Test
  @DisplayName("health checks send LOCAL, and find the server up")
  void localHealthCheck() throws Exception {
    boolean plain = false;
    boolean withVectors = false;
    for (int i = 0; i < 20 && !(plain && withVectors); i++) {
      ProxiedAddress check = CHECKS.awaitClient();
      assertThat(check.isProxied()).isFalse();
      assertThat(check.source()).as("the real peer").isEqualTo(check.peer());
      assertThat(check.destination()).isEqualTo(checkedServer.address());
      ProxyHeader header = check.header();
      assertThat(header.command()).isEqualTo(ProxyCommand.LOCAL);
      assertThat(header.hasAddresses()).isFalse();
      plain |= header.tlvs().isEmpty();
      withVectors |= header.hasChecksum() && header.tlvs().ssl().isPresent();
    }
    assertThat(plain).as("a LOCAL header without vectors").isTrue();
    assertThat(withVectors).as("a LOCAL header with vectors").isTrue();
    awaitCheckOf("checks", "local", "UP L7OK/200");
    awaitCheckOf("checks", "local-ssl", "UP L7OK/200");
  }

  @Test
  @DisplayName("health checks that only connect cause no exception, and find the server up")
  void tcpHealthCheck() throws Exception {
    TCP_CHECKS.awaitAbandoned();
    TCP_CHECKS.awaitAbandoned();
    awaitCheckOf("tcp-checks", "s", "UP L4OK/");
  }

  /** Sends a request through HAProxy and returns what the decoder made of its header. */
  private static ProxiedAddress request(InetSocketAddress haproxy) throws Exception {
    try (Socket socket = Loopback.connect(haproxy)) {
      InetSocketAddress local = Loopback.localAddress(socket);
      assertThat(PlainHttp.get(socket)).contains("client: " + Loopback.text(local) + "\n");
      ProxiedAddress client = CLIENTS.awaitClient();
      assertProxied(client, local, haproxy);
      return client;
    }
  }

  private static void assertProxied(
      ProxiedAddress client, InetSocketAddress source, InetSocketAddress destination) {
    assertThat(client.isProxied()).isTrue();
    assertThat(client.source()).isEqualTo(source);
    assertThat(client.destination()).isEqualTo(destination);
    assertThat(client.peer()).isNotEqualTo(source);
  }

  private static ProxyTransport tcp(String family) {
    return family.equals("IPv4") ? ProxyTransport.TCP4 : ProxyTransport.TCP6;
  }

  private static SSLSocket connectSsl(InetSocketAddress to) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream in = pem()) {
      in.skipNBytes("Made for the tests: the key is no secret.\n".length());
      trusted.setCertificateEntry(
          HOST, CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    Socket plain = Loopback.connect(to);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(plain, HOST, to.getPort(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setServerNames(List.of(new SNIHostName(HOST)));
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    socket.setSSLParameters(parameters);
    return socket;
  }

  /** A check can also be under way, or have been too slow for once. */
  private static void awaitCheckOf(String backend, String name, String start) throws Exception {
    for (int i = 0; i < 400 && !statsOf(backend, name).startsWith(start); i++) {
      Thread.sleep(50);
    }
    assertThat(statsOf(backend, name)).startsWith(start);
  }

  /** Returns what HAProxy says of a server: its status, its last check and that one's code. */
  private static String statsOf(String backend, String name) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + stats + "/;csv");
    try (InputStream in = uri.toURL().openStream()) {
      List<String[]> rows =
          new String(in.readAllBytes(), StandardCharsets.US_ASCII)
              .lines()
              .map(line -> line.split(",", -1))
              .toList();
      List<String> columns = List.of(rows.get(0));
      String[] row =
          rows.stream()
              .filter(r -> r[0].equals(backend) && r[1].equals(name))
              .findFirst()
              .orElseThrow();
      return row[columns.indexOf("status")]
          + ' '
          + row[columns.indexOf("check_status")]
          + '/'
          + row[columns.indexOf("check_code")];
    }
  }
}
