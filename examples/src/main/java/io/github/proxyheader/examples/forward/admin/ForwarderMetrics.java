/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.admin;

import io.github.proxyheader.examples.forward.ConnectionEnd;
import io.github.proxyheader.examples.forward.ConnectionListener;
import io.github.proxyheader.examples.forward.DatagramDrop;
import io.github.proxyheader.examples.forward.Forwarder;
import io.github.proxyheader.examples.forward.ForwarderStatus;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BinaryOperator;
import java.util.function.ToIntFunction;

/**
 * Counts connections for Prometheus. Labels hold names of the configuration and constants only:
 * what a client sends makes no new series.
 *
 * <p>Safe for use by several threads.
 */
public final class ForwarderMetrics implements ConnectionListener {
  private static final Duration[] DURATION_BUCKETS = {
    Duration.ofMillis(10),
    Duration.ofMillis(100),
    Duration.ofSeconds(1),
    Duration.ofSeconds(10),
    Duration.ofMinutes(1),
    Duration.ofMinutes(10),
    Duration.ofHours(1)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<String, RuleMeters> rules = new ConcurrentHashMap<>();

  private final MultiGauge draining =
      gauge("draining", "1 while the forwarder lets connections end");
  private final MultiGauge connections = gauge("connections", "Connections at present");
  private final MultiGauge targetUp = gauge("target.up", "1 if connections are sent to the target");
  private final MultiGauge targetConnections =
      gauge("target.connections", "Connections to the target at present");

  private volatile Runnable trafficTeller = () -> {};

  /** Creates metrics, which hold those of the Java virtual machine beside the forwarder's. */
  public ForwarderMetrics() {
    new JvmMemoryMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  /** Adds how many lines a log has lost. */
  public void watch(AccessLog log) {
    FunctionCounter.builder("forwarder.access.log.lost.lines", log, AccessLog::lost)
        .description("Lines that the access log has lost")
        .register(registry);
  }

  /** Asks a forwarder, one of whose listeners this is, what it passes on while connections last. */
  public void watch(Forwarder forwarder) {
    trafficTeller = forwarder::tellTraffic;
  }

  @Override
  public void opened(String rule) {
    of(rule).opened.increment();
  }

  @Override
  public void headerRefused(String rule, ProxyHeaderException.Reason reason) {
    increment(of(rule).refusals, reason);
  }

  @Override
  public void passed(String rule, long received, long sent) {
    RuleMeters meters = of(rule);
    meters.received.increment((double) received);
    meters.sent.increment((double) sent);
  }

  @Override
  public void closed(ConnectionEnd end) {
    RuleMeters meters = of(end.rule());
    increment(meters.closed, end.reason());
    meters.duration.record(end.duration());
  }

  @Override
  public void connectFailed(String rule, String target) {
    counter(
            "connect.failures",
            "Failed attempts to connect",
            Tags.of("rule", rule, "target", target))
        .increment();
  }

  @Override
  public void datagramDropped(String rule, DatagramDrop reason) {
    increment(of(rule).drops, reason);
  }

  /** Returns all metrics in the text format of Prometheus. */
  synchronized String scrape(ForwarderStatus status) {
    trafficTeller.run();
    draining.register(List.of(row(Tags.empty(), status.draining() ? 1 : 0)), true);
    connections.register(
        status.rules().stream()
            .map(rule -> row(Tags.of("rule", rule.config().name()), rule.connections()))
            .toList(),
        true);
    targetUp.register(targets(status, target -> target.up() ? 1 : 0, Math::max), true);
    targetConnections.register(
        targets(status, ForwarderStatus.Target::connections, Integer::sum), true);
    return registry.scrape();
  }

  /** Of targets with the same address, for instance with and without a header, one row is made. */
  private static List<MultiGauge.Row<?>> targets(
      ForwarderStatus status,
      ToIntFunction<ForwarderStatus.Target> value,
      BinaryOperator<Integer> merge) {
    Map<Tags, Integer> values = new LinkedHashMap<>();
    for (ForwarderStatus.Rule rule : status.rules()) {
      for (ForwarderStatus.Target target : rule.targets()) {
        Tags tags = Tags.of("rule", rule.config().name(), "target", target.address());
        values.merge(tags, value.applyAsInt(target), merge);
      }
    }
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    values.forEach((tags, merged) -> rows.add(row(tags, merged)));
    return rows;
  }

  private static MultiGauge.Row<Number> row(Tags tags, int value) {
    return MultiGauge.Row.of(tags, value);
  }

  private static <E extends Enum<E>> void increment(Map<E, Counter> counters, E reason) {
    Objects.requireNonNull(counters.get(reason)).increment();
  }

  private RuleMeters of(String rule) {
    RuleMeters meters = rules.get(rule);
    return meters == null ? rules.computeIfAbsent(rule, RuleMeters::new) : meters;
  }

  private MultiGauge gauge(String name, String description) {
    return MultiGauge.builder("forwarder." + name).description(description).register(registry);
  }

  private Counter counter(String name, String description, Tags tags) {
    return Counter.builder("forwarder." + name)
        .description(description)
        .tags(tags)
        .register(registry);
  }

  /** The meters of a rule, found at once and served from the first connection on, as zeros. */
  private final class RuleMeters {
    final Counter opened;
    final Map<ConnectionEnd.Reason, Counter> closed;
    final Map<ProxyHeaderException.Reason, Counter> refusals;
    final Map<DatagramDrop, Counter> drops;
    final Counter received;
    final Counter sent;
    final Timer duration;

    RuleMeters(String name) {
      Tags rule = Tags.of("rule", name);
      opened = counter("connections.opened", "Accepted connections", rule);
      closed =
          counters(ConnectionEnd.Reason.class, "connections.closed", "Ended connections", rule);
      refusals =
          counters(
              ProxyHeaderException.Reason.class, "headers.refused", "Refused PROXY headers", rule);
      drops =
          counters(
              DatagramDrop.class,
              "datagrams.dropped",
              "Datagrams that were not passed on, other than for their headers",
              rule);
      received = bytes("received", "Bytes from clients", rule);
      sent = bytes("sent", "Bytes to clients", rule);
      duration =
          Timer.builder("forwarder.connection.duration")
              .description("From accept to end")
              .tags(rule)
              .serviceLevelObjectives(DURATION_BUCKETS)
              .register(registry);
    }

    private Counter bytes(String name, String description, Tags rule) {
      return Counter.builder("forwarder." + name)
          .description(description)
          .baseUnit("bytes")
          .tags(rule)
          .register(registry);
    }

    private <E extends Enum<E>> Map<E, Counter> counters(
        Class<E> reasons, String name, String description, Tags rule) {
      Map<E, Counter> counters = new EnumMap<>(reasons);
      for (E reason : reasons.getEnumConstants()) {
        Tags tags = rule.and("reason", reason.name().toLowerCase(Locale.ROOT));
        counters.put(reason, counter(name, description, tags));
      }
      return counters;
    }
  }
}
