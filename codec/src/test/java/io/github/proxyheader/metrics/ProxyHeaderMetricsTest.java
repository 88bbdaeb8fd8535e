/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.proxyheader.datagram.DatagramReceiverOptions;
import io.github.proxyheader.datagram.ProxyHeaderDatagramDecoder;
import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.testing.Datagrams;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ProxyHeaderMetricsTest {
  private static final String HEADER = "PROXY TCP4 203.0.113.7 198.51.100.9 45678 443\r\n";

  @RegisterExtension final Datagrams datagrams = new Datagrams();

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ProxyHeaderMetrics metrics = ProxyHeaderMetrics.of(registry);

  private void connect(ReceiverOptions.Builder options, String bytes) {
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new ProxyHeaderDecoder(options.listener(metrics).build()),
            new ChannelInboundHandlerAdapter() {
              @Override
              public void exceptionCaught(
                  io.netty.channel.ChannelHandlerContext ctx, Throwable cause) {}
            });
    if (!bytes.isEmpty()) {
      channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.US_ASCII));
    }
    channel.finishAndReleaseAll();
  }

  private double connections(String outcome, String reason) {
    return registry
        .get("proxyheader.connections")
        .tags("outcome", outcome, "reason", reason)
        .counter()
        .count();
  }

  private double all() {
    return registry.find("proxyheader.connections").counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  @Test
  void everyCounterExistsFromTheStart() {
    for (String outcome : new String[] {"proxied", "direct", "abandoned"}) {
      assertThat(connections(outcome, "none")).isZero();
    }
    for (Reason reason : Reason.values()) {
      String tag = reason.name().toLowerCase(Locale.ROOT);
      assertThat(connections("rejected", tag)).isZero();
      assertThat(registry.get("proxyheader.reported").tag("reason", tag).counter().count())
          .isZero();
    }
    assertThat(registry.getMeters()).hasSize(3 + 2 * Reason.values().length);
  }

  @Test
  void eachConnectionIsCountedOnceByItsOutcome() {
    connect(ReceiverOptions.builder(), HEADER);
    connect(ReceiverOptions.builder(), "PROXY UNKNOWN\r\n");
    connect(ReceiverOptions.builder(), "GET / HTTP/1.1\r\n");
    connect(ReceiverOptions.builder().policy(ProxyHeaderPolicy.REJECT), HEADER);
    connect(ReceiverOptions.builder().policy(ProxyHeaderPolicy.CLOSE), "");
    connect(ReceiverOptions.builder(), "");

    assertThat(connections("proxied", "none")).isEqualTo(1);
    assertThat(connections("direct", "none")).isEqualTo(1);
    assertThat(connections("rejected", "missing")).isEqualTo(1);
    assertThat(connections("rejected", "unexpected")).isEqualTo(1);
    assertThat(connections("rejected", "untrusted")).isEqualTo(1);
    assertThat(connections("abandoned", "none")).isEqualTo(1);
    assertThat(all()).isEqualTo(6);
    assertThat(registry.getMeters()).hasSize(3 + 2 * Reason.values().length);
  }

  @Test
  void whatIsOnlyReportedHasACounterOfItsOwn() {
    connect(
        ReceiverOptions.builder().policy(ProxyHeaderPolicy.CLOSE).reportOnly(true), HEADER + "x");
    assertThat(registry.get("proxyheader.reported").tag("reason", "untrusted").counter().count())
        .isEqualTo(1);
    assertThat(connections("proxied", "none")).isEqualTo(1);
    assertThat(all()).isEqualTo(1);
  }

  @Test
  void datagramsAreCountedInTheSameCounters() {
    datagrams.with(
        new ProxyHeaderDatagramDecoder(
            DatagramReceiverOptions.builder().connectionListener(metrics).build()));
    datagrams.receive(Datagrams.headerBytes(Datagrams.CLIENT)).receive(new byte[3]);
    assertThat(connections("proxied", "none")).isEqualTo(1);
    assertThat(connections("rejected", "missing")).isEqualTo(1);
  }

  @Test
  void twoListenersOfOneRegistryCountInTheSameCounters() {
    ProxyHeaderMetrics.of(registry).abandoned(new EmbeddedChannel());
    metrics.abandoned(new EmbeddedChannel());
    assertThat(connections("abandoned", "none")).isEqualTo(2);
  }

  @Test
  void tagsAreInLowerCaseInEveryLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("tr"));
    try {
      SimpleMeterRegistry turkish = new SimpleMeterRegistry();
      assertThat(ProxyHeaderMetrics.of(turkish)).isNotNull();
      assertThat(
              turkish.find("proxyheader.reported").counters().stream()
                  .map(counter -> counter.getId().getTag("reason"))
                  .collect(Collectors.toSet()))
          .contains("missing", "timeout", "silent");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void registryIsRequired() {
    assertThatNullPointerException()
        .isThrownBy(() -> ProxyHeaderMetrics.of(null))
        .withMessage("registry");
  }
}
