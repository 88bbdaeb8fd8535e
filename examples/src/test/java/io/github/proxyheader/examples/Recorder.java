/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderListener;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.channel.Channel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps what a decoder tells of each connection. */
final class Recorder implements ProxyHeaderListener {
  private final BlockingQueue<Object> results = new LinkedBlockingQueue<>();

  /** What is kept for a connection that ended before its first byte. */
  private static final Object ABANDONED = new Object();

  @Override
  public void proxied(Channel channel, ProxiedAddress address) {
    results.add(address);
  }

  @Override
  public void rejected(Channel channel, ProxyHeaderException cause) {
    results.add(cause);
  }

  @Override
  public void abandoned(Channel channel) {
    results.add(ABANDONED);
  }

  ProxiedAddress awaitClient() throws InterruptedException {
    Object result = await();
    assertThat(result).isInstanceOf(ProxiedAddress.class);
    return (ProxiedAddress) result;
  }

  ProxyHeaderException awaitRefusal() throws InterruptedException {
    Object result = await();
    assertThat(result).isInstanceOf(ProxyHeaderException.class);
    return (ProxyHeaderException) result;
  }

  void awaitAbandoned() throws InterruptedException {
    assertThat(await()).isSameAs(ABANDONED);
  }

  void forget() {
    results.clear();
  }

  private Object await() throws InterruptedException {
    Object result = results.poll(20, TimeUnit.SECONDS);
    assertThat(result).as("a connection within 20 seconds").isNotNull();
    return result;
  }
}
