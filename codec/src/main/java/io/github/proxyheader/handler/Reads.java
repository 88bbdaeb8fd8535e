/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.netty.channel.ChannelHandlerContext;

/**
 * Keeps account of who asked the transport for bytes while a header is pending. The account only
 * matters where AUTO_READ is off; {@code docs/ARCHITECTURE.md} shows it as a table.
 *
 * <p>One {@code read()} makes the transport deliver what is there, once. A second {@code read()}
 * before that delivery has no effect. So a read that the decoder issues for the header also answers
 * a handler that asks meanwhile, and a header uses up a read that a handler may have issued for
 * itself. The decoder must not lose the latter, and should not deliver bytes for the former.
 */
final class Reads {
  /** A message has come, and the {@code channelReadComplete} that follows it has not. */
  private boolean underWay;

  /** A read that the decoder has issued for the header has not been answered yet. */
  private boolean own;

  /** A handler behind has asked for bytes and has not been given any since. */
  private boolean owed;

  /** A read may be out that a handler behind issued before the decoder was added. */
  private boolean earlier;

  /** Notes that handlers behind may have issued a read that the decoder has not seen. */
  void expectEarlier() {
    earlier = true;
  }

  /** Notes that handlers behind have issued no read before the decoder was added. */
  void expectNoEarlier() {
    earlier = false;
  }

  /** Returns whether a handler behind has asked for bytes and has not been given any since. */
  boolean isOwed() {
    return owed;
  }

  /** Notes that a handler behind asks for bytes. */
  void owe() {
    owed = true;
  }

  /** Issues a read for the header, unless AUTO_READ does. */
  void request(ChannelHandlerContext ctx) {
    if (!ctx.channel().config().isAutoRead()) {
      own = true;
      ctx.read();
    }
  }

  /** Issues a read for the header if nothing else will bring bytes. */
  void ensure(ChannelHandlerContext ctx) {
    if (!underWay && !own) {
      request(ctx);
    }
  }

  /** AUTO_READ is on: switching it off again takes all reads back, so none counts as issued. */
  void onAutoRead() {
    own = false;
  }

  /** A message answers all reads; if the header is in it, an earlier read of a handler is owed. */
  void onMessage(ChannelHandlerContext ctx) {
    underWay = true;
    own = false;
    if (earlier) {
      earlier = false;
      owed |= !ctx.channel().config().isAutoRead();
    }
  }

  void onComplete() {
    underWay = false;
  }

  /** The peer's end came, or the channel left its event loop: reads that are out bring nothing. */
  void onLost() {
    underWay = false;
    own = false;
  }

  /** Returns whether a {@code channelReadComplete} is still to come. */
  boolean isUnderWay() {
    return underWay;
  }

  /** The handlers behind are given something, which answers their read. */
  void onDelivery() {
    owed = false;
  }

  /** Returns whether a read of the decoder's own is out that no handler behind has asked for. */
  boolean isUnasked(ChannelHandlerContext ctx) {
    return own && !owed && !earlier && !ctx.channel().config().isAutoRead();
  }

  /** Issues the read that is owed, unless one is out that answers it. */
  void settle(ChannelHandlerContext ctx) {
    if (owed && !own && !ctx.channel().config().isAutoRead()) {
      ctx.read();
    }
  }
}
