/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh.forwarding;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.ReceiverOptions;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The server behind the proxies: takes a header or none, then sends back what it gets or drops it.
 */
final class Backend implements AutoCloseable {
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong headers = new AtomicLong();
  private final Channel server;
  private volatile boolean echo = true;

  Backend(EventLoopGroup group) {
    ReceiverOptions options =
        ReceiverOptions.builder().policy(ProxyHeaderPolicy.USE).timeout(Duration.ZERO).build();
    server =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 4_096)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connections.add(channel);
                    channel.pipeline().addLast(new ProxyHeaderDecoder(options), new Answer());
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
  }

  int port() {
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  void echo(boolean echo) {
    this.echo = echo;
  }

  /** How many bytes came, without headers. */
  long received() {
    return received.get();
  }

  /** How many connections came with a header. */
  long headers() {
    return headers.get();
  }

  int connections() {
    return connections.size();
  }

  @Override
  public void close() {
    server.close().syncUninterruptibly();
    connections.close().awaitUninterruptibly();
  }

  private final class Answer extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      received.addAndGet(bytes.readableBytes());
      if (echo) {
        ctx.write(bytes, ctx.voidPromise());
      } else {
        bytes.release();
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      ctx.flush();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof ProxiedAddress client && client.isProxied()) {
        headers.incrementAndGet();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
