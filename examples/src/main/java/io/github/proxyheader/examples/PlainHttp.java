/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The smallest HTTP client: one request, one answer, over a socket whose address is known. */
final class PlainHttp {
  static final String REQUEST =
      "GET / HTTP/1.1\r\nHost: www.example.org\r\nConnection: close\r\n\r\n";

  private PlainHttp() {}

  /**
   * Sends a request and returns the body of the answer, which is the rest of the connection.
   *
   * @throws IOException if the answer is not 200, or does not come within the socket's time-out
   */
  static String get(Socket socket) throws IOException {
    socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
    return body(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
  }

  /** Returns the body of an answer with the status 200. */
  static String body(String answer) throws IOException {
    int end = answer.indexOf("\r\n\r\n");
    if (end < 0 || !answer.startsWith("HTTP/1.1 200 ")) {
      String status = answer.lines().findFirst().orElse("nothing, the connection was closed");
      throw new IOException("the server answered: " + status);
    }
    return answer.substring(end + 4);
  }
}
