/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.netty.channel.ChannelHandlerContext;

/** Who asked the transport for bytes, where AUTO_READ does not. */
final class Reads {
  private boolean underWay;
  private boolean ownIsOut;
  private boolean asked;

  /** Reads for the decoder itself. */
  void request(ChannelHandlerContext ctx) {
    if (!ctx.channel().config().isAutoRead()) {
      ownIsOut = true;
      ctx.read();
    }
  }

  /** Remembers a read from behind; returns whether the decoder must read for itself again. */
  boolean remember() {
    asked = true;
    // Reads with AUTO_READ are taken back when it is switched off, so that none may be out.
    return !underWay && !ownIsOut;
  }

  /** AUTO_READ has taken over. */
  void handOver() {
    ownIsOut = false;
  }

  void onMessage() {
    underWay = true;
    ownIsOut = false;
  }

  void onComplete() {
    underWay = false;
  }

  /** No byte will come any more. */
  void onEnd() {
    ownIsOut = false;
  }

  /** Whether a channelReadComplete is still to come. */
  boolean isUnderWay() {
    return underWay;
  }

  /** Something is delivered, which answers whoever asked. */
  void answer() {
    asked = false;
  }

  /** Whether a read of the decoder's own is out that nobody behind has asked for. */
  boolean isOneUnasked(ChannelHandlerContext ctx) {
    return ownIsOut && !asked && !ctx.channel().config().isAutoRead();
  }

  /** Issues a remembered read, unless one is out that answers it. */
  void forward(ChannelHandlerContext ctx) {
    if (asked && !ownIsOut) {
      ctx.read();
    }
  }
}
