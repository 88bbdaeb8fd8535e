/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh.attack;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.github.proxyheader.handler.ProxyHeaderListener;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;

/**
 * A server in a process of its own, with the decoder or without. It prints its port, then answers
 * each line on its standard input with the state of things, or how many connections are open.
 */
final class SlowServer {
  private static final AtomicInteger OPEN = new AtomicInteger();
  private static final AtomicLong PROXIED = new AtomicLong();
  private static final AtomicLong TIMED_OUT = new AtomicLong();
  private static final AtomicLong TOO_LONG = new AtomicLong();
  private static final AtomicLong OTHERS = new AtomicLong();
  private static final LongAccumulator SHORTEST = new LongAccumulator(Math::min, Long.MAX_VALUE);
  private static final LongAccumulator LONGEST = new LongAccumulator(Math::max, 0);

  private SlowServer() {}

  /**
   * Runs it.
   *
   * @param args whether the decoder is there, its time-out in milliseconds, its longest header
   */
  public static void main(String[] args) throws IOException {
    boolean decoder = Boolean.parseBoolean(args[0]);
    ReceiverOptions options =
        ReceiverOptions.builder()
            .timeout(Duration.ofMillis(Long.parseLong(args[1])))
            .reader(ProxyHeaderReader.builder().maxHeaderSize(Integer.parseInt(args[2])).build())
            .listener(new Tally())
            .build();
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    Channel channel =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 4096)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    Application application = new Application(decoder); // looks at the clock
                    if (decoder) {
                      accepted.pipeline().addLast(new ProxyHeaderDecoder(options));
                    }
                    accepted.pipeline().addLast(application);
                  }
                })
            .bind(new InetSocketAddress(0))
            .syncUninterruptibly()
            .channel();
    System.out.println(((InetSocketAddress) channel.localAddress()).getPort());
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      System.out.println(line.equals("open") ? OPEN.get() : state());
    }
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private static State state() {
    int open = OPEN.get();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return new State(
        open,
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        PROXIED.get(),
        TIMED_OUT.get(),
        TOO_LONG.get(),
        OTHERS.get(),
        SHORTEST.get(),
        LONGEST.get());
  }

  /** What the decoder tells. */
  private static final class Tally implements ProxyHeaderListener {
    @Override
    public void proxied(Channel channel, ProxiedAddress address) {
      PROXIED.incrementAndGet();
    }

    @Override
    public void rejected(Channel channel, ProxyHeaderException cause) {
      switch (cause.reason()) {
        case TIMEOUT -> {
          long life = System.nanoTime() - channel.pipeline().get(Application.class).accepted;
          SHORTEST.accumulate(life);
          LONGEST.accumulate(life);
          TIMED_OUT.incrementAndGet();
        }
        case TOO_LONG -> TOO_LONG.incrementAndGet();
        default -> OTHERS.incrementAndGet();
      }
    }

    @Override
    public void abandoned(Channel channel) {
      OTHERS.incrementAndGet();
    }
  }

  /** Tells a client its address, if it is known; a server without the decoder waits for ever. */
  private static final class Application extends ChannelInboundHandlerAdapter {
    private final long accepted = System.nanoTime();
    private final boolean answers;

    Application(boolean answers) {
      this.answers = answers;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      OPEN.incrementAndGet();
      ctx.channel().closeFuture().addListener(closed -> OPEN.decrementAndGet());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ((ByteBuf) msg).release();
      if (answers) {
        String source = ProxiedAddress.of(ctx.channel()).source() + "\n";
        ctx.writeAndFlush(Unpooled.copiedBuffer(source, StandardCharsets.US_ASCII))
            .addListener(ChannelFutureListener.CLOSE);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
