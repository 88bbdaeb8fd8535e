/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.handler.TrustedProxies;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The shortest server behind a proxy: it greets each client by its real address. */
public final class QuickStartServer {
  private QuickStartServer() {}

  /** Listens on port 8080 of the loopback address until the process is ended. */
  public static void main(String[] args) {
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
    InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080);
    start(group, listen).closeFuture().syncUninterruptibly();
  }

  static Channel start(EventLoopGroup group, InetSocketAddress address) {
    // region server
    ReceiverOptions options =
        ReceiverOptions.builder()
            .policy(TrustedProxies.of("127.0.0.0/8", "10.0.0.0/8")) // your proxies
            .build();

    ServerBootstrap server =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new ProxyHeaderDecoder(options)); // first
                    channel.pipeline().addLast(new GreetingHandler());
                  }
                });
    // endregion
    return server.bind(address).syncUninterruptibly().channel();
  }

  // region handler
  static final class GreetingHandler extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ProxiedAddress client = ProxiedAddress.of(ctx.channel());
      String greeting = "Hello " + client.source() + ", you came by " + client.peer() + "\n";
      ctx.writeAndFlush(ByteBufUtil.writeUtf8(ctx.alloc(), greeting))
          .addListener(ChannelFutureListener.CLOSE);
    }
  }
  // endregion
}
