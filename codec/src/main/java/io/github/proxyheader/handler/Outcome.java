/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.channel.Channel;

/** Tells a listener how one connection's header went, once. */
final class Outcome {
  private static final System.Logger LOGGER = System.getLogger(ProxyHeaderListener.class.getName());

  private final ProxyHeaderListener listener;
  private boolean told;

  Outcome(ProxyHeaderListener listener) {
    this.listener = listener;
  }

  void proxied(Channel channel, ProxiedAddress address) {
    tellOnce(() -> listener.proxied(channel, address));
  }

  void rejected(Channel channel, ProxyHeaderException cause) {
    tellOnce(() -> listener.rejected(channel, cause));
  }

  void abandoned(Channel channel) {
    tellOnce(() -> listener.abandoned(channel));
  }

  /** What would have been the outcome; the connection goes on. */
  void reported(Channel channel, ProxyHeaderException cause) {
    tell(() -> listener.reported(channel, cause));
  }

  /** The decoder was taken out: nobody knows how it goes on. */
  void unknown() {
    told = true;
  }

  private void tellOnce(Runnable call) {
    if (!told) {
      told = true;
      tell(call);
    }
  }

  private static void tell(Runnable call) {
    try {
      call.run();
    } catch (Throwable cause) {
      LOGGER.log(System.Logger.Level.WARNING, "A listener failed", cause);
    }
  }
}
