/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.examples.forward.config.ForwarderConfig;
import io.github.proxyheader.examples.forward.config.ForwarderConfig.Transport;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Forwarders, and the sockets of their clients and targets; all is closed behind the test. */
final class DatagramStage implements AfterEachCallback {
  private static final int TIMEOUT_MILLIS = 20_000;

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();
  private final Semaphore begin = new Semaphore(1);

  /** A datagram that came without a header, or its header and what was behind it. */
  record Received(InetSocketAddress from, ProxyHeader header, String payload) {}

  /** Bytes that the listener was told of. */
  record Passed(long received, long sent) {}

  Forwarder start(Transport transport, DatagramRules... rules) throws ForwarderException {
    Forwarder forwarder = Forwarder.start(config(transport, rules), List.of(new Listener()));
    open.push(forwarder);
    return forwarder;
  }

  static ForwarderConfig config(Transport transport, DatagramRules... rules) {
    return new ForwarderConfig(
        2,
        transport,
        Duration.ZERO,
        null,
        null,
        Stream.of(rules).map(DatagramRules::build).toList());
  }

  /** Returns where the forwarder's first rule listens. */
  static InetSocketAddress listening(Forwarder forwarder) {
    return (InetSocketAddress) forwarder.status().rules().get(0).listening();
  }

  /** Opens a client's or a target's socket. */
  DatagramSocket socket(InetAddress address) throws IOException {
    return socket(new InetSocketAddress(address, 0));
  }

  DatagramSocket socket(InetSocketAddress address) throws IOException {
    DatagramSocket socket = new DatagramSocket(address);
    open.push(socket);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return socket;
  }

  static void send(DatagramSocket from, InetSocketAddress to, String payload) throws IOException {
    send(from, to, payload.getBytes(UTF_8));
  }

  static void send(DatagramSocket from, InetSocketAddress to, byte[] bytes) throws IOException {
    from.send(new DatagramPacket(bytes, bytes.length, to));
  }

  static void send(DatagramSocket from, InetSocketAddress to, ProxyHeader header, String payload)
      throws IOException {
    ByteBuf bytes = Unpooled.buffer();
    ProxyHeaderWriter.write(header, bytes);
    send(from, to, ByteBufUtil.getBytes(bytes.writeBytes(payload.getBytes(UTF_8))));
  }

  static Received receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
    socket.receive(packet);
    ByteBuf bytes = Unpooled.wrappedBuffer(packet.getData(), 0, packet.getLength());
    boolean hasHeader = bytes.readableBytes() >= 16 && bytes.getInt(0) == 0x0D0A0D0A;
    ProxyHeader header = hasHeader ? ProxyHeaderReader.standard().read(bytes) : null;
    return new Received(
        (InetSocketAddress) packet.getSocketAddress(), header, bytes.toString(UTF_8));
  }

  /** Returns what the listener is told next that is of a kind, and forgets all before it. */
  <T> T awaitTold(Class<T> kind) throws InterruptedException {
    while (true) {
      Object next = told.poll(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
      assertThat(next).as("the listener is told of a " + kind.getSimpleName()).isNotNull();
      if (kind.isInstance(next)) {
        return kind.cast(next);
      }
    }
  }

  /** Holds the event loop that begins the next flow until {@link #releaseFlow}. */
  void holdNextFlow() {
    begin.acquireUninterruptibly();
  }

  void releaseFlow() {
    begin.release();
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  private final class Listener implements ConnectionListener {
    @Override
    public void opened(String rule) {
      begin.acquireUninterruptibly();
      begin.release();
    }

    @Override
    public void headerRefused(String rule, ProxyHeaderException.Reason reason) {
      told.add(reason);
    }

    @Override
    public void passed(String rule, long received, long sent) {
      told.add(new Passed(received, sent));
    }

    @Override
    public void closed(ConnectionEnd end) {
      told.add(end);
    }

    @Override
    public void connectFailed(String rule, String target) {
      told.add(target);
    }

    @Override
    public void datagramDropped(String rule, DatagramDrop reason) {
      told.add(reason);
    }
  }
}
