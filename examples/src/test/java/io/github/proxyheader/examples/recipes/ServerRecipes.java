/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.recipes;

import io.github.proxyheader.handler.HeaderValidators;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxiedAddressFilter;
import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.github.proxyheader.handler.ProxyHeaderInitializer;
import io.github.proxyheader.handler.ProxyHeaderListener;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.tlv.TlvType;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ipfilter.IpFilterRule;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The samples of docs/server.md and docs/trust.md. */
final class ServerRecipes {
  private ServerRecipes() {}

  static ChannelHandler tls(SslContext tls, ChannelHandler application) {
    ReceiverOptions options =
        ReceiverOptions.builder()
            .policy(TrustedProxies.of("10.0.0.0/8"))
            .replaceWith(
                client ->
                    new ChannelInitializer<Channel>() {
                      @Override
                      protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        channel.pipeline().addLast(new IdleStateHandler(30, 0, 0));
                        channel.pipeline().addLast(new HttpServerCodec());
                        channel.pipeline().addLast(application);
                      }
                    })
            .build();

    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(new ProxyHeaderDecoder(options)); // and nothing else
      }
    };
  }

  static ReceiverOptions headerWithTheFirstData() {
    ReceiverOptions options =
        ReceiverOptions.builder()
            .policy(TrustedProxies.of("10.0.0.0/8"))
            .holdActive(false)
            .timeout(Duration.ZERO)
            .build();
    return options;
  }

  static ChannelHandler limits(ReceiverOptions options, IpFilterRule rule) {
    ProxiedAddressFilter filter = new ProxiedAddressFilter(rule);
    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(new ProxyHeaderDecoder(options), filter);
      }
    };
  }

  static ReceiverOptions bigHeaders() {
    ReceiverOptions options =
        ReceiverOptions.builder()
            .reader(ProxyHeaderReader.builder().maxHeaderSize(16_384).build())
            .build();
    return options;
  }

  static ReceiverOptions nginx() {
    ReceiverOptions options =
        ReceiverOptions.builder()
            .reader(ProxyHeaderReader.builder().allowMixedFamilies(true).build())
            .build();
    return options;
  }

  static void existingServer(
      ServerBootstrap server, ReceiverOptions options, ChannelHandler existing) {
    server.childHandler(new ProxyHeaderInitializer(options, existing));
  }

  static void twoProxies(Channel channel, ReceiverOptions outer, ReceiverOptions inner) {
    channel.pipeline().addLast(new ProxyHeaderDecoder(outer), new ProxyHeaderDecoder(inner));
  }

  static ReceiverOptions ipOnly() {
    ReceiverOptions options =
        ReceiverOptions.builder()
            .reader(
                ProxyHeaderReader.builder()
                    .transports(ProxyTransport.TCP4, ProxyTransport.TCP6)
                    .build())
            .build();
    return options;
  }

  static boolean vendorTlvs(Channel channel) {
    Tlvs tlvs = ProxiedAddress.of(channel).tlvs();
    Optional<String> identity = tlvs.text(TlvType.SPIFFE);
    Optional<byte[]> endpoint = tlvs.vendor(TlvType.ALIBABA, 2);
    return identity.isPresent() || endpoint.isPresent();
  }

  static String tlvs(Channel channel) {
    ProxiedAddress client = ProxiedAddress.of(channel);
    String host = client.tlvs().authority().orElse("unknown");
    boolean certified = client.tlvs().ssl().map(ssl -> ssl.verified()).orElse(false);
    return host + certified;
  }

  static ReceiverOptions trusted() {
    ReceiverOptions options =
        ReceiverOptions.builder()
            .policy(
                TrustedProxies.of("10.0.0.0/8", "2001:db8::/32").and(TrustedProxies.unixPeers()))
            .build();
    return options;
  }

  static ReceiverOptions mixed() {
    ReceiverOptions options =
        ReceiverOptions.builder()
            .policy(
                TrustedProxies.of("10.0.0.0/8")
                    .withPolicies(ProxyHeaderPolicy.REQUIRE, ProxyHeaderPolicy.REJECT))
            .build();
    return options;
  }

  static ReceiverOptions changing(List<String> configured) {
    AtomicReference<TrustedProxies> current = new AtomicReference<>(TrustedProxies.of(configured));
    ReceiverOptions options =
        ReceiverOptions.builder().policy(channel -> current.get().select(channel)).build();
    // when the configuration changes:
    current.set(TrustedProxies.of("10.1.0.0/16"));
    return options;
  }

  static ReceiverOptions reportOnly(ProxyHeaderListener listener) {
    ReceiverOptions options =
        ReceiverOptions.builder()
            .policy(TrustedProxies.of("10.0.0.0/8"))
            .listener(listener)
            .reportOnly(true)
            .build();
    return options;
  }

  static ReceiverOptions validated() {
    ReceiverOptions options =
        ReceiverOptions.builder()
            .policy(TrustedProxies.of("10.0.0.0/8"))
            .validator(HeaderValidators.noSpoofedLocal())
            .build();
    return options;
  }
}
