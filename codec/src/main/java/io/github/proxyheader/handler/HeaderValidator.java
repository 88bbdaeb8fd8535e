/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.channel.Channel;
import java.util.Objects;

/**
 * An application's own check of a header that is well-formed and about to be used, LOCAL headers
 * included. It is called under the policies {@link ProxyHeaderPolicy#REQUIRE} and {@link
 * ProxyHeaderPolicy#USE}.
 *
 * <p>A validator is called on the channel's event loop and must not block. One validator serves all
 * channels and must be safe for use by several threads.
 */
@FunctionalInterface
public interface HeaderValidator {
  /**
   * Returns normally if the header is accepted.
   *
   * @param channel the channel over which the header has come
   * @param header the header
   * @throws ProxyHeaderException if the header is refused, usually with the reason {@link
   *     ProxyHeaderException.Reason#VALIDATION}. The channel is then closed, or the datagram
   *     dropped. Any other exception has the same effect, and becomes the cause of an exception
   *     with that reason.
   */
  void validate(Channel channel, ProxyHeader header) throws ProxyHeaderException;

  /**
   * Returns a validator that accepts a header if this one and then the next one accept it. The next
   * one is not called for a header that this one refuses.
   */
  default HeaderValidator and(HeaderValidator next) {
    Objects.requireNonNull(next, "next");
    return (channel, header) -> {
      validate(channel, header);
      next.validate(channel, header);
    };
  }
}
