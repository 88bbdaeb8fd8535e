/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import io.github.proxyheader.examples.QuickStartServer.GreetingHandler;
import io.github.proxyheader.examples.forward.RelayHandler;
import io.github.proxyheader.handler.ProxiedNioServerSocketChannel;
import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.github.proxyheader.handler.ProxyHeaderEncoder;
import io.github.proxyheader.handler.ProxyHeaderSource;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.handler.TrustedProxies;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.ssl.SslContext;
import java.net.SocketAddress;

/** The samples in the library's javadoc, here so that they are compiled. */
final class JavadocSamples {
  private JavadocSamples() {}

  static ServerBootstrap decoder() {
    ServerBootstrap server = new ServerBootstrap();
    server.childHandler(
        new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            channel.pipeline().addLast(new ProxyHeaderDecoder(), new GreetingHandler());
          }
        });
    return server;
  }

  static Bootstrap encoder(Channel accepted, SocketAddress tunnel, SslContext sslContext) {
    Bootstrap client = new Bootstrap();
    client.handler(
        new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel outbound) {
            ChannelPipeline pipeline = outbound.pipeline();
            pipeline.addLast(new HttpProxyHandler(tunnel)); // if there is one
            pipeline.addLast(new ProxyHeaderEncoder(ProxyHeaderSource.onBehalfOf(accepted)));
            pipeline.addLast(sslContext.newHandler(outbound.alloc())); // if there is TLS
            pipeline.addLast(new RelayHandler(accepted));
          }
        });
    return client;
  }

  static ReceiverOptions trustedProxies() {
    ReceiverOptions options =
        ReceiverOptions.builder().policy(TrustedProxies.of("10.0.0.0/8", "2001:db8::/32")).build();
    return options;
  }

  static ServerBootstrap proxiedNio(ReceiverOptions options) {
    ServerBootstrap server = new ServerBootstrap();
    server.channelFactory(ProxiedNioServerSocketChannel.factory(options));
    return server;
  }
}
