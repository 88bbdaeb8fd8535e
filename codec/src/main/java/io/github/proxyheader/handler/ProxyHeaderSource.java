/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.protocol.ProxyHeader;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says which header a {@link ProxyHeaderEncoder} sends on a connection.
 *
 * <p>A source may serve any number of connections, then on the event loops of all of them.
 */
@FunctionalInterface
public interface ProxyHeaderSource {
  /**
   * Returns the header for a connection, or {@code null} if it goes without one.
   *
   * <p>It is called once a connection, on the encoder's executor, when the header is due: before
   * the connection stands, if something is written before {@code connect()} or {@link
   * io.netty.channel.ChannelOption#TCP_FASTOPEN_CONNECT} is set; the channel has no addresses then.
   * It must not block, nor write to the channel. If it throws, the connect fails with that cause
   * and the channel is closed.
   *
   * @param outbound the channel that the header will be written to
   */
  @Nullable ProxyHeader headerFor(Channel outbound);

  /** Returns a source of the same header for every connection. */
  static ProxyHeaderSource of(ProxyHeader header) {
    Objects.requireNonNull(header, "header");
    return outbound -> header;
  }

  /**
   * Returns a source for connections that a proxy makes on behalf of a connection that it accepted.
   *
   * <p>It gives version 2 headers for a stream, without vectors: with the addresses that came in
   * the accepted connection's header if one came (R65), else with those of the accepted socket, its
   * remote one being the source. It gives LOCAL where there are no IP addresses to tell (R59): a
   * header without addresses was received, or one for unix sockets, or the accepted channel is no
   * IP socket or never was connected.
   *
   * <p>The addresses are taken each time that a header is due; the outbound connection may live on
   * another event loop.
   *
   * @param accepted the channel of the accepted connection, or a child of it such as a stream of
   *     HTTP/2
   */
  static ProxyHeaderSource onBehalfOf(Channel accepted) {
    Objects.requireNonNull(accepted, "accepted");
    // A channel remembers addresses that it was asked for once: they outlive the connection.
    accepted.remoteAddress();
    accepted.localAddress();
    return outbound -> {
      ProxiedAddress client = ProxiedAddress.of(accepted);
      boolean hasClient = client.header() == null || client.isProxied();
      if (hasClient
          && client.source() instanceof InetSocketAddress source
          && client.destination() instanceof InetSocketAddress destination
          && !source.isUnresolved()
          && !destination.isUnresolved()) {
        return ProxyHeader.of(source, destination);
      }
      return ProxyHeader.local();
    };
  }
}
