/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nettyplus.leakdetector.junit.NettyLeakDetectorExtension;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Timeout(60)
@ExtendWith(NettyLeakDetectorExtension.class)
class AdminServerTest {
  private static final String HEALTH = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private AdminServer server;
  private final List<Socket> sockets = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    server = start(new InetSocketAddress(NetUtil.LOCALHOST4, 0));
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    server.close();
  }

  private static AdminServer start(InetSocketAddress address) throws IOException {
    return AdminServer.start(address, () -> Statuses.idle(false), new ForwarderMetrics());
  }

  @Test
  void aConnectionIsKept() throws IOException {
    Socket socket = connect();
    for (int i = 0; i < 3; i++) {
      write(socket, HEALTH);
      assertThat(answer(socket)).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nok\n");
    }
  }

  @Test
  void aRequestMayComeByteByByte() throws IOException {
    Socket socket = connect();
    socket.setTcpNoDelay(true);
    for (String character : HEALTH.split("")) {
      write(socket, character);
    }

    assertThat(answer(socket)).startsWith("HTTP/1.1 200 OK\r\n");
  }

  @Test
  void manyRequestsAtOnceAreAllAnswered() throws IOException {
    Socket socket = connect();
    write(socket, HEALTH.repeat(100));

    for (int i = 0; i < 100; i++) {
      assertThat(answer(socket)).startsWith("HTTP/1.1 200 OK\r\n");
    }
  }

  @Test
  void aClientThatSendsAndDoesNotReadIsStopped() throws IOException {
    Socket socket = connect();
    // So long that few of them come with one read.
    String request =
        "GET /status.css HTTP/1.1\r\nHost: localhost\r\nX: %s\r\n\r\n".formatted("x".repeat(1000));
    byte[] requests = request.repeat(100).getBytes(StandardCharsets.US_ASCII);
    AtomicInteger taken = new AtomicInteger();
    Thread sender =
        new Thread(
            () -> {
              try {
                // Far more than the buffers of all sockets hold.
                while (taken.incrementAndGet() < 1000) {
                  socket.getOutputStream().write(requests);
                }
              } catch (IOException closed) {
                // By the server, when its answer was not taken in time.
              }
            });
    sender.start();

    // Another client is served meanwhile.
    Socket other = connect();
    while (sender.isAlive()) {
      write(other, HEALTH);
      assertThat(answer(other)).startsWith("HTTP/1.1 200 OK\r\n");
    }
    assertThat(taken).hasValueLessThan(500);
  }

  @Test
  void connectionsAreLimited() throws IOException {
    for (int i = 0; i < AdminServer.MAX_CONNECTIONS; i++) {
      Socket socket = connect();
      write(socket, HEALTH);
      answer(socket);
    }

    assertThat(isClosed(connect())).isTrue();

    write(sockets.get(0), HEALTH);
    assertThat(answer(sockets.get(0))).startsWith("HTTP/1.1 200 OK\r\n");
  }

  @Test
  void aPlaceIsFreeAgain() throws IOException {
    for (int i = 0; i < 3 * AdminServer.MAX_CONNECTIONS; i++) {
      try (Socket socket = connect()) {
        write(socket, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(socket.getInputStream().readAllBytes()).isNotEmpty();
      }
    }
  }

  @Test
  void closingEndsConnections() throws IOException {
    Socket socket = connect();
    write(socket, HEALTH);
    answer(socket);

    server.close();

    assertThat(isClosed(socket)).isTrue();
    assertThatThrownBy(() -> new Socket(NetUtil.LOCALHOST4, server.address().getPort()).close())
        .isInstanceOf(IOException.class);
  }

  @Test
  void onlyThisMachineMayAsk() {
    assertThatThrownBy(() -> start(Statuses.address("0.0.0.0", 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: a loopback address");
    assertThatThrownBy(() -> start(InetSocketAddress.createUnresolved("localhost", 0)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anAddressInUseIsTold() {
    assertThatThrownBy(() -> start(server.address()))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "admin: cannot listen on 127.0.0.1:" + server.address().getPort() + ": Address ");
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(server.address().getAddress(), server.address().getPort());
    socket.setSoTimeout(20_000);
    sockets.add(socket);
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Reads one answer, by its length. */
  private static String answer(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      assertThat(b).as("end of the connection behind: %s", head).isNotNegative();
      head.append((char) b);
    }
    String key = "content-length: ";
    int from = head.indexOf(key) + key.length();
    int length = Integer.parseInt(head.substring(from, head.indexOf("\r\n", from)));
    return head + new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private static boolean isClosed(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }
}
