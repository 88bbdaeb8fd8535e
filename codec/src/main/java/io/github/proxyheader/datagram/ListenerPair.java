/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderListener;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Tells two listeners, in this order. */
record ListenerPair(DatagramListener first, DatagramListener second) implements DatagramListener {
  @Override
  public void proxied(Channel channel, ProxiedAddress address) {
    first.proxied(channel, address);
    second.proxied(channel, address);
  }

  @Override
  public void dropped(
      Channel channel, @Nullable InetSocketAddress sender, ProxyHeaderException cause) {
    first.dropped(channel, sender, cause);
    second.dropped(channel, sender, cause);
  }

  /** Returns a listener that tells a listener of connections about datagrams. */
  static DatagramListener adapt(ProxyHeaderListener listener) {
    return new DatagramListener() {
      @Override
      public void proxied(Channel channel, ProxiedAddress address) {
        listener.proxied(channel, address);
      }

      @Override
      public void dropped(
          Channel channel, @Nullable InetSocketAddress sender, ProxyHeaderException cause) {
        listener.rejected(channel, cause);
      }
    };
  }
}
