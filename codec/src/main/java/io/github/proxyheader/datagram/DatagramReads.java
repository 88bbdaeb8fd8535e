/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import io.netty.channel.ChannelHandlerContext;

/**
 * Asks for another read if all datagrams of a read were dropped and {@code AUTO_READ} is off. The
 * handlers behind saw nothing of that read, so they would not ask for another one.
 */
final class DatagramReads {
  private boolean passedOn;
  private boolean dropped;

  void passedOn() {
    passedOn = true;
  }

  void dropped() {
    dropped = true;
  }

  void complete(ChannelHandlerContext ctx) {
    boolean nothingCame = dropped && !passedOn;
    dropped = false;
    passedOn = false;
    ctx.fireChannelReadComplete();
    if (nothingCame && !ctx.channel().config().isAutoRead()) {
      ctx.read();
    }
  }
}
