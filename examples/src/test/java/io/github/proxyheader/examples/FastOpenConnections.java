/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.github.proxyheader.handler.ProxyHeaderEncoder;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The program that {@link FastOpenTest} runs in a network of its own, where it may tell the kernel
 * what to do: it connects to itself with fast open while tcpdump writes down what is on the wire.
 */
final class FastOpenConnections implements AutoCloseable {
  /** The connections, in their order; each has a header of its own. */
  enum Connection {
    WITHOUT_COOKIE,
    HEADER_ALONE,
    /** SslHandler writes its ClientHello before the connect. */
    TLS,
    WRITE_BEFORE_CONNECT,
    STALE_COOKIE,
    /** Nobody listens any more. */
    REFUSED;

    ProxyHeader header() {
      return ProxyHeader.of(
          new InetSocketAddress("203.0.113.7", 1 + ordinal()),
          new InetSocketAddress("198.51.100.9", 443));
    }

    String wire() {
      return new String(ProxyHeaderWriter.toBytes(header()), StandardCharsets.ISO_8859_1);
    }
  }

  static final String DATA = "data;";

  private static final Path KEY = Path.of("/proc/sys/net/ipv4/tcp_fastopen_key");
  private static final String OTHER_KEY = "01234567-89abcdef-01234567-89abcdef";
  private static final char HANDSHAKE = 0x16;
  private static final int LIMIT_SECONDS = 30;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final BlockingQueue<ProxyHeader> headers = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> payloads = new LinkedBlockingQueue<>();
  private final Channel server;

  private FastOpenConnections() {
    server =
        new ServerBootstrap()
            .group(group)
            .channel(EpollServerSocketChannel.class)
            .option(ChannelOption.TCP_FASTOPEN, 16)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    accepted.pipeline().addLast(new ProxyHeaderDecoder(), new Receiver());
                  }
                })
            .bind(Loopback.V4, 0)
            .syncUninterruptibly()
            .channel();
  }

  /** Takes tcpdump and the file for it to write to; prints what the kernel counted. */
  public static void main(String[] args) throws Exception {
    Path capture = Path.of(args[1]);
    Path log = Path.of(args[1] + ".log");
    try (ExternalProgram tcpdump =
            ExternalProgram.start(
                log, args[0], "-i", "lo", "-w", args[1], "-U", "--immediate-mode", "-Z", "root");
        FastOpenConnections connections = new FastOpenConnections()) {
      awaitText(log, "listening on");
      connections.run();
      awaitText(capture, Connection.REFUSED.wire());
    }
    System.out.print(Files.readString(Path.of("/proc/net/netstat")));
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private void run() throws Exception {
    connect(Connection.WITHOUT_COOKIE);
    connect(Connection.HEADER_ALONE);
    connect(
        Connection.TLS, SslContextBuilder.forClient().build().newHandler(ByteBufAllocator.DEFAULT));
    require(HANDSHAKE, payloads.poll(LIMIT_SECONDS, TimeUnit.SECONDS).charAt(0));
    Channel channel = register(Connection.WRITE_BEFORE_CONNECT);
    channel.writeAndFlush(Unpooled.copiedBuffer(DATA, StandardCharsets.US_ASCII));
    connect(Connection.WRITE_BEFORE_CONNECT, channel);
    require(DATA, payloads.poll(LIMIT_SECONDS, TimeUnit.SECONDS));
    Files.writeString(KEY, OTHER_KEY);
    connect(Connection.STALE_COOKIE);
    server.close().sync();
    Channel refused = register(Connection.REFUSED);
    refused.connect(server.localAddress()).sync(); // the kernel has taken the header
    require(true, refused.closeFuture().await(LIMIT_SECONDS, TimeUnit.SECONDS));
  }

  private void connect(Connection connection, ChannelHandler... handlers) throws Exception {
    connect(connection, register(connection, handlers));
  }

  private void connect(Connection connection, Channel channel) throws Exception {
    channel.connect(server.localAddress()).sync();
    require(connection.header(), headers.poll(LIMIT_SECONDS, TimeUnit.SECONDS));
    if (channel.pipeline().get(ProxyHeaderEncoder.class) != null) {
      throw new IllegalStateException("the encoder is still there");
    }
  }

  private Channel register(Connection connection, ChannelHandler... handlers) throws Exception {
    return new Bootstrap()
        .group(group)
        .channel(EpollSocketChannel.class)
        .option(ChannelOption.TCP_FASTOPEN_CONNECT, true)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new ProxyHeaderEncoder(connection.header()));
                channel.pipeline().addLast(handlers);
              }
            })
        .register()
        .sync()
        .channel();
  }

  private static void require(Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new IllegalStateException("expected " + expected + ", but it was " + actual);
    }
  }

  private static void awaitText(Path file, String text) throws Exception {
    long start = System.nanoTime();
    while (!Files.exists(file)
        || !Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
      if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(LIMIT_SECONDS)) {
        throw new IllegalStateException(file.getFileName() + " has no " + text);
      }
      Thread.sleep(10);
    }
  }

  /** Notes whom a connection is for, and what comes behind the header. */
  private final class Receiver extends SimpleChannelInboundHandler<ByteBuf> {
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      headers.add(ProxiedAddress.of(ctx.channel()).header());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf msg) {
      payloads.add(msg.toString(StandardCharsets.ISO_8859_1));
    }
  }
}
