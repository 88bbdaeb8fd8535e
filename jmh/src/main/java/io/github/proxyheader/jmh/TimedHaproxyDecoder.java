/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Netty's decoder with the time-out that the protocol wants (rule R6) and that its users must write
 * themselves; in the cheapest form, without a handler of its own.
 */
final class TimedHaproxyDecoder extends HAProxyMessageDecoder {
  private Future<?> timer;

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    timer = ctx.executor().schedule(() -> ctx.close(), 5, TimeUnit.SECONDS);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    timer.cancel(false);
  }
}
