/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import io.github.proxyheader.examples.forward.Forwarder;
import io.github.proxyheader.examples.forward.RelayHandler;
import io.github.proxyheader.handler.ProxyHeaderEncoder;
import io.github.proxyheader.handler.ProxyHeaderSource;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The shortest proxy: it tells the next hop whom it connects for. {@link Forwarder} does more. */
public final class QuickStartProxy extends ChannelInboundHandlerAdapter {
  private final InetSocketAddress target;

  private QuickStartProxy(InetSocketAddress target) {
    this.target = target;
  }

  /** Forwards port 9090 to port 8080 of the loopback address until the process is ended. */
  public static void main(String[] args) {
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
    InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9090);
    InetSocketAddress target = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080);
    start(group, listen, target).closeFuture().syncUninterruptibly();
  }

  static Channel start(EventLoopGroup group, InetSocketAddress listen, InetSocketAddress target) {
    return new ServerBootstrap()
        .group(group)
        .channel(NioServerSocketChannel.class)
        .childOption(ChannelOption.AUTO_READ, false)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel accepted) {
                accepted.pipeline().addLast(new QuickStartProxy(target));
              }
            })
        .bind(listen)
        .syncUninterruptibly()
        .channel();
  }

  // region proxy
  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    Channel accepted = ctx.channel();
    ChannelFuture connect =
        new Bootstrap()
            .group(accepted.eventLoop())
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel outbound) {
                    ProxyHeaderSource client = ProxyHeaderSource.onBehalfOf(accepted);
                    outbound.pipeline().addLast(new ProxyHeaderEncoder(client)); // first
                    outbound.pipeline().addLast(new RelayHandler(accepted));
                  }
                })
            .connect(target);
    // endregion
    ctx.pipeline().replace(this, null, new RelayHandler(connect.channel()));
    connect.addListener(
        done -> {
          if (done.isSuccess()) {
            accepted.config().setAutoRead(true);
          } else {
            accepted.close();
          }
        });
  }
}
