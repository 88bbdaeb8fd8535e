/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.frameworks;

import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.server.ServerBuilder;
import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.github.proxyheader.handler.ReceiverOptions;
import java.net.InetSocketAddress;

/**
 * An Armeria server whose {@code ctx.remoteAddress()}, {@code ctx.clientAddress()} and {@code
 * ctx.proxiedAddresses()} come from a header that this library has checked.
 */
public final class ArmeriaServer {
  private ArmeriaServer() {}

  /** Lets a server listen for HTTP, or for HTTPS, behind a proxy. */
  public static ServerBuilder listen(
      ServerBuilder server, InetSocketAddress at, SessionProtocol http, ReceiverOptions options) {
    return server
        .port(at, SessionProtocol.PROXY, http)
        .childChannelPipelineCustomizer(
            pipeline -> {
              pipeline.addFirst(new TellAgain());
              pipeline.addFirst(new ProxyHeaderDecoder(options));
            });
  }
}
