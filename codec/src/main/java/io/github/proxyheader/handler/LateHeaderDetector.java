/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.protocol.HeaderPresence;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.util.NoSuchElementException;

/**
 * Stays behind a decoder that let a connection go on at the time-out before it was decided whether
 * a header comes. A header that comes now must not reach the application as payload.
 *
 * <p>The detector holds nothing back. It compares the first bytes of the connection with the two
 * signatures of the protocol. Once a byte shows that they are no header, the detector leaves the
 * pipeline. When a signature is complete, it closes the channel and drops the message that
 * completes it and everything behind it.
 */
final class LateHeaderDetector extends ChannelInboundHandlerAdapter {
  private static final InternalLogger LOGGER =
      InternalLoggerFactory.getInstance(ProxyHeaderDecoder.class);

  /** The length of the longer signature, which is the one of version 2. */
  private static final int MAX_LENGTH = 12;

  private final ProxyHeaderReader reader;
  private final ProxyHeaderListener listener;
  private final ProxyHeaderException refusal;

  /** The first bytes of the connection so far; fewer than a signature has. */
  private final ByteBuf first = Unpooled.buffer(MAX_LENGTH, MAX_LENGTH);

  private boolean refused;

  /**
   * Creates a detector, which all bytes of the connection must pass.
   *
   * @param refusal the exception that is fired when a header comes
   */
  LateHeaderDetector(ReceiverOptions options, ProxyHeaderException refusal) {
    this.reader = options.reader();
    this.listener = options.listener();
    this.refusal = refusal;
  }

  /** Joins the pipeline behind the decoder, before the decoder delivers anything. */
  void addBehind(ChannelHandlerContext decoder) {
    try {
      if (!decoder.isRemoved()) {
        decoder.pipeline().addAfter(decoder.name(), null, this);
      }
    } catch (NoSuchElementException e) {
      LOGGER.trace("Another thread took the decoder out", e);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (refused) {
      ReferenceCountUtil.release(msg);
      return;
    }
    switch (presenceWith(msg)) {
      case UNDECIDED -> ctx.fireChannelRead(msg);
      case ABSENT -> {
        ctx.pipeline().remove(this);
        ctx.fireChannelRead(msg);
      }
      case PRESENT -> refuse(ctx, msg);
    }
  }

  private HeaderPresence presenceWith(Object msg) {
    if (!(msg instanceof ByteBuf in)) {
      return HeaderPresence.ABSENT;
    }
    int length = Math.min(in.readableBytes(), first.writableBytes());
    first.writeBytes(in, in.readerIndex(), length);
    return reader.detect(first);
  }

  private void refuse(ChannelHandlerContext ctx, Object msg) {
    refused = true;
    ReferenceCountUtil.release(msg);
    ctx.fireExceptionCaught(refusal);
    listener.reported(ctx.channel(), refusal);
    ctx.close();
  }
}
