/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import java.util.Objects;

/**
 * Puts a {@link ProxyHeaderDecoder} in front of an existing child handler, so that a server adopts
 * the PROXY protocol in one line.
 *
 * <pre>{@code
 * server.childHandler(new ProxyHeaderInitializer(options, existing));
 * }</pre>
 *
 * <p>The pipeline of an accepted channel starts with the decoder alone. The child handler, which is
 * often a {@link ChannelInitializer}, takes its place when the client is known: it and the handlers
 * that it adds see {@code channelActive} and the payload, and {@link ProxiedAddress#of(Channel)}
 * answers with the client from the start. They see no {@code channelRegistered}, as that is past.
 * Handlers that start timers when they are added, such as those for TLS and HTTP/2, start them
 * then. A connection that is refused or ends before is told to the {@link
 * ReceiverOptions.Builder#listener listener} only.
 *
 * <p>One instance serves all channels of a server, and may be used by several threads at once.
 */
@Sharable
public final class ProxyHeaderInitializer extends ChannelInitializer<Channel> {
  private final ReceiverOptions options;

  /**
   * Creates an initializer.
   *
   * @param options the options of the decoders
   * @param childHandler the handler that each accepted channel gets when its client is known
   * @throws IllegalArgumentException if the options have {@link
   *     ReceiverOptions.Builder#replaceWith} set or {@link ReceiverOptions.Builder#holdActive} to
   *     false, or if the child handler is not sharable
   */
  public ProxyHeaderInitializer(ReceiverOptions options, ChannelHandler childHandler) {
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(childHandler, "childHandler");
    if (options.hasReplacement()) {
      throw new IllegalArgumentException("options: replaceWith is set (expected: not set)");
    }
    if (!options.holdActive()) {
      throw new IllegalArgumentException("options: holdActive is false (expected: true)");
    }
    if (!isSharable(childHandler)) {
      throw new IllegalArgumentException(
          "childHandler: " + childHandler.getClass().getName() + " (expected: a sharable handler)");
    }
    this.options = options.withReplacement(address -> childHandler);
  }

  private static boolean isSharable(ChannelHandler handler) {
    return handler instanceof ChannelHandlerAdapter adapter
        ? adapter.isSharable()
        : handler.getClass().isAnnotationPresent(Sharable.class);
  }

  @Override
  protected void initChannel(Channel channel) {
    channel.pipeline().addLast(new ProxyHeaderDecoder(options));
  }
}
