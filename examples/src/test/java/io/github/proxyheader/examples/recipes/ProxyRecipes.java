/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.recipes;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderEncoder;
import io.github.proxyheader.handler.ProxyHeaderSource;
import io.github.proxyheader.handler.SenderOptions;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;

/** The samples of docs/proxy.md. */
final class ProxyRecipes {
  private ProxyRecipes() {}

  static void tlsToTheTarget(Channel outbound, Channel accepted, SslContext tls) {
    outbound.pipeline().addLast(new ProxyHeaderEncoder(ProxyHeaderSource.onBehalfOf(accepted)));
    outbound.pipeline().addLast(tls.newHandler(outbound.alloc()));
  }

  static ChannelHandler oneHeader() {
    ProxyHeader header =
        ProxyHeader.of(
            new InetSocketAddress("203.0.113.7", 45678),
            new InetSocketAddress("198.51.100.9", 443));
    return new ProxyHeaderEncoder(header);
  }

  static ProxyHeaderSource withVectors(Channel accepted, byte[] id) {
    ProxyHeaderSource source =
        (outbound, target) -> {
          ProxiedAddress client = ProxiedAddress.of(accepted);
          return ProxyHeader.builder()
              .source(client.source())
              .destination(client.destination())
              .tlvs(Tlvs.builder().authority("www.example.org").uniqueId(id).build())
              .checksum(true)
              .build();
        };
    return source;
  }

  static ProxyHeaderSource mixedTargets(Channel accepted, Set<InetSocketAddress> plain) {
    ProxyHeaderSource client = ProxyHeaderSource.onBehalfOf(accepted);
    ProxyHeaderSource source =
        (outbound, target) -> plain.contains(target) ? null : client.headerFor(outbound, target);
    return source;
  }

  static ChannelHandler healthCheck() {
    return new ProxyHeaderEncoder(ProxyHeader.local());
  }

  static ChannelHandler withinTwoSeconds(ProxyHeaderSource source) {
    SenderOptions options =
        SenderOptions.builder().source(source).writeTimeout(Duration.ofSeconds(2)).build();
    return new ProxyHeaderEncoder(options);
  }

  static void fastOpen(Bootstrap bootstrap) {
    bootstrap.channel(EpollSocketChannel.class).option(ChannelOption.TCP_FASTOPEN_CONNECT, true);
  }

  static void withoutAPipeline(ByteBuf in, ByteBuf out) {
    ProxyHeader header = ProxyHeaderReader.standard().read(in);
    if (header != null) { // null: more bytes are needed
      ProxyHeaderWriter.write(header, out);
    }
  }
}
