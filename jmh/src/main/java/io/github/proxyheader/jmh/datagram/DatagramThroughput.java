/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh.datagram;

import io.github.proxyheader.datagram.ProxiedDatagramFlows;
import io.github.proxyheader.datagram.ProxyHeaderDatagramDecoder;
import io.github.proxyheader.datagram.ProxyHeaderDatagramEncoder;
import io.github.proxyheader.protocol.ProxyTransport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Sends datagrams from one socket on loopback to another, which sends each back, and prints how
 * many a second there and back that are: without a header, with one in each, and with flows behind
 * the decoder. They take turns; a figure is the median of the rounds.
 *
 * <p>{@code java -cp benchmarks.jar io.github.proxyheader.jmh.datagram.DatagramThroughput [rounds]
 * [seconds a round] [payload bytes]}
 */
public final class DatagramThroughput {
  /** How many datagrams are on their way at a time. */
  static final int WINDOW = 64;

  private static final int MAX_DATAGRAM = 2_048;
  private static final int BATCH = 16;

  /** What is between the socket and the application. */
  private enum Kind {
    PLAIN("no header"),
    HEADER("a header in each"),
    FLOWS("a header in each, keyed by client");

    final String text;

    Kind(String text) {
      this.text = text;
    }

    ChannelHandler[] server() {
      return switch (this) {
        case PLAIN -> new ChannelHandler[] {new EchoHandler()};
        case HEADER -> new ChannelHandler[] {new ProxyHeaderDatagramDecoder(), new EchoHandler()};
        case FLOWS ->
            new ChannelHandler[] {
              new ProxyHeaderDatagramDecoder(), new ProxiedDatagramFlows(), new EchoHandler()
            };
      };
    }

    ChannelHandler[] client(WindowHandler window) {
      return this == PLAIN
          ? new ChannelHandler[] {window}
          : new ChannelHandler[] {
            new ProxyHeaderDatagramEncoder(Client.header(ProxyTransport.UDP4, 0)), window
          };
    }
  }

  private final EventLoopGroup group;
  private final Class<? extends DatagramChannel> type;
  private final int payload;

  private DatagramThroughput(boolean epoll, int payload) {
    this.group =
        new MultiThreadIoEventLoopGroup(
            2, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    this.type = epoll ? EpollDatagramChannel.class : NioDatagramChannel.class;
    this.payload = payload;
  }

  /**
   * Runs it.
   *
   * @param args how many rounds, how many seconds each, and the payload's length
   */
  public static void main(String[] args) throws InterruptedException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
    int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 2;
    int payload = args.length > 2 ? Integer.parseInt(args[2]) : 100;
    System.out.printf(
        "%d bytes, %d datagrams on their way, JDK %s%n%n", payload, WINDOW, Runtime.version());
    System.out.println("| transport | datagrams have | a second | of those without |");
    System.out.println("| --- | --- | ---: | ---: |");
    run(false, rounds, seconds, payload);
    if (Epoll.isAvailable()) {
      run(true, rounds, seconds, payload);
    }
  }

  private static void run(boolean epoll, int rounds, int seconds, int payload)
      throws InterruptedException {
    DatagramThroughput benchmark = new DatagramThroughput(epoll, payload);
    try {
      benchmark.run(rounds, seconds, epoll ? "epoll, recvmmsg" : "NIO");
    } finally {
      benchmark.group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  private void run(int rounds, int seconds, String transport) throws InterruptedException {
    Map<Kind, List<Double>> rates = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      measure(kind, seconds); // warms up
      rates.put(kind, new ArrayList<>());
    }
    for (int round = 0; round < rounds; round++) {
      for (Kind kind : Kind.values()) {
        rates.get(kind).add(measure(kind, seconds));
      }
    }
    double plain = median(rates.get(Kind.PLAIN));
    for (Kind kind : Kind.values()) {
      double rate = median(rates.get(kind));
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %,.0f | %.1f %% |%n",
          transport,
          kind.text,
          rate,
          100 * rate / plain);
    }
  }

  private double measure(Kind kind, int seconds) throws InterruptedException {
    WindowHandler window = new WindowHandler(payload);
    Channel server =
        bootstrap(kind.server())
            .bind(new InetSocketAddress(NetUtil.LOCALHOST4, 0))
            .sync()
            .channel();
    Channel client = bootstrap(kind.client(window)).connect(server.localAddress()).sync().channel();
    try {
      long from = System.nanoTime();
      long before = window.answers();
      TimeUnit.SECONDS.sleep(seconds);
      return (window.answers() - before) * 1e9 / (System.nanoTime() - from);
    } finally {
      client.close().sync();
      server.close().sync();
    }
  }

  private Bootstrap bootstrap(ChannelHandler... handlers) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(group)
            .channel(type)
            .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(MAX_DATAGRAM))
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(handlers);
                  }
                });
    return type == EpollDatagramChannel.class
        ? bootstrap
            .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, MAX_DATAGRAM)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new FixedRecvByteBufAllocator(BATCH * MAX_DATAGRAM))
        : bootstrap;
  }

  private static double median(List<Double> rates) {
    return rates.stream().sorted().toList().get(rates.size() / 2);
  }
}
