/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.protocol.ProxyHeader;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A channel that says it has these addresses. */
final class AcceptedChannel extends EmbeddedChannel {
  private @Nullable SocketAddress remote;
  private @Nullable SocketAddress local;

  AcceptedChannel(@Nullable SocketAddress remote, @Nullable SocketAddress local) {
    this.remote = remote;
    this.local = local;
  }

  void received(ProxyHeader header) {
    attr(ProxiedAddress.KEY).set(ProxiedAddress.of(this, header));
  }

  void receivedIgnored() {
    attr(ProxiedAddress.KEY).set(ProxiedAddress.of(this, null));
  }

  void forget() {
    remote = null;
    local = null;
  }

  @Override
  protected @Nullable SocketAddress remoteAddress0() {
    return remote;
  }

  @Override
  protected @Nullable SocketAddress localAddress0() {
    return local;
  }
}
