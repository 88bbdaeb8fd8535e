/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.frameworks;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxiedNioServerSocketChannel;
import io.github.proxyheader.handler.ReceiverOptions;
import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiator.ProtocolNegotiator;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.util.AsciiString;

/**
 * Lets gRPC negotiate TLS and HTTP/2 when the client is known. {@code
 * Grpc.TRANSPORT_ATTR_REMOTE_ADDR} and {@code TRANSPORT_ATTR_LOCAL_ADDR} are then the client and
 * the address that it connected to, in interceptors and in the service.
 *
 * @param next the negotiator for plain text or for TLS, of {@code InternalProtocolNegotiators}
 */
public record ProxyHeaderNegotiator(ProtocolNegotiator next) implements ProtocolNegotiator {
  /** Puts a server behind a proxy; the group is one of NIO event loops. */
  public static NettyServerBuilder behindProxy(
      NettyServerBuilder server,
      ProtocolNegotiator next,
      EventLoopGroup group,
      ReceiverOptions options) {
    return server
        .channelFactory(ProxiedNioServerSocketChannel.factory(options))
        .bossEventLoopGroup(group)
        .workerEventLoopGroup(group)
        .protocolNegotiator(new ProxyHeaderNegotiator(next));
  }

  @Override
  public ChannelHandler newHandler(GrpcHttp2ConnectionHandler grpc) {
    return new ChannelInboundHandlerAdapter() {
      private Object start;

      @Override
      public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ProxiedAddress) {
          ctx.pipeline().addAfter(ctx.name(), null, next.newHandler(grpc));
          ctx.fireUserEventTriggered(start);
          ctx.pipeline().remove(this);
        } else {
          start = event; // the event with which gRPC starts its negotiation
        }
      }
    };
  }

  @Override
  public AsciiString scheme() {
    return next.scheme();
  }

  @Override
  public void close() {
    next.close();
  }
}
