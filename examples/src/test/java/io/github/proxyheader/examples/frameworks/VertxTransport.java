/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.frameworks;

import io.github.proxyheader.handler.ProxiedNioServerSocketChannel;
import io.github.proxyheader.handler.ReceiverOptions;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.transport.Transport;

/**
 * A transport of Vert.x whose servers read the PROXY protocol: {@code
 * Vertx.builder().withTransport(new VertxTransport(options)).build()}.
 */
public final class VertxTransport extends NioTransport implements Transport {
  private final ReceiverOptions options;

  public VertxTransport(ReceiverOptions options) {
    this.options = options;
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean unix) {
    return unix ? super.serverChannelFactory(true) : ProxiedNioServerSocketChannel.factory(options);
  }

  @Override
  public String name() {
    return "proxied-nio";
  }

  @Override
  public boolean available() {
    return true;
  }

  @Override
  public Throwable unavailabilityCause() {
    return null;
  }

  @Override
  public io.vertx.core.spi.transport.Transport implementation() {
    return this;
  }
}
