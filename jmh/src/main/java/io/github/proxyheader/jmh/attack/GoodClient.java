/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh.attack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Connects over and over with a header and asks for its address. */
final class GoodClient extends Thread {
  private static final byte[] REQUEST =
      "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\nwho am I?\n"
          .getBytes(StandardCharsets.US_ASCII);
  private static final String ANSWER = "/192.0.2.1:56324\n";
  private static final int PAUSE_MILLIS = 5;
  private static final int TIMEOUT_MILLIS = 10_000;

  private final int port;
  private volatile int served;
  private volatile int failed;
  private volatile long slowest;

  GoodClient(int port) {
    this.port = port;
    setDaemon(true);
  }

  /** How many were served, how many were not, and how long the slowest took in ns. */
  String count() {
    return served + " " + failed + " " + slowest;
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // by this thread alone
  public void run() {
    while (true) {
      long start = System.nanoTime();
      try {
        if (ask().equals(ANSWER)) {
          served++;
        } else {
          failed++;
        }
        Thread.sleep(PAUSE_MILLIS);
      } catch (IOException e) {
        failed++;
      } catch (InterruptedException e) {
        return;
      }
      slowest = Math.max(slowest, System.nanoTime() - start);
    }
  }

  private String ask() throws IOException {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
      socket.getOutputStream().write(REQUEST);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }
}
