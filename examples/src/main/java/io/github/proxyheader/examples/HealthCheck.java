/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import io.github.proxyheader.handler.ProxyHeaderEncoder;
import io.github.proxyheader.protocol.ProxyHeader;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tells whether a target that expects headers is up. It asks over a connection of its own, which
 * stands for no client: so the header is LOCAL. Safe for use by any number of threads.
 */
public final class HealthCheck {
  private final EventLoopGroup group;
  private final Duration timeout;
  private final byte[] request;
  private final byte[] answer;

  /**
   * Creates a check that any number of targets may be put to.
   *
   * @param group the NIO event loops, which stay the caller's
   * @param timeout how long all of it may take, from the connect to the answer
   * @param request what is sent behind the header
   * @param answer how the answer of a target that is up starts; if it is empty, a target is up that
   *     takes the connection, whatever it makes of the header
   */
  public HealthCheck(EventLoopGroup group, Duration timeout, String request, String answer) {
    this.group = group;
    this.timeout = timeout;
    this.request = request.getBytes(StandardCharsets.UTF_8);
    this.answer = answer.getBytes(StandardCharsets.UTF_8);
  }

  /** Returns a future that succeeds if the target is up, else fails with the reason. */
  public Future<Void> check(SocketAddress target) {
    Promise<Void> result = group.next().newPromise();
    // region check
    ChannelFuture connect =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new ProxyHeaderEncoder(ProxyHeader.local()));
                    channel.pipeline().addLast(new AnswerHandler(result));
                  }
                })
            .connect(target);
    // endregion
    connect.addListener(
        done -> {
          if (done.isSuccess()) {
            connect.channel().writeAndFlush(Unpooled.wrappedBuffer(request));
            succeedIfComplete(result, 0);
          } else {
            result.tryFailure(done.cause());
          }
        });
    endInTime(connect.channel(), result);
    return result;
  }

  private void endInTime(Channel channel, Promise<Void> result) {
    Future<?> timer =
        group.schedule(
            () -> result.tryFailure(new TimeoutException("no answer within " + timeout)),
            timeout.toNanos(),
            TimeUnit.NANOSECONDS);
    result.addListener(
        done -> {
          timer.cancel(false);
          channel.close();
        });
  }

  private void succeedIfComplete(Promise<Void> result, int matched) {
    if (matched == answer.length) {
      result.trySuccess(null);
    }
  }

  /** Compares what comes with what is expected. */
  private final class AnswerHandler extends SimpleChannelInboundHandler<ByteBuf> {
    private final Promise<Void> result;
    private int matched;

    AnswerHandler(Promise<Void> result) {
      this.result = result;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
      while (bytes.isReadable() && matched < answer.length) {
        if (bytes.readByte() != answer[matched]) {
          result.tryFailure(new IOException("another answer than expected"));
          return;
        }
        matched++;
      }
      succeedIfComplete(result, matched);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      result.tryFailure(new IOException("closed before the answer"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      result.tryFailure(cause);
    }
  }
}
