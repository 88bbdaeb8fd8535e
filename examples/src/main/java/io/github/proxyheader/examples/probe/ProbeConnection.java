/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.probe;

import io.github.proxyheader.examples.probe.Observation.End;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.concurrent.Promise;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection: sends a case and the request behind it, and keeps the first bytes of the answer.
 * A receiver that sends without end is cut off, and so is one that has said nothing for a second
 * behind its answer.
 */
final class ProbeConnection extends SimpleChannelInboundHandler<ByteBuf> {
  private static final int MAX_ANSWER = 64 << 10;
  private static final int QUIET_MILLIS = 1_000;

  private final ProbeCase probe;
  private final Ask ask;
  private final Promise<Observation> result;
  private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
  private @Nullable InetSocketAddress local;
  private boolean active;
  private int sent;

  ProbeConnection(ProbeCase probe, Ask ask, Promise<Observation> result) {
    this.probe = probe;
    this.ask = ask;
    this.result = result;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    active = true;
    local = (InetSocketAddress) ctx.channel().localAddress();
    byte[] request = probe.whole() ? ask.request() : new byte[0];
    if (probe.bytes().length + request.length > 0) {
      ctx.writeAndFlush(Unpooled.wrappedBuffer(probe.bytes(), request));
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
    byte[] part = new byte[Math.min(bytes.readableBytes(), MAX_ANSWER - answer.size())];
    bytes.readBytes(part);
    answer.writeBytes(part);
    int size = answer.size();
    if (size == MAX_ANSWER || ask.isComplete(answer.toByteArray())) {
      end(End.ANSWERED);
      return;
    }
    byte[] next = ask.next(answer.toByteArray(), sent);
    if (next.length > 0) {
      sent++;
      ctx.writeAndFlush(Unpooled.wrappedBuffer(next));
    }
    ctx.executor().schedule(() -> endIfQuiet(size), QUIET_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void endIfQuiet(int size) {
    if (answer.size() == size && ask.isServed(answer.toByteArray())) {
      end(End.ANSWERED);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end(End.CLOSE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    end(End.RESET);
  }

  /** Ends the case, whatever the receiver does; only the event loop calls this. */
  void timeOut() {
    end(active ? End.OPEN : End.NO_CONNECTION);
  }

  private void end(End how) {
    result.trySuccess(new Observation(how, answer.toByteArray(), local));
  }
}
