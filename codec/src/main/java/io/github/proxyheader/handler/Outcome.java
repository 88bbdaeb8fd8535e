/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.channel.Channel;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells a listener how one connection's header went, once. */
final class Outcome {
  private static final System.Logger LOGGER = System.getLogger(ProxyHeaderListener.class.getName());

  private @Nullable ProxyHeaderListener untold;

  Outcome(ProxyHeaderListener listener) {
    untold = listener;
  }

  void proxied(Channel channel, ProxiedAddress address) {
    tell(listener -> listener.proxied(channel, address));
  }

  void rejected(Channel channel, ProxyHeaderException cause) {
    tell(listener -> listener.rejected(channel, cause));
  }

  void abandoned(Channel channel) {
    tell(listener -> listener.abandoned(channel));
  }

  /** The decoder was taken out: nobody knows how it goes on. */
  void unknown() {
    untold = null;
  }

  private void tell(Consumer<ProxyHeaderListener> call) {
    ProxyHeaderListener listener = untold;
    untold = null;
    if (listener != null) {
      try {
        call.accept(listener);
      } catch (Throwable cause) {
        LOGGER.log(System.Logger.Level.WARNING, "A listener failed", cause);
      }
    }
  }
}
