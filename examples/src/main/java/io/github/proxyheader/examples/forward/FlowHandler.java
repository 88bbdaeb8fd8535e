/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.examples.forward.ConnectionEnd.Reason;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;

/** What comes back on a flow's socket: answers, and news of the way to the target. */
final class FlowHandler extends SimpleChannelInboundHandler<DatagramPacket> {
  private final DatagramRelay relay;
  private final Flow flow;

  FlowHandler(DatagramRelay relay, Flow flow) {
    this.relay = relay;
    this.flow = flow;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket answer) {
    relay.toClient(flow, answer.content());
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    relay.flushToClients();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    relay.end(flow, Reason.TARGET_RESET);
  }

  /** Also what a write failed with. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IllegalArgumentException) {
      relay.drop(DatagramDrop.TOO_LONG);
    } else if (cause instanceof PortUnreachableException
        || cause instanceof ConnectException
        || cause instanceof NoRouteToHostException) {
      relay.unreachable(flow);
    } else {
      relay.lost(cause);
    }
  }
}
