/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.channel.Channel;
import io.netty.util.internal.logging.InternalLogLevel;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Calls an application's listener, and logs what it throws: the first time as a warning, later at
 * level DEBUG, so that a listener that fails for each datagram does not flood the log.
 */
final class SafeDatagramListener implements DatagramListener {
  private static final InternalLogger LOGGER =
      InternalLoggerFactory.getInstance(DatagramListener.class);

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
    LOGGER.log(
        warned.getAndSet(true) ? InternalLogLevel.DEBUG : InternalLogLevel.WARN,
        "A listener failed",
        cause);
  }
}
