/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderListener;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.channel.Channel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A listener that writes down what it is told, and then does what a test wants it to do. */
public final class Told implements ProxyHeaderListener {
  private final List<String> all = new CopyOnWriteArrayList<>();
  private final List<ProxyHeaderException> causes = new CopyOnWriteArrayList<>();
  private volatile Consumer<Channel> action = channel -> {};

  private final List<String> reported = new CopyOnWriteArrayList<>();

  /** {@code proxied}, {@code abandoned} or {@code rejected REASON}, of all channels. */
  public List<String> all() {
    return List.copyOf(all);
  }

  public List<ProxyHeaderException> causes() {
    return List.copyOf(causes);
  }

  /** The reasons for which connections would have been refused. */
  public List<String> reported() {
    return List.copyOf(reported);
  }

  public Told then(Consumer<Channel> action) {
    this.action = action;
    return this;
  }

  @Override
  public void proxied(Channel channel, ProxiedAddress address) {
    all.add("proxied");
    action.accept(channel);
  }

  @Override
  public void rejected(Channel channel, ProxyHeaderException cause) {
    all.add("rejected " + cause.reason());
    causes.add(cause);
    action.accept(channel);
  }

  @Override
  public void abandoned(Channel channel) {
    all.add("abandoned");
    action.accept(channel);
  }

  @Override
  public void reported(Channel channel, ProxyHeaderException cause) {
    reported.add(cause.reason().name());
  }
}
