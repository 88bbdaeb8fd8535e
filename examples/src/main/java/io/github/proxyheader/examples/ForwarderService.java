/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static java.util.stream.Collectors.joining;

import io.github.proxyheader.examples.forward.ConnectionListener;
import io.github.proxyheader.examples.forward.Forwarder;
import io.github.proxyheader.examples.forward.ForwarderException;
import io.github.proxyheader.examples.forward.ForwarderStatus;
import io.github.proxyheader.examples.forward.admin.AccessLog;
import io.github.proxyheader.examples.forward.admin.AdminServer;
import io.github.proxyheader.examples.forward.admin.ForwarderMetrics;
import io.github.proxyheader.examples.forward.config.ForwarderConfig;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;

/** A forwarder with its access log and its admin server. For use by one thread. */
final class ForwarderService implements AutoCloseable {
  private final ForwarderConfig started;
  private final @Nullable AccessLog log;
  private final Forwarder forwarder;
  private final @Nullable AdminServer admin;

  private Duration drainTimeout;

  private ForwarderService(
      ForwarderConfig started,
      @Nullable AccessLog log,
      Forwarder forwarder,
      @Nullable AdminServer admin) {
    this.started = started;
    this.log = log;
    this.forwarder = forwarder;
    this.admin = admin;
    drainTimeout = started.drainTimeout();
  }

  /**
   * Starts all that the configuration asks for.
   *
   * @throws ForwarderException if a rule cannot listen; then nothing runs
   * @throws IOException if the log or the admin server cannot be opened; then nothing runs
   */
  static ForwarderService start(ForwarderConfig config) throws ForwarderException, IOException {
    loadTimeZone();
    ForwarderMetrics metrics = new ForwarderMetrics();
    List<ConnectionListener> listeners = new ArrayList<>(List.of(metrics));
    AccessLog log = config.accessLog() == null ? null : AccessLog.open(config.accessLog());
    Forwarder forwarder = null;
    try {
      if (log != null) {
        metrics.watch(log);
        listeners.add(log);
      }
      forwarder = Forwarder.start(config, listeners);
      metrics.watch(forwarder);
      AdminServer admin =
          config.admin() == null
              ? null
              : AdminServer.start(config.admin(), forwarder::status, metrics);
      return new ForwarderService(config, log, forwarder, admin);
    } catch (ForwarderException | IOException | RuntimeException e) {
      close(forwarder, log);
      throw e;
    }
  }

  /**
   * Logging reads a file of the JDK the first time. If that fails because too many files are open
   * by then, the error ends an event loop.
   */
  private static void loadTimeZone() {
    new SimpleFormatter().format(new LogRecord(Level.INFO, ""));
  }

  /**
   * Opens the log anew, for the case that its file has been renamed.
   *
   * @throws IOException if it cannot; then the log stays as it was
   */
  void reopenLog() throws IOException {
    if (log != null) {
      log.reopen();
    }
  }

  /**
   * Follows another configuration.
   *
   * @return the keys whose new values count only from the next start, or nothing
   * @throws ForwarderException if it cannot; then all stays as it was
   */
  String reload(ForwarderConfig config) throws ForwarderException {
    forwarder.reload(config);
    drainTimeout = config.drainTimeout();
    List<String> unchanged = new ArrayList<>();
    addIfOther(unchanged, "threads", config.threads(), started.threads());
    addIfOther(unchanged, "transport", config.transport(), started.transport());
    addIfOther(unchanged, "admin", config.admin(), started.admin());
    addIfOther(unchanged, "access_log", config.accessLog(), started.accessLog());
    return String.join(", ", unchanged);
  }

  private static void addIfOther(
      List<String> keys, String key, @Nullable Object now, @Nullable Object before) {
    if (!Objects.equals(now, before)) {
      keys.add(key);
    }
  }

  Duration drainTimeout() {
    return drainTimeout;
  }

  /** Stops accepting connections; completes when those that there are have ended. */
  CompletableFuture<Void> stop() {
    return forwarder.stop(drainTimeout);
  }

  /** Breaks off connections that go on behind a stop. */
  void reset() {
    forwarder.stop(Duration.ZERO);
  }

  @Override
  public void close() {
    if (admin != null) {
      admin.close();
    }
    close(forwarder, log);
  }

  private static void close(@Nullable Forwarder forwarder, @Nullable AccessLog log) {
    if (forwarder != null) {
      forwarder.close();
    }
    if (log != null) {
      log.close();
    }
  }

  /** Tells where it listens. */
  @Override
  public String toString() {
    String rules =
        forwarder.status().rules().stream().map(ForwarderService::text).collect(joining(", "));
    String adminText = admin == null ? "" : ", admin on http://" + text(admin.address()) + "/";
    return "listening on " + rules + adminText;
  }

  private static String text(ForwarderStatus.Rule rule) {
    return text((InetSocketAddress) rule.listening()) + " (" + rule.config().name() + ")";
  }

  private static String text(InetSocketAddress address) {
    return NetUtil.toSocketAddressString(address);
  }
}
