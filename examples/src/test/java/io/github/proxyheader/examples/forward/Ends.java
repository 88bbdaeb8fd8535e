/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.protocol.ProxyHeaderException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Keeps what a forwarder tells of its connections. */
final class Ends implements ConnectionListener {
  final AtomicInteger opened = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();
  final AtomicLong received = new AtomicLong();
  final AtomicLong sent = new AtomicLong();
  final List<String> failedTargets = new CopyOnWriteArrayList<>();
  final List<ProxyHeaderException.Reason> refusals = new CopyOnWriteArrayList<>();

  private final BlockingQueue<ConnectionEnd> ends = new LinkedBlockingQueue<>();

  @Override
  public void opened(String rule) {
    opened.incrementAndGet();
  }

  @Override
  public void headerRefused(String rule, ProxyHeaderException.Reason reason) {
    refusals.add(reason);
  }

  @Override
  public void passed(String rule, long received, long sent) {
    this.received.addAndGet(received);
    this.sent.addAndGet(sent);
  }

  @Override
  public void closed(ConnectionEnd end) {
    closed.incrementAndGet();
    ends.add(end);
  }

  @Override
  public void connectFailed(String rule, String target) {
    failedTargets.add(target);
  }

  ConnectionEnd await() throws InterruptedException {
    ConnectionEnd end = ends.poll(30, TimeUnit.SECONDS);
    assertThat(end).as("the end of a connection within 30 seconds").isNotNull();
    return end;
  }

  void awaitReason(ConnectionEnd.Reason reason) throws InterruptedException {
    assertThat(await().reason()).isEqualTo(reason);
  }
}
