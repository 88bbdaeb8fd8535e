/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.examples.forward.ConnectionEnd.Reason;
import io.github.proxyheader.handler.ProxiedAddress;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a client, from accept to end: what is known of it, and its idle time-out.
 *
 * <p>It belongs to the event loop of its channels; {@link #traffic}, {@link #status} and {@link
 * #reset} are for any thread.
 */
final class Connection {
  private static final AttributeKey<Connection> KEY = AttributeKey.valueOf(Connection.class, "KEY");

  private final Traffic traffic;
  private final Channel client;
  private final Consumer<ConnectionEnd> onEnd;
  private final long began = System.nanoTime();
  private volatile @Nullable Target target;
  private @Nullable Reason reason;
  private Reason reasonOfClose = Reason.DONE;
  private int openChannels = 1;
  private long lastActive;
  private @Nullable Channel outbound;
  private @Nullable Future<?> idleTimer;

  private Connection(Traffic traffic, Channel client, Consumer<ConnectionEnd> onEnd) {
    this.traffic = traffic;
    this.client = client;
    this.onEnd = onEnd;
  }

  /**
   * Begins.
   *
   * @param traffic counts its bytes
   * @param onEnd is called once, when all its channels are closed
   */
  static Connection begin(Traffic traffic, Channel client, Consumer<ConnectionEnd> onEnd) {
    Connection connection = new Connection(traffic, client, onEnd);
    client.attr(KEY).set(connection);
    client.closeFuture().addListener(closed -> connection.channelClosed());
    return connection;
  }

  /** Returns the connection of a client's channel. */
  static Connection of(Channel client) {
    return client.attr(KEY).get();
  }

  /** Says why the connection ends; the first reason counts. Returns whether it is this one. */
  boolean endsFor(Reason why) {
    if (reason == null) {
      reason = why;
    }
    return reason == why;
  }

  /** Sets what it means if the client's channel is closed from now on and no reason is told. */
  void closeMeans(Reason why) {
    reasonOfClose = why;
  }

  /** Makes one of two channels that are connected. */
  void tunnel(Target target, Channel outbound, Duration idleTimeout) {
    this.target = target;
    this.outbound = outbound;
    openChannels++;
    outbound.closeFuture().addListener(closed -> channelClosed());
    reasonOfClose = Reason.DONE;
    RelayHandler toTarget =
        new RelayHandler(outbound, new Direction(traffic::addReceived, Reason.CLIENT_RESET));
    RelayHandler toClient =
        new RelayHandler(client, new Direction(traffic::addSent, Reason.TARGET_RESET));
    touch();
    if (!idleTimeout.isZero()) {
      startIdleTimer(idleTimeout.toNanos());
    }
    outbound.pipeline().replace(HoldingHandler.class, null, toClient);
    client.pipeline().replace(HoldingHandler.class, null, toTarget);
    outbound.config().setAutoRead(client.isWritable());
    client.config().setAutoRead(outbound.isWritable());
  }

  private void touch() {
    lastActive = System.nanoTime();
  }

  private void startIdleTimer(long nanos) {
    idleTimer = client.eventLoop().schedule(() -> checkIdle(nanos), nanos, TimeUnit.NANOSECONDS);
  }

  private void checkIdle(long limit) {
    long left = lastActive + limit - System.nanoTime();
    if (left > 0) {
      idleTimer = client.eventLoop().schedule(() -> checkIdle(limit), left, TimeUnit.NANOSECONDS);
    } else {
      breakOff(Reason.IDLE);
    }
  }

  /** Breaks it off, by the order of the forwarder. */
  void reset() {
    client.eventLoop().execute(() -> breakOff(Reason.STOPPED));
  }

  /** Either channel may go on while the other is closed: its peer has still to take the rest. */
  private void breakOff(Reason why) {
    endsFor(why);
    RelayHandler.abort(client);
    if (outbound != null) {
      RelayHandler.abort(outbound);
    }
  }

  private void channelClosed() {
    openChannels--;
    if (openChannels > 0) {
      return;
    }
    if (idleTimer != null) {
      idleTimer.cancel(false);
    }
    if (target != null) {
      target.state().closed();
    }
    traffic.tell();
    Reason why = reason == null ? reasonOfClose : reason;
    onEnd.accept(ConnectionEnd.of(traffic.rule(), status(), why));
  }

  Traffic traffic() {
    return traffic;
  }

  ForwarderStatus.Connection status() {
    Target at = target;
    ProxiedAddress address = ProxiedAddress.of(client);
    return new ForwarderStatus.Connection(
        address.source(),
        address.peer(),
        at == null ? null : at.name(),
        traffic.received(),
        traffic.sent(),
        Duration.ofNanos(System.nanoTime() - began));
  }

  /** What is told of one direction of the tunnel. */
  private final class Direction implements RelayHandler.Observer {
    private final IntConsumer count;
    private final Reason ifBroken;

    Direction(IntConsumer count, Reason ifBroken) {
      this.count = count;
      this.ifBroken = ifBroken;
    }

    @Override
    public void passed(int bytes) {
      count.accept(bytes);
      touch();
    }

    @Override
    public void resumed() {
      touch();
    }

    @Override
    public void broken() {
      endsFor(ifBroken);
    }
  }
}
