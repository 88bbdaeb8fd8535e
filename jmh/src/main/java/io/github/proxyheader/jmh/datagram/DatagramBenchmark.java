/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh.datagram;

import io.github.proxyheader.datagram.ProxiedDatagramFlows;
import io.github.proxyheader.datagram.ProxyHeaderDatagramDecoder;
import io.github.proxyheader.jmh.AbstractBenchmark;
import io.github.proxyheader.protocol.ProxyTransport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * A datagram of a header and 100 bytes on its way through a pipeline: what is above {@link
 * #nothing} is the decoder's.
 */
public class DatagramBenchmark extends AbstractBenchmark {
  private static final int PAYLOAD = 100;

  /** Which addresses the header has. */
  @Param({"UDP4", "UDP6"})
  public ProxyTransport transport;

  private final InetSocketAddress proxy = new InetSocketAddress("192.0.2.1", 4711);
  private final InetSocketAddress server = new InetSocketAddress("192.0.2.2", 19_132);
  private final LastHandler[] last = {new LastHandler(), new LastHandler(), new LastHandler()};
  private ChannelPipeline nothing;
  private ChannelPipeline decoder;
  private ChannelPipeline decoderAndFlows;
  private ByteBuf in;

  /** Opens the channels and checks that each contestant does its work. */
  @Setup
  public void setUp() {
    in = Client.datagram(Client.header(transport, 0), PAYLOAD);
    nothing = pipeline(last[0]);
    decoder = pipeline(new ProxyHeaderDatagramDecoder(), last[1]);
    decoderAndFlows =
        pipeline(new ProxyHeaderDatagramDecoder(), new ProxiedDatagramFlows(), last[2]);
    nothing();
    decode();
    decodeAndKeyByClient();
    InetSocketAddress client = (InetSocketAddress) Client.header(transport, 0).source();
    boolean good =
        last[0].length() > PAYLOAD
            && last[1].length() == PAYLOAD
            && last[1].sender().equals(proxy)
            && last[2].sender().equals(client)
            && in.refCnt() == 1;
    if (!good) {
      throw new IllegalStateException("a contestant does not do its work");
    }
  }

  private static ChannelPipeline pipeline(ChannelHandler... handlers) {
    return new EmbeddedChannel(handlers).pipeline();
  }

  /** Netty's packet alone. */
  @Benchmark
  public int nothing() {
    return read(nothing, last[0]);
  }

  /** The header is taken off. */
  @Benchmark
  public int decode() {
    return read(decoder, last[1]);
  }

  /** And the client becomes the sender. */
  @Benchmark
  public int decodeAndKeyByClient() {
    return read(decoderAndFlows, last[2]);
  }

  private int read(ChannelPipeline pipeline, LastHandler handler) {
    in.readerIndex(0);
    pipeline.fireChannelRead(new DatagramPacket(in.retain(), server, proxy));
    pipeline.fireChannelReadComplete();
    return handler.count();
  }
}
