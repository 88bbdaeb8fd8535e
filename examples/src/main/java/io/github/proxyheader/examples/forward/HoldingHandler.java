/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what comes on a channel until the relay takes its place: with {@code AUTO_READ} off no more
 * than what came in one read with a header or with the end of a TLS handshake, and in one behind
 * it.
 */
final class HoldingHandler extends ChannelInboundHandlerAdapter {
  private final Queue<Object> messages = new ArrayDeque<>(1);
  private @Nullable Object end;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    messages.add(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    // What it completes is not passed on yet.
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    boolean isEnd =
        event instanceof ChannelInputShutdownEvent
            || event instanceof SslCloseCompletionEvent close && close.isSuccess();
    if (isEnd && end == null) {
      end = event;
    }
  }

  /** A connection that broke is closed: whoever waits for it learns it that way. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof ProxyHeaderException)) { // the decoder closes when it has told why
      ctx.close();
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    boolean active = ctx.channel().isActive();
    while (!messages.isEmpty()) {
      if (active) {
        ctx.fireChannelRead(messages.remove());
      } else {
        ReferenceCountUtil.release(messages.remove());
      }
    }
    if (active) {
      ctx.fireChannelReadComplete();
      if (end != null) {
        ctx.fireUserEventTriggered(end);
      }
    }
  }
}
