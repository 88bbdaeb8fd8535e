/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.examples.forward.config.TargetConfig;
import io.github.proxyheader.examples.forward.config.TargetConfig.HeaderTlv;
import io.github.proxyheader.examples.forward.config.TargetTlsConfig;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderSource;
import io.github.proxyheader.handler.RelayOptions;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.protocol.ProxyVersion;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * A target as one reading of the configuration describes it.
 *
 * @param state what is known of it, which outlives the reading
 * @param relay what its headers tell, or {@code null}: it gets none
 * @param tls how TLS is spoken to it, or {@code null}: not at all
 */
record Target(
    TargetConfig config,
    TargetState state,
    @Nullable RelayOptions relay,
    @Nullable SslContext tls) {

  /** Reads the files that a target names. */
  static Target of(TargetConfig config, TargetState state) throws SSLException {
    return new Target(
        config,
        state,
        config.proxyProtocol() == null ? null : relay(config.proxyProtocol(), config.tlvs()),
        config.tls() == null ? null : TlsContexts.client(config.tls()));
  }

  private static RelayOptions relay(ProxyVersion version, Set<HeaderTlv> tlvs) {
    RelayOptions.Builder options =
        RelayOptions.builder()
            .version(version)
            .tlsFacts(tlvs.contains(HeaderTlv.TLS))
            .checksum(tlvs.contains(HeaderTlv.CRC32C));
    if (tlvs.contains(HeaderTlv.RECEIVED)) {
      options.relayAllTlvs();
    }
    if (tlvs.contains(HeaderTlv.UNIQUE_ID)) {
      options.uniqueId();
    }
    return options.build();
  }

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
    SSLParameters parameters = handler.engine().getSSLParameters();
    if (settings.serverName() != null) { // the JDK asks for names with a dot only
      parameters.setServerNames(List.of(new SNIHostName(settings.serverName())));
    }
    if (alpn != null) {
      parameters.setApplicationProtocols(new String[] {alpn});
    }
    handler.engine().setSSLParameters(parameters);
    return handler;
  }

  /** Returns what is told to the target of a client. */
  ProxyHeaderSource headerFor(Channel client) {
    return relay == null ? (outbound, target) -> null : ProxyHeaderSource.onBehalfOf(client, relay);
  }

  /**
   * Returns what is told to the target of a client's datagrams, or {@code null}: nothing.
   *
   * @param flow the channel to the target
   */
  @Nullable ProxyHeader headerFor(Channel flow, ProxiedAddress client) {
    if (relay == null) {
      return null;
    }
    flow.attr(ProxiedAddress.KEY).set(client); // here it was "accepted"
    ProxyHeader stream =
        Objects.requireNonNull(ProxyHeaderSource.onBehalfOf(flow, relay).headerFor(flow, null));
    return switch (stream.transport()) {
      case TCP4 -> stream.toBuilder().transport(ProxyTransport.UDP4).build();
      case TCP6 -> stream.toBuilder().transport(ProxyTransport.UDP6).build();
      default -> stream; // LOCAL
    };
  }

  /**
   * Returns what is told to the target when no client is behind a connection: LOCAL, or the
   * addresses of that connection itself in version 1, which has no word for it.
   */
  ProxyHeaderSource headerOfCheck() {
    if (config.proxyProtocol() == ProxyVersion.V1) {
      return (outbound, target) ->
          ProxyHeader.builder()
              .version(ProxyVersion.V1)
              .source(outbound.localAddress())
              .destination(outbound.remoteAddress())
              .build();
    }
    return (outbound, target) -> config.proxyProtocol() == null ? null : ProxyHeader.local();
  }
}
