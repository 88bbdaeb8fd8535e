/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.minecraft;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.nettyplus.leakdetector.junit.NettyLeakDetectorExtension;
import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NettyLeakDetectorExtension.class)
class ClientLimitTest {
  private final AtomicLong now = new AtomicLong(5);

  private EmbeddedChannel connect(ClientLimit limit, String client) {
    EmbeddedChannel channel = new EmbeddedChannel(new ProxyHeaderDecoder(), limit);
    String family =
        client.contains(":") ? "TCP6 " + client + " ::1" : "TCP4 " + client + " 10.0.0.1";
    channel.writeInbound(Unpooled.copiedBuffer("PROXY " + family + " 1 2\r\n", US_ASCII));
    return channel;
  }

  @Test
  void connectionsAtATimeAreCountedByClient() {
    ClientLimit limit = new ClientLimit(2, 100, now::get);
    EmbeddedChannel first = connect(limit, "203.0.113.7");
    EmbeddedChannel second = connect(limit, "203.0.113.7");

    assertThat(connect(limit, "203.0.113.7").isActive()).isFalse();
    EmbeddedChannel other = connect(limit, "203.0.113.8");
    assertThat(other.isActive()).isTrue();
    first.finish();
    EmbeddedChannel third = connect(limit, "203.0.113.7");
    assertThat(third.isActive()).isTrue();

    second.finish();
    third.finish();
    other.finish();
    assertThat(limit.open()).isZero();
  }

  @Test
  void newConnectionsPerSecond() {
    ClientLimit limit = new ClientLimit(100, 2, now::get);
    assertThat(connect(limit, "203.0.113.7").finish()).isFalse();
    assertThat(connect(limit, "203.0.113.7").isActive()).isTrue();
    assertThat(connect(limit, "203.0.113.7").isActive()).isFalse();

    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(500));

    assertThat(connect(limit, "203.0.113.7").isActive()).isTrue();
    assertThat(connect(limit, "203.0.113.7").isActive()).isFalse();
  }

  @Test
  void ipv6ClientIsItsNetwork() {
    ClientLimit limit = new ClientLimit(1, 100, now::get);

    assertThat(connect(limit, "2001:db8:0:1::1").isActive()).isTrue();
    assertThat(connect(limit, "2001:db8:0:1:ffff::2").isActive()).isFalse();
    assertThat(connect(limit, "2001:db8:0:2::1").isActive()).isTrue();
  }

  @Test
  void memoryIsBounded() {
    ClientLimit limit = new ClientLimit(1, 1, now::get);
    for (int i = 0; i < ClientLimit.MAX_REMEMBERED + 10; i++) {
      limit.enter(new ClientLimit.Key(i, 0));
    }

    assertThat(limit.remembered()).isEqualTo(ClientLimit.MAX_REMEMBERED);
  }
}
