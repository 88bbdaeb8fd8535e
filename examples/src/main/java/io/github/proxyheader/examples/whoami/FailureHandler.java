/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.whoami;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Stands last in the pipeline of a connection with streams: logs a failure and closes. */
final class FailureHandler extends ChannelInboundHandlerAdapter {
  private final ConnectionLog log;

  FailureHandler(ConnectionLog log) {
    this.log = log;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.failed(ctx.channel(), cause);
    ctx.close();
  }
}
