/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HeaderMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final HeaderMetrics metrics = new HeaderMetrics(registry);
  private final ReceiverOptions options =
      ReceiverOptions.builder()
          .policy(metrics.remembering(channel -> ProxyHeaderPolicy.REQUIRE))
          .listener(metrics)
          .build();

  @Test
  void everyOutcomeIsCounted() {
    connection()
        .writeInbound(
            Unpooled.wrappedBuffer(
                ProxyHeaderWriter.toBytes(
                    ProxyHeader.of(
                        new InetSocketAddress("203.0.113.7", 1),
                        new InetSocketAddress("198.51.100.9", 2)))));
    connection()
        .writeInbound(Unpooled.wrappedBuffer(ProxyHeaderWriter.toBytes(ProxyHeader.local())));
    connection()
        .writeInbound(Unpooled.copiedBuffer("GET / HTTP/1.1\r\n", StandardCharsets.US_ASCII));
    connection().close();

    assertThat(count("proxied", "none")).isEqualTo(1);
    assertThat(count("direct", "none")).isEqualTo(1);
    assertThat(count("rejected", "missing")).isEqualTo(1);
    assertThat(count("abandoned", "none")).isEqualTo(1);
  }

  private EmbeddedChannel connection() {
    return new EmbeddedChannel(
        new ProxyHeaderDecoder(options),
        new ChannelInboundHandlerAdapter() {
          @Override
          public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // counted by the listener
          }
        });
  }

  private double count(String outcome, String reason) {
    return registry
        .get("proxyheader.connections")
        .tags("outcome", outcome, "reason", reason, "policy", "require")
        .counter()
        .count();
  }
}
