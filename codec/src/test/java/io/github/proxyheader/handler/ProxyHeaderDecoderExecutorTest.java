/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.testing.Connection;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.EventExecutorGroup;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProxyHeaderDecoderExecutorTest {
  private static final int CONNECTIONS = 100;
  private static final int PAYLOAD = 2_000;

  @Test
  @SuppressWarnings("deprecation") // the event loops of both Netty lines
  void onAnExecutorOfItsOwnItKeepsTheOrder() throws Exception {
    EventLoopGroup loops = new NioEventLoopGroup(1);
    EventExecutorGroup executors = new DefaultEventExecutorGroup(2);
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        CompletableFuture<byte[]> received = new CompletableFuture<>();
        Channel server = serve(loops, executors, received);
        byte[] payload = new byte[PAYLOAD];
        for (int at = 0; at < payload.length; at++) {
          payload[at] = (byte) (at % 251);
        }
        try (Socket socket = new Socket()) {
          socket.connect(server.localAddress());
          socket.getOutputStream().write(header());
          socket.getOutputStream().write(payload);
          assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo(payload);
        } finally {
          server.close().syncUninterruptibly();
        }
      }
    } finally {
      loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
      executors.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  private static byte[] header() {
    return ProxyHeaderWriter.toBytes(
        ProxyHeader.of(
            new InetSocketAddress("203.0.113.7", 1), new InetSocketAddress("198.51.100.9", 2)));
  }

  private static Channel serve(
      EventLoopGroup loops, EventExecutorGroup executors, CompletableFuture<byte[]> received) {
    return new ServerBootstrap()
        .group(loops)
        .channel(NioServerSocketChannel.class)
        .childOption(ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(40))
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        executors, new ProxyHeaderDecoder(Connection.patientOptions().build()));
                channel.pipeline().addLast(new Collector(received));
              }
            })
        .bind("127.0.0.1", 0)
        .syncUninterruptibly()
        .channel();
  }

  private static final class Collector extends ChannelInboundHandlerAdapter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> received;

    Collector(CompletableFuture<byte[]> received) {
      this.received = received;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
      ByteBuf in = (ByteBuf) msg;
      in.readBytes(bytes, in.readableBytes());
      in.release();
      if (bytes.size() >= PAYLOAD) {
        received.complete(bytes.toByteArray());
      }
    }
  }
}
