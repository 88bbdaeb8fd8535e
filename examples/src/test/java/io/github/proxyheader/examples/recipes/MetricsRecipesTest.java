/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.datagram.ProxyHeaderDatagramDecoder;
import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class MetricsRecipesTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void connectionsAreCounted() {
    EmbeddedChannel channel =
        new EmbeddedChannel(new ProxyHeaderDecoder(MetricsRecipes.connections(registry)));
    assertThat(channel.isOpen()).as("the peer is not one of the proxies").isFalse();
    assertThat(untrusted()).isEqualTo(1);
  }

  @Test
  void datagramsAreCounted() {
    EmbeddedChannel channel =
        new EmbeddedChannel(new ProxyHeaderDatagramDecoder(MetricsRecipes.datagrams(registry)));
    InetSocketAddress stranger = new InetSocketAddress("203.0.113.7", 45678);
    channel.writeInbound(new DatagramPacket(Unpooled.buffer(1), stranger, stranger));
    assertThat(untrusted()).isEqualTo(1);
    channel.finishAndReleaseAll();
  }

  private double untrusted() {
    return registry
        .get("proxyheader.connections")
        .tags("outcome", "rejected", "reason", "untrusted")
        .counter()
        .count();
  }
}
