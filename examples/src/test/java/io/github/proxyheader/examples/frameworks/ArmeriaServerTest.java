/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.frameworks;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.server.Server;
import io.github.proxyheader.examples.Loopback;
import io.github.proxyheader.handler.ReceiverOptions;
import java.net.InetSocketAddress;

/** Armeria's server without TLS. */
class ArmeriaServerTest extends FrameworkContract {
  @Override
  Running start(ReceiverOptions options, Runnable application) {
    Server server =
        ArmeriaServer.listen(
                Server.builder(),
                new InetSocketAddress(Loopback.V4, 0),
                SessionProtocol.HTTP,
                options)
            .service(
                "/",
                (ctx, request) -> {
                  application.run();
                  return HttpResponse.of(
                      says(
                          ctx.proxiedAddresses().sourceAddress(),
                          ctx.proxiedAddresses().destinationAddresses().get(0)));
                })
            .gracefulShutdownTimeoutMillis(0, 0)
            .build();
    server.start().join();
    return new Running(
        server.activeLocalPort(), server::stop); // which takes seconds, and nothing waits for it
  }

  @Override
  String ask(Preamble connection) throws Exception {
    return Http1.ask(connection);
  }
}
