/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nettyplus.leakdetector.junit.NettyLeakDetectorExtension;
import io.github.proxyheader.examples.forward.ForwarderStatus;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NettyLeakDetectorExtension.class)
class AdminHandlerTest {
  private Supplier<ForwarderStatus> status = () -> Statuses.idle(false);
  private final EmbeddedChannel channel = new EmbeddedChannel(false, false);

  AdminHandlerTest() throws Exception {
    channel.config().setAutoRead(false);
    AdminServer.addHandlers(channel, new AdminPages(() -> status.get(), new ForwarderMetrics()));
    channel.register();
    channel.freezeTime();
  }

  @AfterEach
  void finish() {
    channel.finishAndReleaseAll();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/status.css", "/status.js", "/metrics", "/healthz", "/?a=b"})
  void pagesAreServedAndNotKept(String path) {
    assertThat(get(path))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains(
            "\r\ncache-control: no-store\r\n",
            "\r\nX-Content-Type-Options: nosniff\r\n",
            "\r\ncontent-security-policy: default-src 'none'; script-src 'self'; ")
        .doesNotContain("unsafe");
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void metricsAreInTheTextFormat() {
    assertThat(get("/metrics"))
        .contains("\r\ncontent-type: text/plain; version=0.0.4; charset=utf-8\r\n")
        .contains("# TYPE forwarder_draining gauge\nforwarder_draining 0.0\n");
  }

  @Test
  void healthIsThatOfTheMoment() {
    assertThat(get("/healthz")).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nok\n");
    status = () -> Statuses.idle(true);
    assertThat(get("/healthz"))
        .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
        .endsWith("\r\n\r\ndraining\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "//",
        "/status.css/",
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/status.css%00",
        "status.css",
        "http://127.0.0.1/",
        "/AdminServer.class",
        "*"
      })
  void nothingElseIsThere(String path) {
    assertThat(get(path)).startsWith("HTTP/1.1 404 Not Found\r\n");
  }

  @Test
  void headHasNoBody() {
    assertThat(request("HEAD", "/healthz", "Host: localhost"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("\r\ncontent-length: 3\r\n")
        .endsWith("\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "X"})
  void onlyReadingIsAllowed(String method) {
    assertThat(request(method, "/", "Host: localhost"))
        .startsWith("HTTP/1.1 405 Method Not Allowed\r\n")
        .contains("\r\nallow: GET, HEAD\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "LocalHost:9100", "127.0.0.1", "127.1.2.3:80", "[::1]", "[::1]:9100"})
  void namesOfThisMachineAreAnswered(String host) {
    assertThat(request("GET", "/", "Host: " + host)).startsWith("HTTP/1.1 200 OK\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example:127.0.0.1",
        "localhost@evil.example",
        "10.0.0.1",
        "0.0.0.0",
        "[::]",
        "[2001:db8::1]",
        "::1",
        "[127.0.0.1",
        "127.1",
        "0x7f000001",
        "localhost:9100:9100"
      })
  void namesOfOthersAreMisdirected(String host) {
    assertThat(request("GET", "/", "Host: " + host))
        .startsWith("HTTP/1.1 421 Misdirected Request\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X: y", "Host: localhost\r\nHost: localhost"})
  void exactlyOneHostIsNeeded(String headers) {
    assertThat(request("GET", "/", headers)).startsWith("HTTP/1.1 400 Bad Request\r\n");
  }

  @Test
  void oldClientsNeedNoHost() {
    write("GET /healthz HTTP/1.0\r\n\r\n");
    assertThat(answers()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nok\n");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void hostOfOthersIsMisdirectedFromOldClientsToo() {
    write("GET /healthz HTTP/1.0\r\nHost: evil.example\r\n\r\n");
    assertThat(answers()).startsWith("HTTP/1.1 421 Misdirected Request\r\n");
  }

  @Test
  void hugeHeadersAreRefused() {
    assertThat(request("GET", "/", "Host: localhost\r\nX: " + "x".repeat(10_000)))
        .startsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aHugeLineIsRefused() {
    assertThat(get("/" + "x".repeat(10_000))).startsWith("HTTP/1.1 414 ");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aHugeBodyIsRefused() {
    assertThat(request("POST", "/", "Host: localhost\r\nContent-Length: 1000000\r\n\r\nx"))
        .startsWith("HTTP/1.1 413 ");
    assertThat(channel.isOpen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello\r\n\r\n", "\u0016\u0003\u0001\r\n\r\n", "GET / HTTP/x\r\n\r\n"})
  void whatIsNotHttpIsABadRequest(String bytes) {
    write(bytes);

    assertThat(answers()).startsWith("HTTP/1.1 400 Bad Request\r\n");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void requestsInOneReadAreAnsweredInTheirOrder() {
    write(line("GET", "/healthz") + line("GET", "/nothing") + line("HEAD", "/healthz"));

    assertThat(answers())
        .containsSubsequence("HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found", "HTTP/1.1 200 OK");
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void closeIsHonoured() {
    request("GET", "/", "Host: localhost\r\nConnection: close");

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aFailureIsAnswered() {
    status =
        () -> {
          throw new IllegalStateException("secret");
        };

    assertThat(get("/healthz"))
        .startsWith("HTTP/1.1 500 Internal Server Error\r\n")
        .doesNotContain("secret");
  }

  @Test
  void aRequestThatDripsIsGivenUp() {
    for (int second = 0; second < AdminHandler.REQUEST_TIMEOUT_SECONDS; second++) {
      assertThat(channel.isOpen()).isTrue();
      write("G");
      advanceASecond();
    }

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void anIdleConnectionIsClosed() {
    get("/healthz");
    for (int second = 0; second < AdminHandler.REQUEST_TIMEOUT_SECONDS; second++) {
      assertThat(channel.isOpen()).isTrue();
      advanceASecond();
    }

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void eachRequestHasItsOwnTime() {
    for (int second = 0; second < 2 * AdminHandler.REQUEST_TIMEOUT_SECONDS; second++) {
      assertThat(get("/healthz")).startsWith("HTTP/1.1 200 OK\r\n");
      advanceASecond();
    }
  }

  private void advanceASecond() {
    channel.advanceTimeBy(1, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }

  private String get(String path) {
    return request("GET", path, "Host: localhost:9100");
  }

  private String request(String method, String path, String headers) {
    write(method + " " + path + " HTTP/1.1\r\n" + headers + "\r\n\r\n");
    return answers();
  }

  private static String line(String method, String path) {
    return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  }

  private void write(String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
  }

  private String answers() {
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      all.writeBytes(part);
      part.release();
    }
    String text = new String(ByteBufUtil.getBytes(all), StandardCharsets.UTF_8);
    all.release();
    return text;
  }
}
