/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.channel.Channel;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Keeps what an application's listener throws from the datagrams, and a flood of it from logs. */
final class SafeDatagramListener implements DatagramListener {
  private static final System.Logger LOGGER = System.getLogger(DatagramListener.class.getName());

  private final DatagramListener listener;
  private final AtomicBoolean warned = new AtomicBoolean();

  SafeDatagramListener(DatagramListener listener) {
    this.listener = listener;
  }

  @Override
  public void proxied(Channel channel, ProxiedAddress address) {
    try {
      listener.proxied(channel, address);
    } catch (Throwable cause) {
      failed(cause);
    }
  }

  @Override
  public void dropped(
      Channel channel, @Nullable InetSocketAddress sender, ProxyHeaderException cause) {
    try {
      listener.dropped(channel, sender, cause);
    } catch (Throwable failure) {
      failed(failure);
    }
  }

  private void failed(Throwable cause) {
    Level level = warned.getAndSet(true) ? Level.DEBUG : Level.WARNING;
    LOGGER.log(level, "A listener failed", cause);
  }
}
