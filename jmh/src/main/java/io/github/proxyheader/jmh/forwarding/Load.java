/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh.forwarding;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** The clients of a proxy. */
final class Load {
  private static final int CONCURRENCY = 32;
  private static final int STREAMS = 4;
  private static final ByteBuf REQUEST =
      Unpooled.unreleasableBuffer(Unpooled.directBuffer(64).writeZero(64));
  private static final AtomicInteger NEXT_SOURCE = new AtomicInteger();

  private final EventLoopGroup group;
  private final Contender proxy;
  private final AtomicLong failures = new AtomicLong();

  Load(EventLoopGroup group, Contender proxy) {
    this.group = group;
    this.proxy = proxy;
  }

  /** How many connections failed that should not have. */
  long failures() {
    return failures.get();
  }

  /**
   * Connects, sends 64 bytes, waits for 64 bytes, closes, and again, for some time.
   *
   * @return how many times
   */
  long connections(long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    AtomicLong done = new AtomicLong();
    List<Requests> all = new ArrayList<>();
    for (int i = 0; i < CONCURRENCY; i++) {
      all.add(new Requests(end, done));
    }
    all.forEach(Requests::next);
    for (Requests requests : all) {
      requests.ended.await();
    }
    return done.get();
  }

  /** Sends without end on some connections, in writes of a size, for some time. */
  void stream(int writeSize, long nanos) throws InterruptedException {
    ByteBuf bytes =
        Unpooled.unreleasableBuffer(Unpooled.directBuffer(writeSize).writeZero(writeSize));
    List<Channel> channels = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      channels.add(connect(channel -> new Stream(bytes)).syncUninterruptibly().channel());
    }
    TimeUnit.NANOSECONDS.sleep(nanos);
    channels.forEach(channel -> channel.close().syncUninterruptibly());
  }

  /** Opens connections that stay open and say nothing. */
  List<Channel> idle(int count) throws IOException, InterruptedException {
    List<Channel> channels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ChannelFuture connect = connect(channel -> new ChannelInboundHandlerAdapter()).await();
      if (!connect.isSuccess()) {
        throw new IOException(connect.cause());
      }
      channels.add(connect.channel().flush());
    }
    return channels;
  }

  private ChannelFuture connect(Function<Channel, ChannelInboundHandlerAdapter> handler) {
    return new Bootstrap()
        .group(group)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(handler.apply(channel));
              }
            })
        .connect(InetAddress.getLoopbackAddress(), proxy.port())
        .addListener(
            (ChannelFuture future) -> {
              if (future.isSuccess() && proxy.header() == Contender.Header.RECEIVED) {
                future.channel().write(header());
              }
            });
  }

  /** A header with another source each time. */
  private static ByteBuf header() {
    int next = NEXT_SOURCE.getAndIncrement();
    InetSocketAddress source =
        new InetSocketAddress("127.1." + (next / 20_000 % 200 + 1) + ".1", 10_000 + next % 20_000);
    return Unpooled.wrappedBuffer(
        ProxyHeaderWriter.toBytes(
            ProxyHeader.of(source, new InetSocketAddress("127.0.0.1", 8_080))));
  }

  /** One connection after the other. */
  private final class Requests extends ChannelInboundHandlerAdapter {
    private final long end;
    private final AtomicLong done;
    private final Promise<Void> ended = group.next().newPromise();
    private int missing;

    Requests(long end, AtomicLong done) {
      this.end = end;
      this.done = done;
    }

    @Override
    public boolean isSharable() {
      return true;
    }

    void next() {
      if (System.nanoTime() - end > 0) {
        ended.setSuccess(null);
        return;
      }
      missing = REQUEST.readableBytes();
      ChannelFuture connect = connect(channel -> this);
      connect.addListener(
          future -> {
            if (future.isSuccess()) {
              connect.channel().writeAndFlush(REQUEST.duplicate());
            }
          });
      connect.channel().closeFuture().addListener(closed -> finished());
    }

    private void finished() {
      if (missing == 0) {
        done.incrementAndGet();
        next();
      } else {
        failures.incrementAndGet();
        group.schedule(this::next, 10, TimeUnit.MILLISECONDS);
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      missing -= bytes.readableBytes();
      bytes.release();
      if (missing == 0) {
        ctx.close();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  /** Writes as long as the channel takes it. */
  private static final class Stream extends ChannelInboundHandlerAdapter {
    private final ByteBuf bytes;

    Stream(ByteBuf bytes) {
      this.bytes = bytes;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.executor().execute(() -> write(ctx)); // behind the header
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      if (ctx.channel().isWritable()) {
        ctx.executor().execute(() -> write(ctx));
      }
    }

    private void write(ChannelHandlerContext ctx) {
      for (int i = 0; i < 64 && ctx.channel().isWritable(); i++) {
        ctx.writeAndFlush(bytes.duplicate(), ctx.voidPromise());
      }
      if (ctx.channel().isActive() && ctx.channel().isWritable()) {
        ctx.executor().execute(() -> write(ctx));
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
