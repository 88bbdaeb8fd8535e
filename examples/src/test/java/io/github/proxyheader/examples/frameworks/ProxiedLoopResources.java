/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.frameworks;

import io.github.proxyheader.handler.ProxiedNioServerSocketChannel;
import io.github.proxyheader.handler.ReceiverOptions;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.ServerSocketChannel;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * Event loops of Reactor Netty whose servers read the PROXY protocol, for {@code HttpServer},
 * {@code TcpServer} and Spring WebFlux: {@code server.runOn(new ProxiedLoopResources(options))}.
 */
public final class ProxiedLoopResources implements LoopResources {
  private final LoopResources loops = LoopResources.create("proxied");
  private final ReceiverOptions options;

  public ProxiedLoopResources(ReceiverOptions options) {
    this.options = options;
  }

  @Override
  public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
    return type == ServerSocketChannel.class
        ? type.cast(new ProxiedNioServerSocketChannel(options))
        : loops.onChannel(type, group);
  }

  @Override
  public EventLoopGroup onServer(boolean useNative) {
    return loops.onServer(false); // the channel is one of NIO
  }

  @Override
  public EventLoopGroup onServerSelect(boolean useNative) {
    return loops.onServerSelect(false);
  }

  @Override
  public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
    return loops.disposeLater(quietPeriod, timeout);
  }
}
