/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.channel.Channel;

/** Keeps what an application's listener throws from the connection. */
final class SafeListener implements ProxyHeaderListener {
  private static final System.Logger LOGGER = System.getLogger(ProxyHeaderListener.class.getName());

  private final ProxyHeaderListener listener;

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

  private static void failed(Throwable cause) {
    LOGGER.log(System.Logger.Level.WARNING, "A listener failed", cause);
  }
}
