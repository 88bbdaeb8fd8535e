/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.examples.ExternalProgram;
import io.github.proxyheader.examples.forward.config.ForwarderConfig;
import io.github.proxyheader.examples.forward.config.ForwarderConfig.Transport;
import io.github.proxyheader.examples.forward.config.RuleConfig;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.netty.buffer.Unpooled;
import io.netty.util.NetUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A forwarder, and the sockets of its clients and targets; all is closed behind the test. */
final class Stage implements AfterEachCallback {
  private static final int TIMEOUT_MILLIS = 20_000;

  final Ends ends = new Ends();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private Forwarder forwarder;

  Forwarder start(Transport transport, Rules... rules) throws ForwarderException {
    forwarder = closeLater(Forwarder.start(config(transport, rules), List.of(ends)));
    return forwarder;
  }

  static ForwarderConfig config(Transport transport, Rules... rules) {
    List<RuleConfig> built = List.of(rules).stream().map(Rules::build).toList();
    return new ForwarderConfig(2, transport, Duration.ZERO, null, null, built);
  }

  <T extends AutoCloseable> T closeLater(T resource) {
    open.push(resource);
    return resource;
  }

  /** Opens a listening socket. */
  ServerSocket target() throws IOException {
    ServerSocket server = closeLater(new ServerSocket(0, 50, NetUtil.LOCALHOST4));
    server.setSoTimeout(TIMEOUT_MILLIS);
    return server;
  }

  /** Returns an address at which nobody listens, and that nobody gets by chance. */
  static InetSocketAddress dead() throws IOException {
    return new InetSocketAddress(NetUtil.LOCALHOST4, ExternalProgram.freePort());
  }

  static InetSocketAddress address(ServerSocket server) {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  Socket accept(ServerSocket server) throws IOException {
    Socket socket = closeLater(server.accept());
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return socket;
  }

  /** Waits until the forwarder, too, knows that it has connected a client with a target. */
  static void awaitTunnel(Socket client, Socket served) throws IOException {
    send(client, "?");
    assertThat(receive(served, 1)).isEqualTo("?");
  }

  /** Connects to the forwarder's first rule. */
  Socket connect() throws IOException {
    return connect((InetSocketAddress) status().listening());
  }

  Socket connect(InetSocketAddress address) throws IOException {
    Socket socket = closeLater(new Socket());
    socket.connect(address, TIMEOUT_MILLIS);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return socket;
  }

  /** What the forwarder's first rule does. */
  ForwarderStatus.Rule status() {
    return forwarder.status().rules().get(0);
  }

  static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  static String receive(Socket socket, int length) throws IOException {
    byte[] bytes = socket.getInputStream().readNBytes(length);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  static String receiveAll(Socket socket) throws IOException {
    byte[] bytes = socket.getInputStream().readAllBytes();
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  static InetSocketAddress local(Socket socket) {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  static void assertReset(Socket socket) {
    try {
      int read = socket.getInputStream().read();
      assertThat(read).as("a reset (-1: an end in good order)").isEqualTo(-2);
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  /** Asserts that the forwarder resets a connection, which the client may learn as it connects. */
  void assertResetOfConnect() throws IOException {
    assertResetOfConnect((InetSocketAddress) status().listening());
  }

  void assertResetOfConnect(InetSocketAddress address) throws IOException {
    Socket client;
    try {
      client = connect(address);
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
      return;
    }
    assertReset(client);
  }

  /** Reads a header, and not a byte more. */
  static ProxyHeader readHeader(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int first = in.read();
    assertThat(first).as("the first byte of a header").isIn((int) 'P', 0x0D);
    bytes.write(first);
    if (first == 'P') {
      for (int last = first; last != '\n'; ) {
        last = in.read();
        assertThat(last).as("a byte of a line").isNotEqualTo(-1);
        bytes.write(last);
      }
    } else {
      byte[] start = in.readNBytes(15);
      bytes.writeBytes(start);
      bytes.writeBytes(in.readNBytes((start[13] & 0xFF) << 8 | start[14] & 0xFF));
    }
    return ProxyHeaderReader.standard().read(Unpooled.wrappedBuffer(bytes.toByteArray()));
  }

  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 2_000 && !condition.getAsBoolean(); i++) {
      Thread.sleep(10);
    }
    assertThat(condition.getAsBoolean()).as(what).isTrue();
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
    assertThat(ends.closed).as("ends told").hasValue(ends.opened.get());
  }
}
