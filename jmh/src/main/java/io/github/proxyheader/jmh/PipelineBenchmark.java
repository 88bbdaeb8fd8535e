/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh;

import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.github.proxyheader.handler.ReceiverOptions;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * A decoder's whole life: it is added to the pipeline of an active channel, one read brings the
 * header and 100 bytes, the application gets both, the decoder is gone.
 */
public class PipelineBenchmark extends AbstractBenchmark {
  private static final int PAYLOAD = 100;

  /** Which header. */
  @Param public SampleHeader header;

  private final ReceiverOptions withoutTimeout =
      ReceiverOptions.builder().timeout(Duration.ZERO).build();
  private final LastHandler last = new LastHandler();
  private ChannelPipeline pipeline;
  private ByteBuf in;

  /** Opens the channel and checks that each contestant does its work. */
  @Setup
  public void setUp() {
    pipeline = new EmbeddedChannel(last).pipeline();
    in = header.toBuffer(PAYLOAD);
    check(ours(), 1);
    check(oursWithoutTimeout(), 1);
    check(netty(), 2);
    check(nettyWithTimeout(), 2);
  }

  /** Ours with all defaults, among them the time-out of 5 seconds. */
  @Benchmark
  public int ours() {
    pipeline.addFirst(new ProxyHeaderDecoder());
    return read();
  }

  /** Ours without a time-out. */
  @Benchmark
  public int oursWithoutTimeout() {
    pipeline.addFirst(new ProxyHeaderDecoder(withoutTimeout));
    return read();
  }

  /** Netty's, which has no time-out. */
  @Benchmark
  public int netty() {
    pipeline.addFirst(new HAProxyMessageDecoder());
    return read();
  }

  /** Netty's with a time-out added. */
  @Benchmark
  public int nettyWithTimeout() {
    pipeline.addFirst(new TimedHaproxyDecoder());
    return read();
  }

  /** A handler that only leaves. */
  @Benchmark
  public int skip() {
    pipeline.addFirst(new SkippingHandler(header.length()));
    return read();
  }

  /** No handler at all. */
  @Benchmark
  public int nothing() {
    return read();
  }

  private int read() {
    pipeline.fireChannelRead(in.setIndex(0, header.length() + PAYLOAD).retain());
    pipeline.fireChannelReadComplete();
    return last.messages();
  }

  private void check(int messages, int expected) {
    if (last.header() == null
        || last.reset() != expected
        || pipeline.first() != last
        || in.refCnt() != 1) {
      throw new IllegalStateException(header + ": " + messages + " messages");
    }
  }
}
