/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.protocol.ProxyHeader;
import io.netty.channel.Channel;
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
    RelayedHeader.rememberAddresses(accepted);
    return outbound -> RelayedHeader.withoutVectors(ProxiedAddress.of(accepted));
  }

  /**
   * Returns a source as {@link #onBehalfOf(Channel)} does, with what the options add: version 1,
   * vectors that were received, facts of the accepted connection's TLS, an identifier, a checksum,
   * padding.
   *
   * <p>Version 1 has no LOCAL: where the other gives it, there the accepted socket's addresses are
   * sent, and {@code UNKNOWN} only if it has none (R27).
   *
   * <p>All is taken each time that a header is due. <b>Facts of TLS are missing in a header that is
   * due before the accepted connection's handshake is done</b>: connect only after {@link
   * io.netty.handler.ssl.SslHandshakeCompletionEvent}.
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
