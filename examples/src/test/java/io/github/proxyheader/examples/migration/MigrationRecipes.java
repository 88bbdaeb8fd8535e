/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.migration;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.tlv.SslInfo;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The samples of docs/migration.md. */
final class MigrationRecipes {
  private MigrationRecipes() {}

  static void before(ChannelPipeline pipeline) {
    pipeline.addLast(new HAProxyMessageDecoder());
    pipeline.addLast(new Before());
  }

  static void after(ChannelPipeline pipeline, ReceiverOptions options) {
    pipeline.addLast(new ProxyHeaderDecoder(options));
  }

  static void bridge(ChannelPipeline pipeline, ReceiverOptions options) {
    pipeline.addLast(new ProxyHeaderDecoder(options));
    pipeline.addLast(new HaproxyMessageBridge());
    pipeline.addLast(new Before());
  }

  static final class Before extends SimpleChannelInboundHandler<HAProxyMessage> {
    private SocketAddress client;
    private Optional<String> authority = Optional.empty();
    private boolean overTls;

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HAProxyMessage message) {
      if (message.command() == HAProxyCommand.LOCAL || message.sourceAddress() == null) {
        client = ctx.channel().remoteAddress();
      } else {
        client = new InetSocketAddress(message.sourceAddress(), message.sourcePort());
      }
      for (HAProxyTLV tlv : message.tlvs()) {
        if (tlv.type() == HAProxyTLV.Type.PP2_TYPE_AUTHORITY) {
          authority = Optional.of(tlv.content().toString(StandardCharsets.UTF_8));
        } else if (tlv instanceof HAProxySSLTLV ssl) {
          overTls = ssl.isPP2ClientSSL();
        }
      }
    }

    @Override
    public String toString() {
      return client + " " + authority + " " + overTls;
    }
  }

  static String address(Channel channel) {
    SocketAddress client = ProxiedAddress.of(channel).source();
    SocketAddress asked = ProxiedAddress.of(channel).destination();
    return client + " " + asked;
  }

  static String vectors(Channel channel) {
    Optional<String> authority = ProxiedAddress.of(channel).tlvs().authority();
    Optional<byte[]> vendor = ProxiedAddress.of(channel).tlvs().vendor(0xEA, 0x01);
    return authority + " " + vendor;
  }

  static String tls(Channel channel) {
    Optional<SslInfo> ssl = ProxiedAddress.of(channel).tlvs().ssl();
    boolean overTls = ssl.map(SslInfo::overSsl).orElse(false);
    boolean verified = ssl.map(SslInfo::verified).orElse(false);
    Optional<String> name = ssl.flatMap(SslInfo::commonName);
    return overTls + " " + verified + " " + name;
  }

  static boolean isHealthCheckOrDirect(Channel channel) {
    boolean proxied = ProxiedAddress.of(channel).isProxied();
    return !proxied;
  }
}
