/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A Netty client: sends through the handlers of a test, and returns all that comes back. */
final class Sender {
  private Sender() {}

  /**
   * Connects, sends and waits until the peer closes the connection.
   *
   * @param payload what is sent when the connection stands, may be empty
   * @param handlers what stands in the pipeline, such as an encoder
   * @return what was received, also when the connection was reset
   */
  static String send(
      EventLoopGroup group, InetSocketAddress to, byte[] payload, ChannelHandler... handlers)
      throws Exception {
    Collector collector = new Collector();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(handlers).addLast(collector);
                  }
                });
    Channel channel = bootstrap.connect(to).sync().channel();
    try {
      channel.writeAndFlush(Unpooled.wrappedBuffer(payload));
      return collector.received.get(20, TimeUnit.SECONDS);
    } finally {
      channel.close().sync();
    }
  }

  /** Sends a request and returns the answer's body. */
  static String get(EventLoopGroup group, InetSocketAddress to, ChannelHandler... handlers)
      throws Exception {
    byte[] request = PlainHttp.REQUEST.getBytes(StandardCharsets.US_ASCII);
    return PlainHttp.body(send(group, to, request, handlers));
  }

  private static final class Collector extends SimpleChannelInboundHandler<ByteBuf> {
    final CompletableFuture<String> received = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
      text.append(bytes.toString(StandardCharsets.UTF_8));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      received.complete(text.toString());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (cause instanceof IOException) {
        ctx.close();
      } else {
        received.completeExceptionally(cause);
      }
    }
  }
}
