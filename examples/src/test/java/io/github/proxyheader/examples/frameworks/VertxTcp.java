/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.frameworks;

import io.github.proxyheader.handler.ProxiedAddress;
import io.vertx.core.Handler;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;

/**
 * Runs the handler of a TCP server of Vert.x when the client is known. Vert.x calls a {@code
 * connectHandler} before the header has come, which is too early for a server that speaks first:
 * {@code server.connectHandler(VertxTcp.whenClientIsKnown(socket -> ...))}.
 */
public final class VertxTcp {
  private VertxTcp() {}

  public static Handler<NetSocket> whenClientIsKnown(Handler<NetSocket> handler) {
    return socket ->
        ((NetSocketInternal) socket)
            .eventHandler(
                event -> {
                  if (event instanceof ProxiedAddress) {
                    handler.handle(socket);
                  }
                });
  }
}
