/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import io.github.proxyheader.handler.ProxiedAddress;
import io.netty.channel.Channel;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the clients of the child channels of a datagram channel, such as QUIC connections, by the
 * address to which a child sends. {@link ProxiedAddress#of(Channel)} asks this object, on any
 * thread. The flows can be read on the event loop only, so what was found there is remembered as an
 * attribute of the child.
 */
final class ChildClients implements Function<Channel, @Nullable ProxiedAddress> {
  private static final AttributeKey<ProxiedAddress> FOUND =
      AttributeKey.valueOf(ChildClients.class, "FOUND");

  private static final boolean QUIC_IS_PRESENT = isQuicPresent();

  private final EventExecutor executor;
  private final Function<InetSocketAddress, @Nullable ProxiedAddress> flows;

  /**
   * Creates an object that asks the flows of one channel.
   *
   * @param executor the thread on which the flows can be asked
   * @param flows returns the client that has this address, {@code null} if there is no such flow
   */
  ChildClients(
      EventExecutor executor, Function<InetSocketAddress, @Nullable ProxiedAddress> flows) {
    this.executor = executor;
    this.flows = flows;
  }

  /** Returns the client of a child channel, {@code null} if the child has no IP address. */
  @Override
  public @Nullable ProxiedAddress apply(Channel child) {
    boolean quic = QUIC_IS_PRESENT && Quic.isQuic(child);
    SocketAddress remote = quic ? Quic.remoteAddress(child) : child.remoteAddress();
    if (!(remote instanceof InetSocketAddress client)) {
      return null;
    }
    ProxiedAddress found = child.hasAttr(FOUND) ? child.attr(FOUND).get() : null;
    if (found != null && found.source().equals(client)) {
      return found;
    }
    ProxiedAddress known = executor.inEventLoop() ? flows.apply(client) : null;
    if (known != null) {
      child.attr(FOUND).set(known);
      return known;
    }
    return ProxiedAddress.of(null, client, quic ? Quic.localAddress(child) : child.localAddress());
  }

  private static boolean isQuicPresent() {
    try {
      return Quic.isPresent();
    } catch (NoClassDefFoundError e) { // Netty 4.1 has no such module, and in 4.2 it is optional.
      return false;
    }
  }

  /** Everything that needs the classes of QUIC. */
  private static final class Quic {
    static boolean isPresent() {
      return QuicChannel.class.isInterface();
    }

    static boolean isQuic(Channel channel) {
      return channel instanceof QuicChannel;
    }

    static @Nullable SocketAddress remoteAddress(Channel channel) {
      return ((QuicChannel) channel).remoteSocketAddress();
    }

    static @Nullable SocketAddress localAddress(Channel channel) {
      return ((QuicChannel) channel).localSocketAddress();
    }
  }
}
