/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh;

import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/**
 * A connection whose first bytes are no header, from its opening to its close. {@link #channel} is
 * the part that nobody can avoid; a decoder's cost is what comes on top.
 */
public class RejectBenchmark extends AbstractBenchmark {
  private final LastHandler last = new LastHandler();
  private ByteBuf in;

  /** Fills the buffer. */
  @Setup
  public void setUp() {
    in =
        PooledByteBufAllocator.DEFAULT
            .directBuffer()
            .writeBytes(
                "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    check(ours());
    check(netty());
    check(nettyWithTimeout());
  }

  /** Ours with all defaults. */
  @Benchmark
  public EmbeddedChannel ours() {
    return connect(new ProxyHeaderDecoder());
  }

  /** Netty's. */
  @Benchmark
  public EmbeddedChannel netty() {
    return connect(new HAProxyMessageDecoder());
  }

  /** Netty's with a time-out added. */
  @Benchmark
  public EmbeddedChannel nettyWithTimeout() {
    return connect(new TimedHaproxyDecoder());
  }

  /** A channel that is closed at its first bytes. */
  @Benchmark
  public EmbeddedChannel channel() {
    return connect(new ClosingHandler());
  }

  private EmbeddedChannel connect(ChannelHandler first) {
    EmbeddedChannel channel = new EmbeddedChannel(first, last);
    channel.pipeline().fireChannelRead(in.readerIndex(0).retain());
    channel.pipeline().fireChannelReadComplete();
    channel.runPendingTasks();
    return channel;
  }

  private void check(EmbeddedChannel channel) {
    if (channel.isOpen() || last.failure() == null || in.refCnt() != 1) {
      throw new IllegalStateException("not refused");
    }
  }

  private static final class ClosingHandler extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ((ByteBuf) msg).release();
      ctx.close();
    }
  }
}
