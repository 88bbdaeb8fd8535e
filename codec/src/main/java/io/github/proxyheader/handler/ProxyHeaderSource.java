/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.protocol.ProxyHeader;
import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the header that a {@link ProxyHeaderEncoder} sends on a connection.
 *
 * <p>A source may serve any number of connections; it is called on the event loops of all of them.
 */
@FunctionalInterface
public interface ProxyHeaderSource {
  /**
   * Returns the header for a connection, or {@code null} if the connection has none.
   *
   * <p>The encoder calls it once for each connection, on its executor, when the header is due. That
   * is before the channel is connected if something is written before {@code connect()}, or if
   * {@link io.netty.channel.ChannelOption#TCP_FASTOPEN_CONNECT} is set; the channel has no
   * addresses then. The method must not block, nor write to the channel. If it throws, the connect
   * fails with that cause and the channel is closed.
   *
   * @param outbound the channel that the header will be written to
   * @param target the address that was given to {@code connect()} as the encoder sees it: behind a
   *     {@code ProxyHandler} it is the end of the tunnel, and where no resolver works it may be
   *     unresolved. It is the remote address if the encoder was added to a channel that was
   *     connected, and {@code null} if a write before {@code connect()} makes the header due.
   */
  @Nullable ProxyHeader headerFor(Channel outbound, @Nullable SocketAddress target);

  /** Returns a source of the same header for every connection. */
  static ProxyHeaderSource of(ProxyHeader header) {
    Objects.requireNonNull(header, "header");
    return (outbound, target) -> header;
  }

  /**
   * Returns a source for connections that a proxy makes on behalf of a connection that it accepted.
   *
   * <p>The headers are of version 2, for a stream, and have no vectors. They have the addresses of
   * the header that the accepted connection came with, if it had one (R65), else those of the
   * accepted socket, whose remote address is the source. They are LOCAL where there are no IP
   * addresses to tell (R59): the received header had none or was for unix sockets, or the accepted
   * channel is no IP socket or never was connected.
   *
   * <p>The source reads the addresses each time that a header is due. The outbound connection may
   * be on another event loop.
   *
   * @param accepted the channel of the accepted connection, or a child of it such as a stream of
   *     HTTP/2
   */
  static ProxyHeaderSource onBehalfOf(Channel accepted) {
    Objects.requireNonNull(accepted, "accepted");
    RelayedHeader.rememberAddresses(accepted);
    return (outbound, target) -> RelayedHeader.withoutVectors(ProxiedAddress.of(accepted));
  }

  /**
   * Returns a source as {@link #onBehalfOf(Channel)} does, with what the options add: version 1,
   * vectors that were received, facts of the accepted connection's TLS, an identifier, a checksum,
   * and padding.
   *
   * <p>Version 1 has no LOCAL. Where version 2 would have it, the addresses of the accepted socket
   * are sent, and {@code UNKNOWN} only if it has none (R27).
   *
   * <p>The source reads everything each time that a header is due. <b>Facts of TLS are missing in a
   * header that is due before the accepted connection's handshake is done</b>: connect only after
   * {@link io.netty.handler.ssl.SslHandshakeCompletionEvent}.
   *
   * <pre>{@code
   * @Override
   * public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
   *   if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
   *     ProxyHeaderSource source = ProxyHeaderSource.onBehalfOf(ctx.channel(), OPTIONS);
   *     connect(ctx.channel(), new ProxyHeaderEncoder(source));
   *   }
   *   ctx.fireUserEventTriggered(event);
   * }
   * }</pre>
   *
   * <p>{@link #headerFor} throws what the options' function for identifiers throws, and {@link
   * IllegalArgumentException} if an identifier is longer than 128 bytes, or the header would be
   * longer than 65,551 (R62): nothing that was asked for is left out to make it fit.
   *
   * @param accepted the channel of the accepted connection, or a child of it such as a stream of
   *     HTTP/2
   * @param options build them once for all connections
   */
  static ProxyHeaderSource onBehalfOf(Channel accepted, RelayOptions options) {
    Objects.requireNonNull(accepted, "accepted");
    Objects.requireNonNull(options, "options");
    return new RelayedHeader(accepted, options);
  }
}
