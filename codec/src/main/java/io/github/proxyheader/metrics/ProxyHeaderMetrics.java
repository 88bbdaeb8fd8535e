/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.metrics;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderListener;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A listener that counts connections by how their header went:
 *
 * <table>
 *   <caption>Counters</caption>
 *   <tr><th>Name</th><th>Tag</th><th>Values</th></tr>
 *   <tr><td>{@code proxyheader.connections}</td><td>{@code outcome}</td>
 *     <td>{@code proxied}, {@code direct}, {@code rejected}, {@code abandoned}</td></tr>
 *   <tr><td></td><td>{@code reason}</td>
 *     <td>of a rejected connection the {@link Reason} in lower case, otherwise {@code none}</td></tr>
 *   <tr><td>{@code proxyheader.reported}</td><td>{@code reason}</td>
 *     <td>the {@link Reason} in lower case for which a connection was reported</td></tr>
 * </table>
 *
 * <p>All counters exist from the start with the value 0. Their number does not depend on what peers
 * send, because no address and no byte of a peer becomes a tag. "Proxied" means that the header had
 * the client's addresses.
 *
 * <pre>{@code
 * ReceiverOptions options =
 *     ReceiverOptions.builder()
 *         .policy(TrustedProxies.of("10.0.0.0/8"))
 *         .listener(ProxyHeaderMetrics.of(registry))
 *         .build();
 * }</pre>
 *
 * <p>As the {@code connectionListener} of a datagram decoder it counts datagrams in the same
 * counters. One instance serves all channels; it is safe for use by several threads.
 */
public final class ProxyHeaderMetrics implements ProxyHeaderListener {
  private static final String CONNECTIONS = "proxyheader.connections";
  private static final String REPORTED = "proxyheader.reported";
  private static final String NO_REASON = "none";

  private final Counter proxied;
  private final Counter direct;
  private final Counter abandoned;
  private final Map<Reason, Counter> rejected = new EnumMap<>(Reason.class);
  private final Map<Reason, Counter> reported = new EnumMap<>(Reason.class);

  private ProxyHeaderMetrics(MeterRegistry registry) {
    proxied = connections(registry, "proxied", NO_REASON);
    direct = connections(registry, "direct", NO_REASON);
    abandoned = connections(registry, "abandoned", NO_REASON);
    for (Reason reason : Reason.values()) {
      String tag = reason.name().toLowerCase(Locale.ROOT);
      rejected.put(reason, connections(registry, "rejected", tag));
      reported.put(
          reason,
          Counter.builder(REPORTED)
              .description("Connections that would have been refused, or whose header came late")
              .tag("reason", tag)
              .register(registry));
    }
  }

  /** Returns a listener that counts in this registry. */
  public static ProxyHeaderMetrics of(MeterRegistry registry) {
    return new ProxyHeaderMetrics(Objects.requireNonNull(registry, "registry"));
  }

  private static Counter connections(MeterRegistry registry, String outcome, String reason) {
    return Counter.builder(CONNECTIONS)
        .description("Connections by how their PROXY protocol header went")
        .tag("outcome", outcome)
        .tag("reason", reason)
        .register(registry);
  }

  @Override
  public void proxied(Channel channel, ProxiedAddress address) {
    (address.isProxied() ? proxied : direct).increment();
  }

  @Override
  public void rejected(Channel channel, ProxyHeaderException cause) {
    Objects.requireNonNull(rejected.get(cause.reason())).increment();
  }

  @Override
  public void abandoned(Channel channel) {
    abandoned.increment();
  }

  @Override
  public void reported(Channel channel, ProxyHeaderException cause) {
    Objects.requireNonNull(reported.get(cause.reason())).increment();
  }
}
