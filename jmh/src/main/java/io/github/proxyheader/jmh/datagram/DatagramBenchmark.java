/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh.datagram;

import io.github.proxyheader.datagram.ProxiedDatagramFlows;
import io.github.proxyheader.datagram.ProxyHeaderDatagramDecoder;
import io.github.proxyheader.jmh.AbstractBenchmark;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A datagram of a header and 100 bytes on its way through a pipeline: what is above {@link
 * #nothing} is the decoder's.
 */
public class DatagramBenchmark extends AbstractBenchmark {
  private static final int PAYLOAD = 100;

  /** What the header has. */
  public enum Sample {
    /** Addresses of IPv4, 28 bytes. */
    UDP4,

    /** The same with a server name and an identifier, 65 bytes. */
    UDP4_TLVS,

    /** Addresses of IPv6, 52 bytes. */
    UDP6;

    ProxyHeader header() {
      return switch (this) {
        case UDP4 -> Client.header(ProxyTransport.UDP4, 0);
        case UDP4_TLVS ->
            Client.header(ProxyTransport.UDP4, 0).toBuilder()
                .tlvs(
                    Tlvs.builder()
                        .authority("www.example.org")
                        .uniqueId("0123456789abcdef".getBytes(StandardCharsets.US_ASCII))
                        .build())
                .build();
        case UDP6 -> Client.header(ProxyTransport.UDP6, 0);
      };
    }
  }

  /** Which of them. */
  @Param public Sample sample;

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
    in = Client.datagram(sample.header(), PAYLOAD);
    nothing = pipeline(last[0]);
    decoder = pipeline(new ProxyHeaderDatagramDecoder(), last[1]);
    decoderAndFlows =
        pipeline(new ProxyHeaderDatagramDecoder(), new ProxiedDatagramFlows(), last[2]);
    nothing();
    decode();
    decodeAndKeyByClient();
    InetSocketAddress client = (InetSocketAddress) sample.header().source();
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

  /** The bytes alone, outside a pipeline: the header and both of its addresses. */
  @Benchmark
  public int parse(Blackhole blackhole) {
    in.readerIndex(0);
    ProxyHeader header = ProxyHeaderReader.standard().read(in);
    blackhole.consume(header);
    blackhole.consume(header.source());
    blackhole.consume(header.destination());
    return in.readableBytes();
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
