/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.proxyheader.examples.Loopback;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.github.proxyheader.handler.ProxyHeaderListener;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server with the decoder; it keeps what the decoder makes of each connection. */
final class Witness implements AutoCloseable {
  private static final int LIMIT_SECONDS = 30;
  private static final String ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

  private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
  private final Channel channel;

  /**
   * One connection.
   *
   * @param address what the decoder told, {@code null} if it refused the header
   * @param refusal why it refused the header, {@code null} if it did not
   * @param payload what followed the header, as far as it came with the first read
   */
  record Seen(
      @Nullable ProxiedAddress address, @Nullable ProxyHeaderException refusal, String payload) {}

  Witness(EventLoopGroup group) {
    ReceiverOptions options =
        ReceiverOptions.builder()
            .policy(ProxyHeaderPolicy.REQUIRE)
            .listener(
                new ProxyHeaderListener() {
                  @Override
                  public void rejected(Channel channel, ProxyHeaderException cause) {
                    seen.add(new Seen(null, cause, ""));
                  }
                })
            .build();
    channel =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new ProxyHeaderDecoder(options), new Handler());
                  }
                })
            .bind(Loopback.V4, 0)
            .syncUninterruptibly()
            .channel();
  }

  InetSocketAddress address() {
    return (InetSocketAddress) channel.localAddress();
  }

  /** Waits for the next connection. */
  Seen await() throws InterruptedException {
    Seen next = seen.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no connection within " + LIMIT_SECONDS + " s");
    }
    return next;
  }

  void forget() {
    seen.clear();
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
  }

  private final class Handler extends SimpleChannelInboundHandler<ByteBuf> {
    private final StringBuilder payload = new StringBuilder();
    private boolean told;

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
      payload.append(bytes.toString(ISO_8859_1));
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      if (payload.length() > 0 && !told) {
        tell(ctx);
        ctx.writeAndFlush(Unpooled.copiedBuffer(ANSWER, ISO_8859_1))
            .addListener(ChannelFutureListener.CLOSE);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (!told) {
        tell(ctx);
      }
    }

    private void tell(ChannelHandlerContext ctx) {
      told = true;
      seen.add(new Seen(ProxiedAddress.of(ctx.channel()), null, payload.toString()));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
