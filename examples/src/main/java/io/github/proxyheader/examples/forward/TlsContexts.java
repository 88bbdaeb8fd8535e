/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.examples.forward.config.TargetTlsConfig;
import io.github.proxyheader.examples.forward.config.TlsConfig;
import io.github.proxyheader.examples.forward.config.TlsConfig.NameConfig;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.DomainWildcardMappingBuilder;
import io.netty.util.Mapping;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/** Makes TLS contexts of PEM files. */
final class TlsContexts {
  private static final int MAX_CLIENT_HELLO = 1 << 16;

  private TlsContexts() {}

  /** Returns what makes the handlers that terminate TLS. */
  static Function<ByteBufAllocator, ChannelHandler> server(TlsConfig config) throws SSLException {
    SslContext standard = server(config, config.certificate(), config.key());
    if (config.names().isEmpty()) {
      long millis = config.handshakeTimeout().toMillis();
      return allocator -> handler(standard, allocator, millis);
    }
    DomainWildcardMappingBuilder<SslContext> names = new DomainWildcardMappingBuilder<>(standard);
    for (NameConfig name : config.names()) {
      names.add(name.name(), server(config, name.certificate(), name.key()));
    }
    Mapping<String, SslContext> mapping = names.build();
    return allocator -> new NameHandler(mapping, config.handshakeTimeout());
  }

  private static SslHandler handler(
      SslContext context, ByteBufAllocator allocator, long handshakeTimeoutMillis) {
    SslHandler handler = context.newHandler(allocator);
    handler.setHandshakeTimeoutMillis(handshakeTimeoutMillis);
    return handler;
  }

  /** Waits for the name that the client asks for, then for the rest of the handshake. */
  private static final class NameHandler extends SniHandler {
    private final long deadline;

    NameHandler(Mapping<String, SslContext> contexts, Duration handshakeTimeout) {
      super(contexts, MAX_CLIENT_HELLO, handshakeTimeout.toMillis());
      deadline = System.nanoTime() + handshakeTimeout.toNanos();
    }

    @Override
    protected SslHandler newSslHandler(SslContext context, ByteBufAllocator allocator) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      return handler(context, allocator, Math.max(left, 1));
    }
  }

  private static SslContext server(TlsConfig config, Path certificate, Path key)
      throws SSLException {
    SslContextBuilder builder =
        SslContextBuilder.forServer(certificate.toFile(), key.toFile())
            .sslProvider(SslProvider.JDK);
    if (config.clientCa() != null) {
      builder
          .trustManager(config.clientCa().toFile())
          .clientAuth(config.clientRequired() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
    }
    if (!config.alpn().isEmpty()) {
      builder.applicationProtocolConfig(
          new ApplicationProtocolConfig(
              Protocol.ALPN,
              SelectorFailureBehavior.NO_ADVERTISE,
              SelectedListenerFailureBehavior.ACCEPT,
              config.alpn()));
    }
    return builder.build();
  }

  /** Returns the context for connections to a target. */
  static SslContext client(TargetTlsConfig config) throws SSLException {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .endpointIdentificationAlgorithm("HTTPS");
    if (config.ca() != null) {
      builder.trustManager(config.ca().toFile());
    }
    return builder.build();
  }
}
