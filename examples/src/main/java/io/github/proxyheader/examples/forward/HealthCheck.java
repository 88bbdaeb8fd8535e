/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.examples.forward.config.HealthCheckConfig;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Checks a target again and again: connects, says in the header that there is no client, speaks TLS
 * if the target wants it, and closes.
 */
final class HealthCheck {
  private final EventLoop loop;
  private final Connector connector;
  private final Target target;
  private final HealthCheckConfig config;
  private @Nullable Future<?> next;
  private volatile boolean stopped;

  private HealthCheck(
      EventLoop loop, Connector connector, Target target, HealthCheckConfig config) {
    this.loop = loop;
    this.connector = connector;
    this.target = target;
    this.config = config;
  }

  /** Begins at once. */
  static HealthCheck start(
      EventLoop loop, Connector connector, Target target, HealthCheckConfig config) {
    HealthCheck check = new HealthCheck(loop, connector, target, config);
    loop.execute(check::check);
    return check;
  }

  /** From its return on the target's state is not touched any more. */
  synchronized void stop() {
    stopped = true;
    if (next != null) {
      next.cancel(false);
    }
  }

  private void check() {
    if (!stopped) {
      connector
          .connect(loop, target, target.headerOfCheck(), null, config.timeout())
          .addListener((Future<Channel> done) -> checked(done));
    }
  }

  private synchronized void checked(Future<Channel> done) {
    if (done.isSuccess()) {
      // Behind the header.
      done.getNow().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
    if (!stopped) {
      if (!Connector.failedHere(done)) {
        target.state().checked(done.isSuccess(), config.rise(), config.fall());
      }
      next = loop.schedule(this::check, config.interval().toNanos(), TimeUnit.NANOSECONDS);
    }
  }
}
