/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.frameworks;

import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.github.proxyheader.handler.ReceiverOptions;
import org.apache.james.protocols.api.Protocol;
import org.apache.james.protocols.netty.AbstractChannelPipelineFactory;
import org.apache.james.protocols.netty.LineDelimiterBasedChannelHandlerFactory;
import org.apache.james.protocols.netty.NettyServer;

/**
 * A server of Apache James' protocols whose sessions know the client: {@code
 * session.getRemoteAddress()} is the client from the greeting on.
 */
public final class JamesServer {
  private JamesServer() {}

  /** Returns a server for a protocol of lines, such as SMTP. */
  public static NettyServer.Factory behindProxy(Protocol protocol, ReceiverOptions options) {
    LineDelimiterBasedChannelHandlerFactory lines =
        new LineDelimiterBasedChannelHandlerFactory(AbstractChannelPipelineFactory.MAX_LINE_LENGTH);
    return new NettyServer.Factory()
        .protocol(protocol)
        .proxyRequired(true)
        .frameHandlerFactory(
            pipeline -> {
              pipeline.addFirst(new TellAgain());
              pipeline.addFirst(new ProxyHeaderDecoder(options));
              return lines.create(pipeline);
            });
  }
}
