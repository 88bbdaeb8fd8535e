/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A connection to a program, through the handlers of a test, that a test reads and writes step by
 * step. Each byte is one character.
 */
final class Conversation implements AutoCloseable {
  private static final int LIMIT_SECONDS = 20;

  private final StringBuilder received = new StringBuilder();
  private final Channel channel;
  private boolean ended;

  /** Connects; the bytes, if there are any, are sent as soon as the connection stands. */
  Conversation(EventLoopGroup group, SocketAddress to, byte[] first, ChannelHandler... handlers) {
    channel =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(handlers).addLast(new Collector(first));
                  }
                })
            .connect(to)
            .syncUninterruptibly()
            .channel();
  }

  void send(byte[] bytes) {
    channel.writeAndFlush(Unpooled.wrappedBuffer(bytes));
  }

  /** Waits until the program has read all that was sent to it, as the kernel tells. */
  void awaitRead() throws IOException, InterruptedException {
    String ends = hexPort(channel.remoteAddress()) + " \\S+" + hexPort(channel.localAddress());
    Pattern empty = Pattern.compile(ends + " 0[18] \\w+:00000000 ");
    Path connections = Path.of("/proc/net/tcp");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (channel.isActive() && !empty.matcher(Files.readString(connections)).find()) {
      if (System.nanoTime() - deadline > 0) {
        throw new SilenceException("");
      }
      Thread.sleep(1);
    }
  }

  private static String hexPort(SocketAddress address) {
    return String.format(":%04X", ((InetSocketAddress) address).getPort());
  }

  void send(String text) {
    channel.writeAndFlush(Unpooled.copiedBuffer(text, ISO_8859_1));
  }

  /** Waits for a text, and returns all that came; less, if the program closed the connection. */
  String readUntil(String pattern) throws InterruptedException {
    Pattern compiled = Pattern.compile(pattern);
    return read(text -> compiled.matcher(text).find());
  }

  /** Waits for so many bytes, and returns all that came. */
  String readUntilLength(int length) throws InterruptedException {
    return read(text -> text.length() >= length);
  }

  /** Waits until the program closes the connection, and returns all that came. */
  String readAll() throws InterruptedException {
    return read(text -> false);
  }

  private synchronized String read(Predicate<CharSequence> enough) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!ended && !enough.test(received)) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        throw new SilenceException(received.toString());
      }
      wait(left);
    }
    return received.toString();
  }

  /** The program neither answered as expected nor closed the connection. */
  static final class SilenceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    SilenceException(String received) {
      super("no further answer within " + LIMIT_SECONDS + " s behind: " + received);
    }
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
  }

  private final class Collector extends SimpleChannelInboundHandler<ByteBuf> {
    private final byte[] first;

    Collector(byte[] first) {
      this.first = first;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      if (first.length > 0) {
        ctx.writeAndFlush(Unpooled.wrappedBuffer(first));
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
      synchronized (Conversation.this) {
        received.append(bytes.toString(ISO_8859_1));
        Conversation.this.notifyAll();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      synchronized (Conversation.this) {
        ended = true;
        Conversation.this.notifyAll();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close(); // a reset
    }
  }
}
