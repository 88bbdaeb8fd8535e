/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.frameworks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.examples.ExternalProgram;
import io.github.proxyheader.examples.Loopback;
import io.github.proxyheader.examples.Peers;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.protocol.ProxyCommand;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.File;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every recipe must do: the application sees the client behind the real HAProxy and behind
 * headers of all kinds, and a bad header ends the connection before anything of it runs.
 *
 * <p>The servers of a class are started once: one for all that is good, one with a short time-out,
 * and one that does not trust this machine.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
abstract class FrameworkContract {
  private static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.7", 40001);
  private static final InetSocketAddress FRONTEND = new InetSocketAddress("198.51.100.2", 443);
  private static final InetSocketAddress CLIENT_V6 = new InetSocketAddress("2001:db8::7", 40001);
  private static final InetSocketAddress FRONTEND_V6 = new InetSocketAddress("2001:db8::2", 443);
  private static final byte[] V2 = ProxyHeaderWriter.toBytes(ProxyHeader.of(CLIENT, FRONTEND));

  @RegisterExtension final Peers peers = new Peers();

  private final Outcomes outcomes = new Outcomes();
  private final AtomicInteger runs = new AtomicInteger();
  private Running server;
  private Running impatient;
  private Running distrustful;
  private int haproxyV1;
  private int haproxyV2;

  /** A server of the framework. */
  record Running(int port, AutoCloseable stop) {
    InetSocketAddress address() {
      return new InetSocketAddress(Loopback.V4, port);
    }
  }

  /**
   * Starts the framework's server on a free port of the loopback interface.
   *
   * @param application is run by every request, before it is answered with {@link #says}
   */
  abstract Running start(ReceiverOptions options, Runnable application) throws Exception;

  /**
   * Sends a request to an address, and returns the answer.
   *
   * @param connection sends what comes before the first byte of the client
   */
  abstract String ask(Preamble connection) throws Exception;

  /** Returns whether the recipe also shows the address that the client connected to. */
  boolean showsDestination() {
    return true;
  }

  /** Returns the answer of an application that was told these addresses. */
  static String says(InetSocketAddress client, InetSocketAddress destination) {
    return "client=" + Loopback.text(client) + " destination=" + Loopback.text(destination) + ";";
  }

  private static String saysClient(InetSocketAddress client) {
    return "client=" + Loopback.text(client) + " ";
  }

  private ReceiverOptions.Builder options(TrustedProxies trust, Duration timeout) {
    return ReceiverOptions.builder().policy(trust).timeout(timeout).listener(outcomes);
  }

  @BeforeAll
  void startAll() throws Exception {
    Duration patient = Duration.ofSeconds(60);
    server = start(options(TrustedProxies.loopback(), patient).build(), runs::incrementAndGet);
    impatient =
        start(
            options(TrustedProxies.loopback(), Duration.ofMillis(500)).build(),
            runs::incrementAndGet);
    distrustful =
        start(options(TrustedProxies.of("192.0.2.0/24"), patient).build(), runs::incrementAndGet);
    if (ExternalProgram.find("haproxy").isPresent()) {
      startHaproxy();
    }
  }

  private void startHaproxy() throws Exception {
    haproxyV1 = ExternalProgram.freePort();
    haproxyV2 = ExternalProgram.freePort();
    int ready = ExternalProgram.freePort();
    String config =
        """
        global
            maxconn 100
        defaults
            mode tcp
            timeout connect 60s
            timeout client 60s
            timeout server 60s
            timeout check 30s
        listen v1
            bind 127.0.0.1:%d
            server s 127.0.0.1:%d send-proxy
        listen v2
            bind 127.0.0.1:%d
            server s 127.0.0.1:%d send-proxy-v2 check inter 500ms
        frontend ready
            mode http
            bind 127.0.0.1:%d
            http-request return status 200
        """
            .formatted(haproxyV1, server.port(), haproxyV2, server.port(), ready);
    peers.haproxy(ready, config);
  }

  @AfterAll
  void stopAll() throws Exception {
    for (Running running : new Running[] {server, impatient, distrustful}) {
      if (running != null) {
        running.stop().close();
      }
    }
  }

  @BeforeEach
  void forget() {
    outcomes.forget();
    runs.set(0);
  }

  private void assertSays(String answer, InetSocketAddress client, InetSocketAddress destination) {
    assertThat(answer)
        .contains(showsDestination() ? says(client, destination) : saysClient(client));
  }

  /** Waits for the next connection that is no health check of HAProxy. */
  private ProxiedAddress awaitClient() throws InterruptedException {
    while (true) {
      if (outcomes.await() instanceof ProxiedAddress address && address.isProxied()) {
        return address;
      }
    }
  }

  private Object awaitRefusal() throws InterruptedException {
    while (true) {
      if (outcomes.await() instanceof Reason reason) {
        return reason;
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("The real HAProxy sends the header")
  void behindHaproxy(ProxyVersion version) throws Exception {
    Peers.require("haproxy");
    int port = version == ProxyVersion.V1 ? haproxyV1 : haproxyV2;

    String answer = ask(Preamble.none(new InetSocketAddress(Loopback.V4, port)));

    ProxiedAddress address = awaitClient();
    assertThat(address.header().version()).isEqualTo(version);
    assertSays(
        answer, (InetSocketAddress) address.source(), new InetSocketAddress(Loopback.V4, port));
    assertThat(runs).hasPositiveValue();
  }

  @Test
  @DisplayName("Health checks of the real HAProxy come with LOCAL and run nothing")
  void healthChecks() throws Exception {
    Peers.require("haproxy");
    for (int checks = 0; checks < 3; ) {
      if (outcomes.await() instanceof ProxiedAddress address) {
        assertThat(address.header().command()).isEqualTo(ProxyCommand.LOCAL);
        checks++;
      }
    }
    assertThat(runs).hasValue(0);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("Header and request come in one segment, and in two")
  void segments(Preamble.Segments segments) throws Exception {
    String answer = ask(preamble(V2, segments));

    assertSays(answer, CLIENT, FRONTEND);
    assertThat(runs).hasPositiveValue();
  }

  @Test
  @DisplayName("The header comes byte by byte")
  void byteByByte() throws Exception {
    assertSays(ask(preamble(V2, Preamble.Segments.BYTES)), CLIENT, FRONTEND);
  }

  @Test
  @DisplayName("A header of the other family shows its addresses")
  void foreignFamily() throws Exception {
    byte[] header = ProxyHeaderWriter.toBytes(ProxyHeader.of(CLIENT_V6, FRONTEND_V6));

    assertSays(ask(preamble(header, Preamble.Segments.TWO)), CLIENT_V6, FRONTEND_V6);
  }

  @Test
  @DisplayName("Four kilobytes of vectors are read")
  void manyVectors() throws Exception {
    Tlvs.Builder tlvs = Tlvs.builder();
    for (int i = 0; i < 4; i++) {
      tlvs.add(0xE5, new byte[1000]);
    }
    ProxyHeader header = ProxyHeader.of(CLIENT, FRONTEND).toBuilder().tlvs(tlvs.build()).build();

    byte[] bytes = ProxyHeaderWriter.toBytes(header);
    assertSays(ask(preamble(bytes, Preamble.Segments.ONE)), CLIENT, FRONTEND);
  }

  @Test
  @DisplayName("With LOCAL the application sees the real peer")
  void local() throws Exception {
    assertThatThePeerIsSeen(ProxyHeaderWriter.toBytes(ProxyHeader.local()));
  }

  @Test
  @DisplayName("With the addresses of a unix socket the application sees the real peer")
  void unixAddresses() throws Exception {
    DomainSocketAddress path = new DomainSocketAddress(new File("/run/client"));
    assertThatThePeerIsSeen(ProxyHeaderWriter.toBytes(ProxyHeader.of(path, path)));
  }

  private void assertThatThePeerIsSeen(byte[] header) throws Exception {
    Preamble preamble = preamble(header, Preamble.Segments.ONE);

    String answer = ask(preamble);

    assertSays(answer, preamble.peer(), server.address());
  }

  private Preamble preamble(byte[] header, Preamble.Segments segments) throws Exception {
    return Preamble.of(server.address(), header, segments);
  }

  @Test
  @DisplayName("Without a header the connection is closed, and nothing runs")
  void noHeader() throws Exception {
    byte[] request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII);
    assertRefused(server, request, Reason.MISSING);
  }

  @Test
  @DisplayName("A header that is too late closes the connection, and nothing runs")
  void lateHeader() throws Exception {
    assertRefused(impatient, new byte[0], Reason.SILENT);
  }

  @Test
  @DisplayName("Half a header closes the connection, and nothing runs")
  void halfHeader() throws Exception {
    assertRefused(impatient, Arrays.copyOf(V2, 20), Reason.TIMEOUT);
  }

  @Test
  @DisplayName("A header that is too long closes the connection, and nothing runs")
  void longHeader() throws Exception {
    byte[] header = Arrays.copyOf(V2, 16);
    header[14] = (byte) 0xFF;
    assertRefused(server, header, Reason.TOO_LONG);
  }

  @Test
  @DisplayName("A spoofed header of a peer that is not trusted closes the connection")
  void spoofedHeader() throws Exception {
    assertRefused(distrustful, V2, Reason.UNTRUSTED);
  }

  private void assertRefused(Running running, byte[] bytes, Reason reason) throws Exception {
    byte[] answer = Preamble.exchange(running.address(), bytes);

    assertThat(awaitRefusal()).isEqualTo(reason);
    assertThat(new String(answer, US_ASCII)).isEmpty();
    assertThat(runs).hasValue(0);
  }
}
