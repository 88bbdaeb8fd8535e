/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.github.proxyheader.handler.ReceiverOptions;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * One connection to a {@link SocketServer}: the peer's end, a plain socket, and the accepted
 * channel.
 */
public final class Connection {
  private static final int PEER_TIMEOUT_MILLIS = 30_000;

  public final Recorder behind = new Recorder();
  public final Front front = new Front();
  public final Told told = new Told();

  private final SocketServer server;
  private final Map<ChannelOption<Object>, Object> channelOptions = new LinkedHashMap<>();
  private ReceiverOptions.Builder options = patientOptions();
  private ChannelHandler[] handlers = {behind};
  private Channel channel;
  private Socket peer = new Socket();

  public Connection(SocketServer server) {
    this.server = server;
  }

  /** Returns the default options, but for a time-out that no slow machine runs into. */
  public static ReceiverOptions.Builder patientOptions() {
    return ReceiverOptions.builder().timeout(Duration.ofSeconds(60));
  }

  public Connection options(ReceiverOptions.Builder options) {
    this.options = options;
    return this;
  }

  /** Sets the handlers behind the decoder (default: {@link #behind}). */
  public Connection handlers(ChannelHandler... handlers) {
    this.handlers = handlers.clone();
    return this;
  }

  /** Sets an option of the accepted channel. */
  @SuppressWarnings("unchecked")
  public <T> Connection with(ChannelOption<T> option, T value) {
    channelOptions.put((ChannelOption<Object>) option, value);
    return this;
  }

  /** Sets AUTO_READ; without it, the application always asks for more. */
  public Connection autoRead(boolean autoRead) {
    if (!autoRead) {
      List<ChannelHandler> all = new ArrayList<>(List.of(handlers));
      all.add(0, new ManualReads());
      handlers(all.toArray(ChannelHandler[]::new));
    }
    return with(ChannelOption.AUTO_READ, autoRead);
  }

  /** Sets the peer's socket, not connected yet. */
  public Connection peer(Socket peer) {
    this.peer = peer;
    return this;
  }

  /** Connects, and waits until the server has accepted. */
  public Connection connect() throws IOException {
    int before = server.accepted().size();
    listen();
    connectPeer();
    Await.until(() -> server.accepted().size() > before);
    return this;
  }

  /** Connects and sends before the server accepts: none of its clocks runs between the two. */
  public Connection connectAndSend(byte[] bytes) throws IOException {
    int before = server.accepted().size();
    CountDownLatch sent = new CountDownLatch(1);
    listen();
    server.rest(sent);
    try {
      connectPeer();
      send(bytes);
    } finally {
      sent.countDown();
    }
    Await.until(() -> server.accepted().size() > before);
    return this;
  }

  private void listen() {
    if (server.hasDecoder()) {
      try {
        server.listenWithDecoder(options.listener(told).build());
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void connectPeer() throws IOException {
    server.onAccept(this::accept);
    server.closeLater(peer);
    peer.setTcpNoDelay(true);
    peer.setSoTimeout(PEER_TIMEOUT_MILLIS);
    peer.connect(server.address());
  }

  private void accept(Channel accepted) {
    channel = accepted;
    channelOptions.forEach(accepted.config()::setOption);
    if (server.hasDecoder()) {
      accepted.pipeline().addLast(new FrontInstaller()).addLast(handlers);
    } else {
      accepted
          .pipeline()
          .addLast(front, new ProxyHeaderDecoder(options.listener(told).build()))
          .addLast(handlers);
    }
  }

  /** Puts the first handler in front of a decoder that the channel has brought. */
  private final class FrontInstaller extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRegistered(ChannelHandlerContext ctx) {
      ctx.pipeline().addFirst(front);
      ctx.fireChannelRegistered();
      ctx.pipeline().remove(this);
    }
  }

  public Channel channel() {
    return channel;
  }

  public Socket peer() {
    return peer;
  }

  /** The peer sends all in one segment, unless that is very long. */
  public Connection send(byte[]... parts) throws IOException {
    peer.getOutputStream().write(Bytes.concat(parts));
    return this;
  }

  /** The peer sends no more. */
  public Connection halfClose() throws IOException {
    peer.shutdownOutput();
    return this;
  }

  public Connection close() throws IOException {
    peer.close();
    return this;
  }

  public Connection reset() throws IOException {
    peer.setSoLinger(true, 0);
    peer.close();
    return this;
  }

  /** Waits for what the server sends, of which the length is known. */
  public String receive(int length) throws IOException {
    return new String(peer.getInputStream().readNBytes(length), StandardCharsets.ISO_8859_1);
  }

  /** Waits until the handler behind has seen something. */
  public Connection awaitSeen(String entry) {
    Await.until(() -> behind.seen().contains(entry));
    return this;
  }

  /** Waits until the transport has read as many bytes from the peer. */
  public Connection awaitReceived(long bytes) {
    Await.until(() -> front.received() >= bytes);
    return this;
  }

  /** Waits until this side has closed the connection, and all handlers have seen that. */
  public Connection awaitClosed() throws InterruptedException {
    channel.closeFuture().sync();
    Await.until(() -> !channel.isRegistered());
    return settle();
  }

  /** Waits until the event loop has done what it is at. */
  public Connection settle() throws InterruptedException {
    channel.eventLoop().submit(() -> {}).sync();
    return this;
  }

  public List<String> seen() {
    return behind.seen();
  }

  /** The bytes that the handler behind has read so far, as one text. */
  public String payload() {
    StringBuilder payload = new StringBuilder();
    seen().stream()
        .filter(entry -> entry.startsWith("read "))
        .forEach(entry -> payload.append(entry, 5, entry.length()));
    return payload.toString();
  }

  public void assertTold(String... entries) {
    assertThat(told.all()).containsExactly(entries);
  }
}
