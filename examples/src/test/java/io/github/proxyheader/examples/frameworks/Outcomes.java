/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderListener;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.channel.Channel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What the listener of a framework's server was told, in order. */
final class Outcomes implements ProxyHeaderListener {
  private final BlockingQueue<Object> outcomes = new LinkedBlockingQueue<>();

  @Override
  public void proxied(Channel channel, ProxiedAddress address) {
    outcomes.add(address);
  }

  @Override
  public void rejected(Channel channel, ProxyHeaderException cause) {
    outcomes.add(cause.reason());
  }

  @Override
  public void abandoned(Channel channel) {
    outcomes.add("abandoned");
  }

  /** Waits for the next connection that goes on. */
  ProxiedAddress awaitClient() throws InterruptedException {
    Object outcome = await();
    assertThat(outcome).isInstanceOf(ProxiedAddress.class);
    return (ProxiedAddress) outcome;
  }

  Object await() throws InterruptedException {
    Object outcome = outcomes.poll(30, TimeUnit.SECONDS);
    assertThat(outcome).as("the outcome of a connection").isNotNull();
    return outcome;
  }

  void forget() {
    outcomes.clear();
  }
}
