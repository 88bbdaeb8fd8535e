/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.channel.Channel;
import io.netty.util.internal.logging.InternalLogLevel;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Calls an application's listener, and logs what it throws: the first time as a warning, later at
 * level DEBUG, so that a listener that fails for each connection does not flood the log.
 */
final class SafeListener implements ProxyHeaderListener {
  private static final InternalLogger LOGGER =
      InternalLoggerFactory.getInstance(ProxyHeaderListener.class);

  private final ProxyHeaderListener listener;
  private final AtomicBoolean warned = new AtomicBoolean();

  SafeListener(ProxyHeaderListener listener) {
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
  public void rejected(Channel channel, ProxyHeaderException cause) {
    try {
      listener.rejected(channel, cause);
    } catch (Throwable failure) {
      failed(failure);
    }
  }

  @Override
  public void abandoned(Channel channel) {
    try {
      listener.abandoned(channel);
    } catch (Throwable cause) {
      failed(cause);
    }
  }

  @Override
  public void reported(Channel channel, ProxyHeaderException cause) {
    try {
      listener.reported(channel, cause);
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
