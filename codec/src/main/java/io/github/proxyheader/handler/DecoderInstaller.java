/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;

/**
 * Adds the decoder when the channel is registered. The {@code initChannel} of all child handlers
 * has run by then, so that the decoder stands in front of the handlers that they added first.
 */
final class DecoderInstaller extends ChannelDuplexHandler {
  private final ReceiverOptions options;
  private boolean read;

  DecoderInstaller(ReceiverOptions options) {
    this.options = options;
  }

  @Override
  public void channelRegistered(ChannelHandlerContext ctx) {
    ChannelPipeline pipeline = ctx.pipeline();
    ProxyHeaderDecoder decoder = new ProxyHeaderDecoder(options);
    if (pipeline.first() == this) {
      pipeline.addAfter(ctx.name(), null, decoder); // so that it sees this event, too
      if (!read) {
        decoder.reads.expectNoEarlier();
      }
    } else {
      decoder.activity = Activity.NOT_YET; // the event has passed its place
      pipeline.addFirst(decoder);
    }
    ctx.fireChannelRegistered();
    if (!ctx.isRemoved()) {
      pipeline.remove(this);
    }
  }

  /** Notes that a handler behind has asked for bytes already. */
  @Override
  public void read(ChannelHandlerContext ctx) {
    read = true;
    ctx.read();
  }
}
