/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.recipes;

import io.github.proxyheader.handler.ProxyHeaderEncoder;
import io.github.proxyheader.protocol.ProxyHeader;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.pool.AbstractChannelPoolHandler;
import io.netty.channel.pool.AbstractChannelPoolMap;
import io.netty.channel.pool.ChannelHealthChecker;
import io.netty.channel.pool.ChannelPool;
import io.netty.channel.pool.SimpleChannelPool;

/** The samples on pools of docs/proxy.md. */
final class PoolRecipes {
  private PoolRecipes() {}

  static ChannelHealthChecker carriesNoHeader() {
    ChannelHealthChecker carriesNoHeader =
        channel ->
            channel
                .eventLoop()
                .newSucceededFuture(
                    channel.isActive() && ProxyHeaderEncoder.sentHeader(channel) == null);
    return carriesNoHeader;
  }

  static ChannelPool connectionsForOneClient(Bootstrap bootstrap) {
    ChannelPool pool =
        new SimpleChannelPool(
            bootstrap,
            new AbstractChannelPoolHandler() {
              @Override
              public void channelCreated(Channel channel) {}

              @Override
              public void channelReleased(Channel channel) {
                if (ProxyHeaderEncoder.sentHeader(channel) != null) {
                  channel.close(); // the pool would only forget it
                }
              }
            },
            carriesNoHeader());
    return pool;
  }

  static AbstractChannelPoolMap<ProxyHeader, SimpleChannelPool> poolsByHeader(Bootstrap bootstrap) {
    AbstractChannelPoolMap<ProxyHeader, SimpleChannelPool> pools =
        new AbstractChannelPoolMap<>() {
          @Override
          protected SimpleChannelPool newPool(ProxyHeader client) {
            return new SimpleChannelPool(
                bootstrap,
                new AbstractChannelPoolHandler() {
                  @Override
                  public void channelCreated(Channel channel) {
                    channel.pipeline().addLast(new ProxyHeaderEncoder(client));
                  }
                });
          }
        };
    return pools;
  }
}
