/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.whoami;

import io.github.proxyheader.datagram.DatagramListener;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderListener;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** Tells of connections that ended without an answer, in lines that hold no byte of a peer. */
final class ConnectionLog implements ProxyHeaderListener, DatagramListener {
  private final Consumer<String> lines;

  ConnectionLog(Consumer<String> lines) {
    this.lines = lines;
  }

  @Override
  public void proxied(Channel channel, ProxiedAddress address) {}

  @Override
  public void rejected(Channel channel, ProxyHeaderException cause) {
    lines.accept("refused " + peer(channel) + ": " + cause.reason());
  }

  void failed(Channel channel, Throwable cause) {
    failed(channel, cause.getClass().getSimpleName());
  }

  void failed(Channel channel, String what) {
    lines.accept("failed " + peer(channel) + ": " + what);
  }

  private static String peer(Channel channel) {
    return ProxiedAddress.of(channel).peer() instanceof InetSocketAddress peer
        ? Report.text(peer)
        : "a peer without an IP address";
  }
}
