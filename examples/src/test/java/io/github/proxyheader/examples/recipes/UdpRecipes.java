/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.recipes;

import io.github.proxyheader.datagram.DatagramFlowOptions;
import io.github.proxyheader.datagram.DatagramReceiverOptions;
import io.github.proxyheader.datagram.ProxiedDatagram;
import io.github.proxyheader.datagram.ProxiedDatagramFlows;
import io.github.proxyheader.datagram.ProxyHeaderDatagramDecoder;
import io.github.proxyheader.datagram.ProxyHeaderDatagramEncoder;
import io.github.proxyheader.datagram.SimpleProxyProtocolCodec;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyTransport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicSslContext;
import java.net.InetSocketAddress;
import java.time.Duration;

/** The samples of docs/udp.md. */
final class UdpRecipes {
  private UdpRecipes() {}

  static Bootstrap server(EventLoopGroup group) {
    DatagramReceiverOptions options =
        DatagramReceiverOptions.builder()
            .policy(TrustedProxies.of("127.0.0.0/8", "10.0.0.0/8")) // your proxies
            .build();

    Bootstrap server =
        new Bootstrap()
            .group(group)
            .channel(NioDatagramChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new ProxyHeaderDatagramDecoder(options)); // first
                    channel.pipeline().addLast(new WhoAmIHandler());
                  }
                });
    return server;
  }

  static final class WhoAmIHandler extends SimpleChannelInboundHandler<ProxiedDatagram> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ProxiedDatagram datagram) {
      String answer = "You are " + datagram.proxiedAddress().source() + "\n";
      ctx.writeAndFlush(datagram.reply(ByteBufUtil.writeUtf8(ctx.alloc(), answer)));
    }
  }

  static ChannelHandler flows(DatagramReceiverOptions options, ChannelHandler application) {
    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(new ProxyHeaderDatagramDecoder(options));
        channel.pipeline().addLast(new ProxiedDatagramFlows());
        channel.pipeline().addLast(application);
      }
    };
  }

  static ChannelHandler headerOnce() {
    DatagramReceiverOptions options =
        DatagramReceiverOptions.builder()
            .policy(
                TrustedProxies.of("10.0.0.0/8")
                    .withPolicies(ProxyHeaderPolicy.USE, ProxyHeaderPolicy.CLOSE))
            .build();
    DatagramFlowOptions flows =
        DatagramFlowOptions.builder().headerOnce(true).idleTime(Duration.ofMinutes(5)).build();

    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(new ProxyHeaderDatagramDecoder(options));
        channel.pipeline().addLast(new ProxiedDatagramFlows(flows));
      }
    };
  }

  static ChannelHandler nginx() {
    DatagramReceiverOptions options =
        DatagramReceiverOptions.builder()
            .policy(
                TrustedProxies.of("10.0.0.0/8")
                    .withPolicies(ProxyHeaderPolicy.USE, ProxyHeaderPolicy.CLOSE))
            .allowVersion1(true)
            .build();
    DatagramFlowOptions flows =
        DatagramFlowOptions.builder().headerOnce(true).idleTime(Duration.ofMinutes(11)).build();

    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(new ProxyHeaderDatagramDecoder(options));
        channel.pipeline().addLast(new ProxiedDatagramFlows(flows));
      }
    };
  }

  static ChannelHandler quic(
      DatagramReceiverOptions options, QuicSslContext tls, ChannelHandler streams) {
    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(new ProxyHeaderDatagramDecoder(options));
        channel.pipeline().addLast(new ProxiedDatagramFlows());
        channel
            .pipeline()
            .addLast(
                new QuicServerCodecBuilder()
                    .sslContext(tls)
                    .initialMaxData(1_000_000)
                    .initialMaxStreamDataBidirectionalRemote(100_000)
                    .initialMaxStreamsBidirectional(100)
                    .handler(
                        new ChannelInitializer<QuicChannel>() {
                          @Override
                          protected void initChannel(QuicChannel connection) {
                            ProxiedAddress.of(connection); // keeps the vectors as well
                          }
                        })
                    .streamHandler(streams)
                    .build());
      }
    };
  }

  static ChannelHandler sender(InetSocketAddress client, InetSocketAddress destination) {
    ProxyHeader header =
        ProxyHeader.builder()
            .transport(ProxyTransport.UDP4)
            .source(client)
            .destination(destination)
            .build();
    return new ProxyHeaderDatagramEncoder(header);
  }

  static ChannelHandler spectrum(DatagramReceiverOptions options) {
    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(new SimpleProxyProtocolCodec(options));
        channel.pipeline().addLast(new WhoAmIHandler());
      }
    };
  }
}
