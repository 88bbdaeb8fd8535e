/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.recipes;

import io.github.proxyheader.datagram.DatagramReceiverOptions;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.metrics.ProxyHeaderMetrics;
import io.micrometer.core.instrument.MeterRegistry;

/** The samples of docs/metrics.md. */
final class MetricsRecipes {
  private MetricsRecipes() {}

  static ReceiverOptions connections(MeterRegistry registry) {
    ReceiverOptions options =
        ReceiverOptions.builder()
            .policy(TrustedProxies.of("10.0.0.0/8"))
            .listener(ProxyHeaderMetrics.of(registry))
            .build();
    return options;
  }

  static DatagramReceiverOptions datagrams(MeterRegistry registry) {
    DatagramReceiverOptions options =
        DatagramReceiverOptions.builder()
            .policy(TrustedProxies.of("10.0.0.0/8"))
            .connectionListener(ProxyHeaderMetrics.of(registry))
            .build();
    return options;
  }
}
