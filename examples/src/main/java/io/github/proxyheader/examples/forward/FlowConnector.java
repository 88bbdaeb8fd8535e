/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.datagram.ProxyHeaderDatagramEncoder;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.protocol.ProxyHeader;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Opens sockets for flows, each connected to a target. */
final class FlowConnector {
  /** A socket, its channel's header included, and what it is connected to. */
  record Connected(Target target, Channel channel) {}

  private final Sockets sockets;
  private final ConnectionListener listener;

  FlowConnector(Sockets sockets, ConnectionListener listener) {
    this.sockets = sockets;
    this.listener = listener;
  }

  /**
   * Opens a socket to a target that the plan chooses, on the event loop that calls.
   *
   * @return {@code null} if none could be opened
   */
  @Nullable Connected connect(Plan plan, ProxiedAddress client, EventLoop loop) {
    Set<Target> tried = new HashSet<>();
    for (Target target = plan.balancer().choose(tried);
        target != null;
        target = plan.balancer().choose(tried)) {
      tried.add(target);
      Channel channel;
      try {
        channel = connect(target, client, loop);
      } catch (ChannelException e) { // too many open files, which is no target's fault
        return null;
      }
      if (channel != null) {
        target.state().opened();
        return new Connected(target, channel);
      }
      target.state().failed(System.nanoTime());
      listener.connectFailed(plan.config().name(), target.name());
    }
    return null;
  }

  private @Nullable Channel connect(Target target, ProxiedAddress client, EventLoop loop) {
    Channel channel = sockets.newDatagramChannel();
    loop.register(channel);
    ProxyHeader header = target.headerFor(channel, client);
    if (header != null) {
      channel.pipeline().addLast(new ProxyHeaderDatagramEncoder(header));
    }
    ChannelFuture connect = channel.connect(target.config().address());
    if (connect.isSuccess()) { // UDP connects without waiting
      return channel;
    }
    channel.close();
    return null;
  }
}
