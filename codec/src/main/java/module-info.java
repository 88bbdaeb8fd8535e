/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** PROXY protocol v1 and v2 for Netty pipelines, over streams and datagrams. */
// Micrometer's modules have no descriptors.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module io.github.proxyheader.codec {
  requires transitive io.netty.buffer;
  // In Netty 4.2 this is the name of netty-codec-base; netty-codec itself is an empty module.
  requires transitive io.netty.codec;
  requires transitive io.netty.common;
  requires transitive io.netty.handler;
  requires transitive io.netty.transport;
  requires transitive io.netty.transport.unix.common;
  requires static io.netty.codec.classes.quic;
  requires static io.netty.tcnative.classes.openssl;
  requires static io.netty.transport.classes.epoll;
  requires static transitive micrometer.core;
  requires static transitive org.jspecify;

  exports io.github.proxyheader.datagram;
  exports io.github.proxyheader.handler;
  exports io.github.proxyheader.metrics;
  exports io.github.proxyheader.protocol;
  exports io.github.proxyheader.tlv;
}
