/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.examples.forward.config.TargetConfig;
import io.github.proxyheader.examples.forward.config.TargetTlsConfig;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderSource;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyVersion;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import java.net.SocketAddress;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * A target as one reading of the configuration describes it.
 *
 * @param state what is known of it, which outlives the reading
 */
record Target(TargetConfig config, TargetState state, @Nullable SslContext tls) {

  String name() {
    return NetUtil.toSocketAddressString(config.address());
  }

  ForwarderStatus.Target status() {
    return new ForwarderStatus.Target(name(), state.isUp(), state.connections(), state.failures());
  }

  /** Returns a new handler that speaks TLS to the target, or {@code null} if it wants none. */
  @Nullable SslHandler newTlsHandler(@Nullable String alpn) {
    TargetTlsConfig settings = config.tls();
    if (tls == null || settings == null) {
      return null;
    }
    String host =
        settings.serverName() == null ? config.address().getHostString() : settings.serverName();
    SslHandler handler = tls.newHandler(ByteBufAllocator.DEFAULT, host, config.address().getPort());
    handler.setHandshakeTimeoutMillis(0); // the connector's time-out counts
    if (alpn != null) {
      SSLParameters parameters = handler.engine().getSSLParameters();
      parameters.setApplicationProtocols(new String[] {alpn});
      handler.engine().setSSLParameters(parameters);
    }
    return handler;
  }

  /** Returns what is told to the target of a client. */
  ProxyHeaderSource headerFor(Channel client) {
    return header(config.proxyProtocol(), client);
  }

  private static ProxyHeaderSource header(@Nullable ProxyVersion version, Channel client) {
    if (version == null) {
      return outbound -> null;
    }
    return version == ProxyVersion.V2
        ? ProxyHeaderSource.onBehalfOf(client)
        : version1(ProxiedAddress.of(client).source(), ProxiedAddress.of(client).destination());
  }

  private static ProxyHeaderSource version1(SocketAddress source, SocketAddress destination) {
    return outbound ->
        ProxyHeader.builder()
            .version(ProxyVersion.V1)
            .source(source)
            .destination(destination)
            .build();
  }

  /** Returns what is told to the target when no client is behind a connection. */
  ProxyHeaderSource headerOfCheck() {
    if (config.proxyProtocol() == null) {
      return outbound -> null;
    }
    if (config.proxyProtocol() == ProxyVersion.V2) {
      return ProxyHeaderSource.of(ProxyHeader.local());
    }
    return outbound ->
        version1(outbound.localAddress(), outbound.remoteAddress()).headerFor(outbound);
  }
}
