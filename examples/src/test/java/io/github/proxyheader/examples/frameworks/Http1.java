/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.frameworks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.Socket;

/** A client that asks by HTTP/1.1, and one that speaks HTTP/2 from the first byte. */
final class Http1 {
  private Http1() {}

  /** Returns the whole answer of a request for {@code /}. */
  static String ask(Preamble connection) throws IOException {
    return ask(connection, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  }

  /** Sends a request, and returns all that comes until the end. */
  static String ask(Preamble connection, String request) throws IOException {
    try (Socket socket = Preamble.connect(connection.at())) {
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }
}
