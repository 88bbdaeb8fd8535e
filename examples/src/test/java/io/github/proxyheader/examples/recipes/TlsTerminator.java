/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.recipes;

import io.github.proxyheader.examples.forward.RelayHandler;
import io.github.proxyheader.handler.ProxyHeaderEncoder;
import io.github.proxyheader.handler.ProxyHeaderSource;
import io.github.proxyheader.handler.RelayOptions;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetSocketAddress;

/** Stands behind an {@code SslHandler}, and tells the target what that has found out. */
public final class TlsTerminator extends ChannelInboundHandlerAdapter {
  private static final RelayOptions OPTIONS =
      RelayOptions.builder().tlsFacts(true).uniqueId().checksum(true).build();

  private final InetSocketAddress target;

  /** Creates a handler that connects to this address. */
  public TlsTerminator(InetSocketAddress target) {
    this.target = target;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
      ProxyHeaderSource source = ProxyHeaderSource.onBehalfOf(ctx.channel(), OPTIONS);
      connect(ctx.channel(), new ProxyHeaderEncoder(source));
    }
    ctx.fireUserEventTriggered(event);
  }

  private void connect(Channel accepted, ChannelHandler encoder) {
    ChannelFuture connect =
        new Bootstrap()
            .group(accepted.eventLoop())
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel outbound) {
                    outbound.pipeline().addLast(encoder, new RelayHandler(accepted));
                  }
                })
            .connect(target);
    accepted.pipeline().addLast(new RelayHandler(connect.channel()));
    connect.addListener(
        done -> {
          if (!done.isSuccess()) {
            accepted.close();
          }
        });
  }
}
