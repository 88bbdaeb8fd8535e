/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh.datagram;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;

/** The application: takes datagrams, and remembers who sent the last one. */
final class LastHandler extends ChannelInboundHandlerAdapter {
  private InetSocketAddress sender;
  private int length;
  private int count;

  InetSocketAddress sender() {
    return sender;
  }

  int length() {
    return length;
  }

  /** What the benchmark returns, so that nothing is optimised away. */
  int count() {
    return count;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    DatagramPacket packet = (DatagramPacket) msg;
    sender = packet.sender();
    length = packet.content().readableBytes();
    count++;
    packet.release();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    // The end of the pipeline.
  }
}
