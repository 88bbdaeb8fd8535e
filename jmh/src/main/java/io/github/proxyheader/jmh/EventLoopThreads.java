/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs benchmarks on threads like those of an event loop; JMH finds it by its name. */
public final class EventLoopThreads extends ThreadPoolExecutor {
  static final String NAME = "benchmark-loop";

  /** Called by JMH. */
  public EventLoopThreads(int maxThreads, String prefix) {
    super(
        maxThreads,
        maxThreads,
        1,
        TimeUnit.DAYS,
        new LinkedBlockingQueue<>(),
        new DefaultThreadFactory(NAME, true));
  }
}
