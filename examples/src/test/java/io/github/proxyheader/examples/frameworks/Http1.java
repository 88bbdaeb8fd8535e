/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.frameworks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/** A client that sends a few lines, those of HTTP/1.1 or others. */
final class Http1 {
  private Http1() {}

  /** Returns the answer of a request for {@code /}. */
  static String ask(Preamble connection) throws IOException {
    return ask(connection, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  }

  /** Sends a request, and returns what comes until the end of the application's answer. */
  static String ask(Preamble connection, String request) throws IOException {
    try (Socket socket = Preamble.connect(connection.at())) {
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      InputStream in = socket.getInputStream();
      StringBuilder answer = new StringBuilder();
      for (int c = in.read(); c >= 0; c = in.read()) {
        answer.append((char) c);
        if (c == ';' && answer.indexOf("destination=") >= 0) {
          break;
        }
      }
      return answer.toString();
    }
  }
}
