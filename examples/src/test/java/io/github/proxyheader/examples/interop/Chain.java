/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.examples.Loopback;
import io.github.proxyheader.examples.forward.Forwarder;
import io.github.proxyheader.examples.forward.Rules;
import io.github.proxyheader.examples.forward.config.ForwarderConfig;
import io.github.proxyheader.examples.forward.config.ForwarderConfig.Transport;
import io.github.proxyheader.examples.forward.config.TargetConfig.HeaderTlv;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Three hops: HAProxy terminates a client's TLS and sends all it knows in a header, the forwarder
 * passes that on with a checksum of its own, and a receiver says what arrived.
 *
 * @param receiver the last hop
 * @param address how the receiver writes the client's address, with %s for the address and %d for
 *     its port
 * @param vectors what the receiver says of the vectors, empty if it shows none
 */
record Chain(Receiver receiver, String address, List<String> vectors) {
  private static final int HAPROXY_PORT = 7;
  private static final int TIMEOUT_MILLIS = 30_000;

  static List<Chain> all() {
    return List.of(
        new Chain(
            receiver("Varnish"),
            "src=%s:%d ",
            List.of(
                "authority=" + Headers.AUTHORITY,
                "alpn=http/1.1",
                "version=TLSv1.",
                "cipher=TLS_",
                "cn=" + Headers.COMMON_NAME,
                "sign=RSA-SHA256",
                "key=RSA2048")),
        new Chain(receiver("nginx http"), "src=%s:%d ", List.of()),
        new Chain(receiver("Postfix smtpd"), "[%s]:%d>", List.of()));
  }

  private static Receiver receiver(String title) {
    return Receivers.all().stream()
        .filter(receiver -> receiver.program().title().equals(title))
        .findFirst()
        .orElseThrow();
  }

  String title() {
    return "HAProxy → forwarder → " + receiver.program().title();
  }

  static Program haproxy() {
    return SendingPrograms.all().get(0).program();
  }

  void run(Tls tls, String tlsDirectory, Results results) throws Exception {
    try (RunningProgram last = RunningProgram.start(receiver.program(), Map.of());
        Forwarder forwarder = Forwarder.start(forwarding(receiver.address(last)), List.of());
        RunningProgram haproxy = RunningProgram.start(haproxy(), values(forwarder, tlsDirectory));
        Socket plain = new Socket(Loopback.V4, haproxy.port(HAPROXY_PORT));
        SSLSocket socket = connect(plain, tls)) {
      socket.getOutputStream().write(receiver.dialog().opening());
      String answer = answer(socket);
      InetSocketAddress client = (InetSocketAddress) plain.getLocalSocketAddress();
      assertThat(answer)
          .as(title())
          .contains(address.formatted(client.getAddress().getHostAddress(), client.getPort()));
      assertThat(vectors).allSatisfy(vector -> assertThat(answer).contains(vector));
      results.chain(title(), said());
    }
  }

  /** Returns what the receiver said when {@link #run} has succeeded. */
  String said() {
    return vectors.isEmpty()
        ? "the client's address and port; it shows no TLVs"
        : "the client's address and port; " + String.join(", ", vectors);
  }

  private static ForwarderConfig forwarding(InetSocketAddress target) {
    return new ForwarderConfig(
        1,
        Transport.AUTO,
        Duration.ZERO,
        null,
        null,
        List.of(
            Rules.to(Rules.version2(target, HeaderTlv.RECEIVED, HeaderTlv.CRC32C))
                .trust("127.0.0.0/8")
                .build()));
  }

  private static Map<String, String> values(Forwarder forwarder, String tlsDirectory) {
    InetSocketAddress front = (InetSocketAddress) forwarder.status().rules().get(0).listening();
    return Map.of("TARGET", Loopback.text(front), "TLS", tlsDirectory);
  }

  private static SSLSocket connect(Socket plain, Tls tls) throws Exception {
    plain.setSoTimeout(TIMEOUT_MILLIS);
    SSLSocket socket =
        (SSLSocket)
            tls.context(true)
                .getSocketFactory()
                .createSocket(plain, Headers.AUTHORITY, plain.getPort(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(Headers.AUTHORITY)));
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  /** Reads to the end, or, if the receiver speaks first, its greeting. */
  private String answer(SSLSocket socket) throws Exception {
    StringBuilder answer = new StringBuilder();
    byte[] buffer = new byte[8192];
    int count;
    while ((receiver.dialog().opening().length > 0 || !answer.toString().endsWith("\r\n"))
        && (count = socket.getInputStream().read(buffer)) >= 0) {
      answer.append(new String(buffer, 0, count, ISO_8859_1));
    }
    return answer.toString();
  }

  @Override
  public String toString() {
    return title();
  }
}
