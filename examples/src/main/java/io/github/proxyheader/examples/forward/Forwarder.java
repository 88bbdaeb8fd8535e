/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.examples.forward.config.ForwarderConfig;
import io.github.proxyheader.examples.forward.config.RuleConfig;
import io.github.proxyheader.examples.forward.config.RuleConfig.Protocol;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections by rules, connects to a target for each, says in a header on whose behalf,
 * and relays the bytes of both directions.
 *
 * <p>Datagrams are passed on by UDP rules, in flows: see {@link DatagramRule}.
 *
 * <p>A connection takes at most 256 KiB of buffers for bytes that wait to be written: see {@link
 * RelayHandler}. One that is over a rule's limit is reset at once, as is one that has been silent
 * for too long, and one for which no target can be connected to.
 *
 * <p>Safe for use by several threads.
 */
public final class Forwarder implements AutoCloseable {
  private final Sockets sockets;
  private final Listeners listeners;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  /** By where they listen, as the configuration has it; in its order. */
  private volatile Map<Endpoint, Rule> rules = Map.of();

  /** No longer in the configuration, but there are connections. */
  private volatile List<Rule> former = List.of();

  private volatile boolean draining;
  private long resetAt;

  private Forwarder(Sockets sockets, Listeners listeners) {
    this.sockets = sockets;
    this.listeners = listeners;
  }

  /**
   * Starts to listen by all rules.
   *
   * @throws ForwarderException if one cannot; then none does
   */
  public static Forwarder start(ForwarderConfig config, List<ConnectionListener> listeners)
      throws ForwarderException {
    Sockets sockets = Sockets.open(config.transport(), config.threads());
    Forwarder forwarder = new Forwarder(sockets, new Listeners(listeners));
    try {
      forwarder.reload(config);
      return forwarder;
    } catch (ForwarderException | RuntimeException | Error e) {
      forwarder.close();
      throw e;
    }
  }

  /**
   * Follows another configuration from now on; the files that it names are read again.
   *
   * <p>A rule whose listening address was there before keeps its socket and its connections, and
   * what is known of targets that did not change. A rule that is no longer there stops listening;
   * its connections go on. If its address comes back while a UDP rule's flows do, so does the rule.
   * The number of threads and the transport stay as they were.
   *
   * @throws ForwarderException if a file cannot be read or a rule cannot listen; then all stays as
   *     it was
   */
  public synchronized void reload(ForwarderConfig config) throws ForwarderException {
    if (draining) {
      throw new IllegalStateException("the forwarder was told to stop");
    }
    Map<Endpoint, Plan> plans = new LinkedHashMap<>();
    for (RuleConfig rule : config.rules()) {
      Endpoint endpoint = Endpoint.of(rule);
      Rule present = rules.get(endpoint);
      plans.put(endpoint, Plan.of(rule, present == null ? null : present.plan(), listeners));
    }
    Map<Endpoint, Rule> next = listen(plans);
    Map<Endpoint, Rule> before = rules;
    plans.forEach((endpoint, plan) -> Objects.requireNonNull(next.get(endpoint)).follow(plan));
    rules = next;
    List<Rule> removed =
        before.entrySet().stream()
            .filter(rule -> !next.containsKey(rule.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    removed.forEach(Rule::stopListening);
    Stream<Rule> stillFormer =
        former.stream().filter(rule -> rule.isAlive() && !next.containsValue(rule));
    former = Stream.concat(stillFormer, removed.stream()).toList();
  }

  /** Returns a rule for each plan, at work, those that are there included. */
  private Map<Endpoint, Rule> listen(Map<Endpoint, Plan> plans) throws ForwarderException {
    Map<Endpoint, Rule> all = new LinkedHashMap<>();
    List<Runnable> undo = new ArrayList<>();
    try {
      for (Map.Entry<Endpoint, Plan> entry : plans.entrySet()) {
        Rule rule = rules.get(entry.getKey());
        if (rule == null) {
          rule = listen(entry.getKey(), entry.getValue(), undo);
        }
        all.put(entry.getKey(), rule);
      }
      return all;
    } catch (ForwarderException e) {
      undo.forEach(Runnable::run);
      throw e;
    }
  }

  private Rule listen(Endpoint endpoint, Plan plan, List<Runnable> undo) throws ForwarderException {
    Rule resumed = resumed(endpoint);
    if (resumed != null) {
      undo.add(resumed::stopListening);
      return resumed;
    }
    Rule started = Rule.start(sockets, listeners, plan);
    undo.add(started::close);
    return started;
  }

  /** A former rule whose socket is still there for its flows would be in the way of a new one. */
  private @Nullable Rule resumed(Endpoint endpoint) {
    for (Rule rule : former) {
      if (endpoint.equals(Endpoint.of(rule.plan().config())) && rule.resumeListening()) {
        return rule;
      }
    }
    return null;
  }

  /** Returns what the forwarder does at this moment. */
  public ForwarderStatus status() {
    return new ForwarderStatus(draining, rules.values().stream().map(Rule::status).toList());
  }

  /** Tells the listeners what connections have passed on and they were not told yet. */
  public void tellTraffic() {
    all().forEach(Rule::tellTraffic);
  }

  /**
   * Stops accepting connections, lets those that there are end, and breaks them off at a limit.
   * When called again, the earlier limit counts.
   *
   * @return completes when all is closed and the event loops have ended
   */
  public synchronized CompletableFuture<Void> stop(Duration limit) {
    long at = System.nanoTime() + limit.toNanos();
    if (!draining) {
      draining = true;
      resetAt = at;
      all().forEach(Rule::stopListening);
      sockets.loops().execute(this::awaitEnd);
    } else if (at - resetAt < 0) {
      resetAt = at;
    }
    return stopped.copy();
  }

  /** Looks again and again, as there is nothing else to do. */
  private synchronized void awaitEnd() {
    if (all().noneMatch(Rule::isAlive)) {
      sockets
          .loops()
          .shutdownGracefully(0, 5, TimeUnit.SECONDS)
          .addListener(ended -> stopped.complete(null));
      return;
    }
    if (System.nanoTime() - resetAt >= 0) {
      all().forEach(Rule::reset);
    }
    sockets.loops().schedule(this::awaitEnd, 5, TimeUnit.MILLISECONDS);
  }

  /** Where a rule listens; rules that take any free port are told apart by their names. */
  private record Endpoint(Protocol protocol, InetSocketAddress listen, String name) {
    static Endpoint of(RuleConfig rule) {
      boolean anyPort = rule.listen().getPort() == 0;
      return new Endpoint(rule.protocol(), rule.listen(), anyPort ? rule.name() : "");
    }
  }

  private Stream<Rule> all() {
    return Stream.concat(rules.values().stream(), former.stream());
  }

  /** Breaks off all connections, and returns when all is closed. */
  @Override
  public void close() {
    stop(Duration.ZERO).join();
  }
}
