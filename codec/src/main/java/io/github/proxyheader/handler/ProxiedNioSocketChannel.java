/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A channel that {@link ProxiedNioServerSocketChannel} has accepted. */
final class ProxiedNioSocketChannel extends NioSocketChannel {
  ProxiedNioSocketChannel(Channel parent, SocketChannel socket, ReceiverOptions options) {
    super(parent, socket);
    pipeline().addLast(new DecoderInstaller(options));
  }

  /** Returns the address of the real peer of a channel, {@code null} if the channel has none. */
  static @Nullable SocketAddress realRemoteAddress(Channel channel) {
    return channel instanceof ProxiedNioSocketChannel proxied
        ? proxied.realRemoteAddress()
        : channel.remoteAddress();
  }

  /** Returns the address that the real peer reached, {@code null} if the channel has none. */
  static @Nullable SocketAddress realLocalAddress(Channel channel) {
    return channel instanceof ProxiedNioSocketChannel proxied
        ? proxied.realLocalAddress()
        : channel.localAddress();
  }

  private @Nullable SocketAddress realRemoteAddress() {
    return super.remoteAddress();
  }

  private @Nullable SocketAddress realLocalAddress() {
    return super.localAddress();
  }

  @Override
  public @Nullable InetSocketAddress remoteAddress() {
    ProxiedAddress client = client();
    return client != null ? (InetSocketAddress) client.source() : super.remoteAddress();
  }

  @Override
  public @Nullable InetSocketAddress localAddress() {
    ProxiedAddress client = client();
    return client != null ? (InetSocketAddress) client.destination() : super.localAddress();
  }

  /** Returns what a header with IP addresses said, {@code null} if there was none (yet). */
  private @Nullable ProxiedAddress client() {
    ProxiedAddress address = hasAttr(ProxiedAddress.KEY) ? attr(ProxiedAddress.KEY).get() : null;
    return address != null
            && address.isProxied()
            && address.source() instanceof InetSocketAddress
            && address.destination() instanceof InetSocketAddress
        ? address
        : null;
  }

  /** Writes the addresses as the base class does, which would keep those of the first call. */
  @Override
  public String toString() {
    SocketAddress remote = remoteAddress();
    SocketAddress local = localAddress();
    StringBuilder text = new StringBuilder(96).append("[id: 0x").append(id().asShortText());
    if (remote != null) {
      text.append(", L:").append(local).append(isActive() ? " - " : " ! ");
      text.append("R:").append(remote);
    } else if (local != null) {
      text.append(", L:").append(local);
    }
    return text.append(']').toString();
  }
}
