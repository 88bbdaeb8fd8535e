/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.frameworks;

import io.github.proxyheader.examples.Loopback;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A relay for one connection of any client, which sends a header in front of the client's bytes.
 */
final class Preamble {
  /** How the header is cut. */
  enum Segments {
    /** Together with the first bytes of the client. */
    ONE,
    /** Alone, before the client's first bytes are read. */
    TWO,
    /** Byte by byte, before the client's first bytes are read. */
    BYTES
  }

  private static final int MILLIS = 30_000;

  private final InetSocketAddress at;
  private final CompletableFuture<InetSocketAddress> peer;

  private Preamble(InetSocketAddress at, CompletableFuture<InetSocketAddress> peer) {
    this.at = at;
    this.peer = peer;
  }

  /** Sends nothing in front: the client connects by itself. */
  static Preamble none(InetSocketAddress to) {
    return new Preamble(to, new CompletableFuture<>());
  }

  static Preamble of(InetSocketAddress to, byte[] header, Segments segments) throws IOException {
    ServerSocket listener = new ServerSocket(0, 1, Loopback.V4);
    listener.setSoTimeout(MILLIS);
    CompletableFuture<InetSocketAddress> peer = new CompletableFuture<>();
    run(() -> relay(listener, to, header, segments, peer));
    return new Preamble((InetSocketAddress) listener.getLocalSocketAddress(), peer);
  }

  /** Where the client connects to. */
  InetSocketAddress at() {
    return at;
  }

  /** Returns the address that the server sees as its real peer. */
  InetSocketAddress peer() throws InterruptedException, ExecutionException, TimeoutException {
    return peer.get(MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Sends bytes, and returns what comes until the server closes the connection. */
  static byte[] exchange(InetSocketAddress to, byte[] bytes) throws IOException {
    try (Socket socket = connect(to)) {
      socket.getOutputStream().write(bytes);
      return socket.getInputStream().readAllBytes();
    } catch (SocketException e) {
      return new byte[0]; // a reset
    }
  }

  static Socket connect(InetSocketAddress to) throws IOException {
    Socket socket = new Socket();
    socket.connect(to, MILLIS);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(MILLIS);
    return socket;
  }

  private static void relay(
      ServerSocket listener,
      InetSocketAddress to,
      byte[] header,
      Segments segments,
      CompletableFuture<InetSocketAddress> peer)
      throws IOException {
    try (listener;
        Socket client = listener.accept();
        Socket server = connect(to)) {
      client.setSoTimeout(MILLIS);
      peer.complete((InetSocketAddress) server.getLocalSocketAddress());
      OutputStream out = server.getOutputStream();
      byte[] rest = header;
      switch (segments) {
        case ONE -> {
          byte[] first = new byte[8192];
          int length = Math.max(0, client.getInputStream().read(first));
          rest = new byte[header.length + length];
          System.arraycopy(header, 0, rest, 0, header.length);
          System.arraycopy(first, 0, rest, header.length, length);
        }
        case TWO -> {}
        case BYTES -> {
          for (int i = 0; i < header.length - 1; i++) {
            out.write(header[i]);
          }
          rest = new byte[] {header[header.length - 1]};
        }
      }
      out.write(rest);
      run(() -> pump(client.getInputStream(), server));
      server.getInputStream().transferTo(client.getOutputStream());
    }
  }

  private static void pump(InputStream in, Socket to) throws IOException {
    in.transferTo(to.getOutputStream());
    to.shutdownOutput();
  }

  private interface Task {
    void run() throws IOException;
  }

  private static void run(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException e) {
                // The connection has ended, which the client sees.
              }
            },
            "preamble");
    thread.setDaemon(true);
    thread.start();
  }
}
