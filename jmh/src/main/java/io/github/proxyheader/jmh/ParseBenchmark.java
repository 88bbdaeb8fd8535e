/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** A header from bytes, without a pipeline. */
public class ParseBenchmark extends AbstractBenchmark {
  /** Which header. */
  @Param public SampleHeader header;

  private final ProxyHeaderReader reader = ProxyHeaderReader.standard();
  private final ProxyHeaderReader trusting =
      ProxyHeaderReader.builder().verifyChecksum(false).build();
  private final List<Object> out = new ArrayList<>(1);
  private ByteBuf in;

  /** Fills the buffer. */
  @Setup
  public void setUp() {
    in = header.toBuffer(0);
  }

  /** Ours; no address object is made. */
  @Benchmark
  public @Nullable ProxyHeader ours() {
    in.readerIndex(0);
    return reader.read(in);
  }

  /** Ours, and the client's address. */
  @Benchmark
  public @Nullable SocketAddress oursWithSource() {
    in.readerIndex(0);
    return reader.read(in).source();
  }

  /** Ours without a look at the checksum, which Netty does not verify either. */
  @Benchmark
  public @Nullable ProxyHeader oursUnverified() {
    in.readerIndex(0);
    return trusting.read(in);
  }

  /** Netty's; addresses are strings. */
  @Benchmark
  public int netty() {
    HAProxyMessage message = decode();
    int port = message.sourcePort();
    message.release();
    return port;
  }

  /** Netty's, and the client's address. */
  @Benchmark
  public InetSocketAddress nettyWithSource() {
    HAProxyMessage message = decode();
    InetSocketAddress source = new InetSocketAddress(message.sourceAddress(), message.sourcePort());
    message.release();
    return source;
  }

  private HAProxyMessage decode() {
    in.readerIndex(0);
    out.clear();
    try {
      new BareDecoder().decodeInto(in, out);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return (HAProxyMessage) out.get(0);
  }

  /** Netty's decoder keeps state, so each header needs a new one. */
  private static final class BareDecoder extends HAProxyMessageDecoder {
    /** In the peer's favour: the look-up of an annotation belongs to the pipeline. */
    @Override
    public boolean isSharable() {
      return false;
    }

    void decodeInto(ByteBuf in, List<Object> out) throws Exception {
      decode(null, in, out);
    }
  }
}
