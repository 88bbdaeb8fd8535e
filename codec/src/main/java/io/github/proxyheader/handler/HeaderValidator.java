/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.channel.Channel;

/**
 * An application's own check of a well-formed header that is about to be used (policies REQUIRE and
 * USE), LOCAL ones included.
 *
 * <p>Called on the channel's event loop; it must not block. One validator serves all channels and
 * must be safe for use by several threads.
 */
@FunctionalInterface
public interface HeaderValidator {
  /**
   * Returns normally if the header is accepted.
   *
   * @throws ProxyHeaderException if it is refused, usually with the reason {@link
   *     ProxyHeaderException.Reason#VALIDATION}; the channel is closed. Any other exception closes
   *     it as well, as the cause of one with that reason.
   */
  void validate(Channel channel, ProxyHeader header) throws ProxyHeaderException;
}
