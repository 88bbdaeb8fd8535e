/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.frameworks;

import io.github.proxyheader.handler.ReceiverOptions;
import java.net.InetSocketAddress;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.tcp.TcpServer;

/** Reactor Netty's TCP server. */
class ReactorNettyTcpTest extends FrameworkContract {
  @Override
  Running start(ReceiverOptions options, Runnable application) {
    ProxiedLoopResources loops = new ProxiedLoopResources(options);
    DisposableServer server =
        TcpServer.create()
            .host("127.0.0.1")
            .port(0)
            .runOn(loops)
            .handle(
                (in, out) ->
                    in.receive()
                        .asString()
                        .next()
                        .flatMap(
                            hello -> {
                              application.run();
                              InetSocketAddress[] seen = new InetSocketAddress[2];
                              out.withConnection(
                                  connection -> {
                                    seen[0] =
                                        (InetSocketAddress) connection.channel().remoteAddress();
                                    seen[1] =
                                        (InetSocketAddress) connection.channel().localAddress();
                                  });
                              return out.sendString(Mono.just(says(seen[0], seen[1]))).then();
                            }))
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
    return Http1.ask(connection, "hello\r\n");
  }
}
