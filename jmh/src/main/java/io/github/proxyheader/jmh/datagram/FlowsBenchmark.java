/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh.datagram;

import io.github.proxyheader.datagram.DatagramFlowOptions;
import io.github.proxyheader.datagram.ProxiedDatagram;
import io.github.proxyheader.datagram.ProxiedDatagramFlows;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.jmh.AbstractBenchmark;
import io.github.proxyheader.protocol.ProxyTransport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** A flow is looked up among many, in no order, for a datagram of the client and for an answer. */
public class FlowsBenchmark extends AbstractBenchmark {
  /** How many flows there are. */
  @Param({"1", "1000", "100000"})
  public int flows;

  private final InetSocketAddress proxy = new InetSocketAddress("192.0.2.1", 4711);
  private final InetSocketAddress server = new InetSocketAddress("192.0.2.2", 19_132);
  private final ByteBuf payload = Unpooled.directBuffer().writeZero(100);
  private final LastHandler last = new LastHandler();
  private final Sink sink = new Sink();
  private ChannelPipeline pipeline;
  private ProxiedAddress[] clients;
  private int next;

  /** Begins the flows and checks that each leads to the proxy. */
  @Setup
  public void setUp() {
    ProxiedDatagramFlows handler =
        new ProxiedDatagramFlows(DatagramFlowOptions.builder().maxFlows(flows).build());
    pipeline = new EmbeddedChannel(sink, handler, last).pipeline();
    clients = new ProxiedAddress[flows];
    for (int i = 0; i < flows; i++) {
      clients[i] = ProxiedAddress.of(Client.header(ProxyTransport.UDP4, i), proxy, server);
    }
    List<ProxiedAddress> shuffled = Arrays.asList(clients);
    Collections.shuffle(shuffled, new Random(1));
    for (int i = 0; i < flows; i++) {
      inbound();
    }
    outbound();
    if (handler.size() != flows || !proxy.equals(sink.recipient) || payload.refCnt() != 1) {
      throw new IllegalStateException("a flow is missing");
    }
  }

  /** The client's datagram. */
  @Benchmark
  public int inbound() {
    return read();
  }

  /** The answer. */
  @Benchmark
  public InetSocketAddress outbound() {
    write();
    return sink.recipient;
  }

  private ProxiedAddress client() {
    next = next + 1 < flows ? next + 1 : 0;
    return clients[next];
  }

  private int read() {
    pipeline.fireChannelRead(new ProxiedDatagram(payload.retain(), server, proxy, client()));
    return last.count();
  }

  private void write() {
    InetSocketAddress client = (InetSocketAddress) client().source();
    pipeline.write(new DatagramPacket(payload.retain(), client), pipeline.channel().voidPromise());
  }

  /** The end of the way out. */
  private static final class Sink extends ChannelOutboundHandlerAdapter {
    InetSocketAddress recipient;

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
      DatagramPacket packet = (DatagramPacket) msg;
      recipient = packet.recipient();
      packet.release();
    }
  }
}
