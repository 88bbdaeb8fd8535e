/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.frameworks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.github.proxyheader.handler.ProxyHeaderListener;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.ReceiverOptions;
import io.netty.channel.Channel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;

/**
 * A decoder that is added in front by {@code doOnChannelInit}. The handlers of Reactor Netty's HTTP
 * server, which works without AUTO_READ, have asked for a read by then.
 */
@Timeout(120)
class ReactorNettyAddFirstTest {
  private static final String HEADER = "PROXY TCP4 203.0.113.7 198.51.100.9 45678 80\r\n";
  private static final String REQUEST =
      "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

  private final BlockingQueue<ProxiedAddress> clients = new LinkedBlockingQueue<>();

  static Stream<Arguments> serversAndPolicies() {
    return Stream.of(
            new HttpProtocol[] {HttpProtocol.HTTP11},
            new HttpProtocol[] {HttpProtocol.HTTP11, HttpProtocol.H2C})
        .flatMap(
            protocols ->
                Stream.of(
                        ProxyHeaderPolicy.REQUIRE, ProxyHeaderPolicy.USE, ProxyHeaderPolicy.IGNORE)
                    .map(policy -> Arguments.of(protocols, policy)));
  }

  private DisposableServer start(
      HttpProtocol[] protocols, ProxyHeaderPolicy policy, Duration timeout) {
    ReceiverOptions options =
        ReceiverOptions.builder()
            .policy(policy)
            .timeout(timeout)
            .listener(
                new ProxyHeaderListener() {
                  @Override
                  public void proxied(Channel channel, ProxiedAddress address) {
                    clients.add(address);
                  }
                })
            .build();
    return HttpServer.create()
        .host("127.0.0.1")
        .port(0)
        .protocol(protocols)
        .doOnChannelInit(
            (observer, channel, remote) ->
                channel.pipeline().addFirst(new ProxyHeaderDecoder(options)))
        .handle((request, response) -> response.sendString(Mono.just("hello")))
        .bindNow();
  }

  private static Socket connect(DisposableServer server) throws IOException {
    Socket socket = new Socket("127.0.0.1", server.port());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
  }

  private static void assertAnswered(Socket socket) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    for (int c = socket.getInputStream().read(); c >= 0; c = socket.getInputStream().read()) {
      answer.write(c);
      if (answer.toString(US_ASCII).contains("hello")) {
        break;
      }
    }
    assertThat(answer.toString(US_ASCII)).startsWith("HTTP/1.1 200").contains("hello");
  }

  @ParameterizedTest
  @MethodSource("serversAndPolicies")
  @DisplayName("6.1 header and request in one segment are answered")
  void oneSegment(HttpProtocol[] protocols, ProxyHeaderPolicy policy) throws Exception {
    DisposableServer server = start(protocols, policy, Duration.ofSeconds(60));
    try (Socket socket = connect(server)) {
      send(socket, HEADER + REQUEST);
      assertAnswered(socket);
    } finally {
      server.disposeNow();
    }
  }

  @ParameterizedTest
  @MethodSource("serversAndPolicies")
  @DisplayName("6.1 the request comes after the header was read, and is answered")
  void twoSegments(HttpProtocol[] protocols, ProxyHeaderPolicy policy) throws Exception {
    DisposableServer server = start(protocols, policy, Duration.ofSeconds(60));
    try (Socket socket = connect(server)) {
      send(socket, HEADER);
      ProxiedAddress client = clients.poll(30, TimeUnit.SECONDS);
      assertThat(client).isNotNull();
      assertThat(client.isProxied()).isEqualTo(policy != ProxyHeaderPolicy.IGNORE);
      if (client.isProxied()) {
        assertThat(client.source()).isEqualTo(new InetSocketAddress("203.0.113.7", 45678));
      }
      send(socket, REQUEST);
      assertAnswered(socket);
    } finally {
      server.disposeNow();
    }
  }

  static Stream<Arguments> serversWithoutHeader() {
    return serversAndPolicies()
        .map(
            arguments ->
                arguments.get()[1] == ProxyHeaderPolicy.REQUIRE
                    ? Arguments.of(arguments.get()[0], ProxyHeaderPolicy.REJECT)
                    : arguments);
  }

  @ParameterizedTest
  @MethodSource("serversWithoutHeader")
  @DisplayName("6.1 a request that comes after the time-out, without a header, is answered")
  void afterTheTimeout(HttpProtocol[] protocols, ProxyHeaderPolicy policy) throws Exception {
    DisposableServer server = start(protocols, policy, Duration.ofMillis(100));
    try (Socket socket = connect(server)) {
      assertThat(clients.poll(30, TimeUnit.SECONDS)).isNotNull();
      send(socket, REQUEST);
      assertAnswered(socket);
    } finally {
      server.disposeNow();
    }
  }
}
