/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import io.netty.channel.ChannelHandlerContext;

/**
 * Asks for another read if what was read was all dropped: without {@code AUTO_READ}, nobody behind
 * would know that it is time to.
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
