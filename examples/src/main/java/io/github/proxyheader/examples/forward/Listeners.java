/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.protocol.ProxyHeaderException;
import java.util.List;
import java.util.function.Consumer;

/** Tells all listeners; what they throw is logged and changes nothing. */
final class Listeners implements ConnectionListener {
  private static final System.Logger LOGGER = System.getLogger(Listeners.class.getName());

  private final List<ConnectionListener> listeners;

  Listeners(List<ConnectionListener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  @Override
  public void opened(String rule) {
    tell(listener -> listener.opened(rule));
  }

  @Override
  public void headerRefused(String rule, ProxyHeaderException.Reason reason) {
    tell(listener -> listener.headerRefused(rule, reason));
  }

  @Override
  public void passed(String rule, long received, long sent) {
    tell(listener -> listener.passed(rule, received, sent));
  }

  @Override
  public void closed(ConnectionEnd end) {
    tell(listener -> listener.closed(end));
  }

  @Override
  public void connectFailed(String rule, String target) {
    tell(listener -> listener.connectFailed(rule, target));
  }

  @Override
  public void datagramDropped(String rule, DatagramDrop reason) {
    tell(listener -> listener.datagramDropped(rule, reason));
  }

  private void tell(Consumer<ConnectionListener> call) {
    for (ConnectionListener listener : listeners) {
      try {
        call.accept(listener);
      } catch (RuntimeException e) {
        LOGGER.log(System.Logger.Level.WARNING, "A listener of connections failed", e);
      }
    }
  }
}
