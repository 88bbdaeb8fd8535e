/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.frameworks;

import io.github.proxyheader.handler.ReceiverOptions;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;

/** The HTTP server of Vert.x. */
class VertxHttpTest extends FrameworkContract {
  @Override
  Running start(ReceiverOptions options, Runnable application) {
    Vertx vertx = Vertx.builder().withTransport(new VertxTransport(options)).build();
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  application.run();
                  request
                      .response()
                      .end(
                          says(
                              inet(request.remoteAddress()),
                              inet(request.connection().localAddress())));
                })
            .listen(0, "127.0.0.1")
            .await();
    return new Running(server.actualPort(), () -> vertx.close().await());
  }

  static InetSocketAddress inet(SocketAddress address) {
    return new InetSocketAddress(address.hostAddress(), address.port());
  }

  @Override
  String ask(Preamble connection) throws Exception {
    return Http1.ask(connection);
  }
}
