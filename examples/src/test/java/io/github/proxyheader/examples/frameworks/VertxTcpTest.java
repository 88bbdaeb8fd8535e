/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.frameworks;

import io.github.proxyheader.handler.ReceiverOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;

/** The TCP server of Vert.x. */
class VertxTcpTest extends FrameworkContract {
  @Override
  Running start(ReceiverOptions options, Runnable application) {
    Vertx vertx = Vertx.builder().withTransport(new VertxTransport(options)).build();
    NetServer server =
        vertx
            .createNetServer()
            .connectHandler(VertxTcp.whenClientIsKnown(socket -> serve(socket, application)))
            .listen(0, "127.0.0.1")
            .await();
    return new Running(server.actualPort(), () -> vertx.close().await());
  }

  private static void serve(NetSocket socket, Runnable application) {
    String answer =
        says(VertxHttpTest.inet(socket.remoteAddress()), VertxHttpTest.inet(socket.localAddress()));
    socket.handler(
        hello -> {
          application.run();
          socket.end(Buffer.buffer(answer));
        });
  }

  @Override
  String ask(Preamble connection) throws Exception {
    return Http1.ask(connection, "hello\r\n");
  }
}
