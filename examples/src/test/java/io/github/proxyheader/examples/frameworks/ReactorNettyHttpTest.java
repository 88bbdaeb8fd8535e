/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.frameworks;

import io.github.proxyheader.handler.ReceiverOptions;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;

/** Reactor Netty's HTTP server that speaks HTTP/1.1 and HTTP/2 without TLS. */
class ReactorNettyHttpTest extends FrameworkContract {
  @Override
  Running start(ReceiverOptions options, Runnable application) {
    ProxiedLoopResources loops = new ProxiedLoopResources(options);
    DisposableServer server =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .protocol(HttpProtocol.HTTP11, HttpProtocol.H2C)
            .runOn(loops)
            .handle(
                (request, response) -> {
                  application.run();
                  return response.sendString(
                      Mono.just(says(request.remoteAddress(), request.hostAddress())));
                })
            .bindNow();
    return new Running(
        server.port(),
        () -> {
          server.disposeNow();
          loops.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block();
        });
  }

  @Override
  String ask(Preamble connection) throws Exception {
    return Http1.ask(connection);
  }
}
