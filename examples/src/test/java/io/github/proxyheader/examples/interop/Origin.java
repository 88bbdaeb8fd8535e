/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.proxyheader.examples.Loopback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A server behind proxies of the matrix; it answers with the header fields of the request. */
final class Origin {
  private static final HttpServer SERVER = start();

  private Origin() {}

  static int port() {
    return SERVER.getAddress().getPort();
  }

  private static HttpServer start() {
    try {
      HttpServer server = HttpServer.create(new InetSocketAddress(Loopback.V4, 0), 0);
      server.createContext("/", Origin::answer);
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void answer(HttpExchange exchange) throws IOException {
    byte[] fields =
        exchange.getRequestHeaders().entrySet().toString().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, fields.length);
    exchange.getResponseBody().write(fields);
    exchange.close();
  }
}
