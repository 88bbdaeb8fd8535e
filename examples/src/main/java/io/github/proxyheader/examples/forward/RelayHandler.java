/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;

/**
 * Passes what one channel receives on to another: one of two that make a tunnel.
 *
 * <p>A channel is read only as fast as the other can be written: what waits in memory for a channel
 * is no more than its high watermark and one read, with Netty's defaults 128 KiB; but when a peer
 * has ended its direction, Netty's epoll reads all at once that the system's receive buffer still
 * holds ({@link Forwarder} does not let it). The end of one direction is passed on behind its last
 * byte while the other direction goes on. A connection that breaks off is passed on as a reset, so
 * that nobody takes half of an answer for the whole.
 *
 * <p>Under TLS a direction ends by close_notify; a connection that ends without one has broken off.
 * Before TLS 1.3 there is no half-close: close_notify ends both directions.
 *
 * <p>Both must be {@link DuplexChannel}s on the same event loop; the other one need not be
 * connected yet.
 */
public final class RelayHandler extends ChannelInboundHandlerAdapter {
  /** Is told on the event loop what its channel receives. */
  interface Observer {
    /** Bytes came and are passed on. */
    void passed(int bytes);

    /** What was passed on before is being taken; more will be read. */
    void resumed();

    /** The connection broke off. */
    void broken();
  }

  private static final Observer NOBODY =
      new Observer() {
        @Override
        public void passed(int bytes) {}

        @Override
        public void resumed() {}

        @Override
        public void broken() {}
      };

  private final Channel other;
  private final Observer observer;
  private boolean ended;

  /** Creates a handler that passes on to this channel. */
  public RelayHandler(Channel other) {
    this(other, NOBODY);
  }

  RelayHandler(Channel other, Observer observer) {
    this.other = other;
    this.observer = observer;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    ctx.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf bytes) {
      observer.passed(bytes.readableBytes());
    }
    other.write(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    flushOther();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    boolean writable = ctx.channel().isWritable();
    if (writable) {
      observer.resumed();
    }
    other.config().setAutoRead(writable);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent close && close.isSuccess()) {
      end(ctx);
      if (!canHalfClose(ctx)) {
        flushAndCloseOther();
        ctx.close();
      }
    } else if (event instanceof ChannelInputShutdownEvent && !ended) {
      if (ctx.pipeline().get(SslHandler.class) == null) {
        end(ctx);
      } else {
        breakOff(ctx);
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (ended && hasEnded(other)) {
      flushAndCloseOther();
    } else {
      observer.broken();
      abort(other);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    breakOff(ctx);
  }

  private void end(ChannelHandlerContext ctx) {
    ended = true;
    // Not shutdownOutput() at once: it would drop what is still to be written.
    other.write(Unpooled.EMPTY_BUFFER).addListener(written -> endOutput(other));
    flushOther();
    closeIfDone(ctx.channel());
  }

  private void breakOff(ChannelHandlerContext ctx) {
    observer.broken();
    abort(other);
    abort(ctx.channel());
  }

  /**
   * TLS before 1.3 has no half-close: whoever gets close_notify closes at once (RFC 5246 7.2.1).
   */
  private static boolean canHalfClose(ChannelHandlerContext ctx) {
    SslHandler tls = ctx.pipeline().get(SslHandler.class);
    return tls == null || tls.engine().getSession().getProtocol().equals("TLSv1.3");
  }

  private void flushAndCloseOther() {
    other.write(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    flushOther();
  }

  /** Before the connection stands a flush would fail what is written. */
  private void flushOther() {
    if (other.isActive()) {
      other.flush();
    }
  }

  private static void endOutput(Channel channel) {
    if (!channel.isActive()) {
      return;
    }
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null && hasEnded(channel)) {
      channel.close();
    } else if (tls == null) {
      shutdownOutput(channel);
    } else {
      tls.closeOutbound().addListener(written -> shutdownOutput(channel));
    }
  }

  private static void shutdownOutput(Channel channel) {
    if (channel.isActive()) {
      ((DuplexChannel) channel).shutdownOutput().addListener(done -> closeIfDone(channel));
    }
  }

  private static void closeIfDone(Channel channel) {
    if (((DuplexChannel) channel).isOutputShutdown() && hasEnded(channel)) {
      channel.close();
    }
  }

  /** Whether all has come from a channel that is going to come. */
  private static boolean hasEnded(Channel channel) {
    RelayHandler relay = channel.pipeline().get(RelayHandler.class);
    return relay == null ? ((DuplexChannel) channel).isInputShutdown() : relay.ended;
  }

  /** Closes a channel with a reset in place of an orderly end: without close_notify, under TLS. */
  static void abort(Channel channel) {
    try {
      if (channel.isActive()) {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
      }
    } catch (ChannelException e) {
      // The socket is gone: there is nobody left to tell.
    }
    ChannelHandlerContext first = channel.pipeline().firstContext();
    if (first == null) {
      channel.close();
    } else {
      first.close();
    }
  }
}
