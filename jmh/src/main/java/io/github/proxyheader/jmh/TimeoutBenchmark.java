/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh;

import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** What a time-out alone costs: a task of the event loop, scheduled and cancelled. */
public class TimeoutBenchmark extends AbstractBenchmark {
  /** How many other tasks wait in the event loop. */
  @Param({"0", "10000"})
  public int waiting;

  private EventLoop loop;

  /** Fills the queue. */
  @Setup
  public void setUp() {
    loop = new EmbeddedChannel().eventLoop();
    for (int i = 0; i < waiting; i++) {
      loop.schedule(() -> {}, 1 + i % 10, TimeUnit.HOURS);
    }
  }

  /** Both. */
  @Benchmark
  public boolean scheduleAndCancel() {
    return loop.schedule(() -> {}, 5, TimeUnit.SECONDS).cancel(false);
  }
}
