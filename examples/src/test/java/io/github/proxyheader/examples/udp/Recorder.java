/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.datagram.DatagramListener;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.protocol.ProxyCommand;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps what a decoder tells of each datagram; those with a LOCAL header are kept apart. */
final class Recorder implements DatagramListener {
  private final BlockingQueue<ProxiedAddress> clients = new LinkedBlockingQueue<>();
  private final BlockingQueue<ProxiedAddress> locals = new LinkedBlockingQueue<>();
  private final BlockingQueue<ProxyHeaderException> drops = new LinkedBlockingQueue<>();

  @Override
  public void proxied(Channel channel, ProxiedAddress address) {
    ProxyHeader header = address.header();
    boolean local = header != null && header.command() == ProxyCommand.LOCAL;
    (local ? locals : clients).add(address);
  }

  @Override
  public void dropped(Channel channel, InetSocketAddress sender, ProxyHeaderException cause) {
    drops.add(cause);
  }

  ProxiedAddress awaitClient() throws InterruptedException {
    return await(clients);
  }

  /** Passes over other clients, such as those that asked twice. */
  ProxiedAddress awaitClient(InetSocketAddress source) throws InterruptedException {
    ProxiedAddress client = awaitClient();
    while (!source.equals(client.source())) {
      client = awaitClient();
    }
    return client;
  }

  ProxiedAddress awaitLocal() throws InterruptedException {
    return await(locals);
  }

  ProxyHeaderException awaitDrop() throws InterruptedException {
    return await(drops);
  }

  void forget() {
    clients.clear();
    locals.clear();
    drops.clear();
  }

  private static <T> T await(BlockingQueue<T> queue) throws InterruptedException {
    T result = queue.poll(20, TimeUnit.SECONDS);
    assertThat(result).as("a datagram within 20 seconds").isNotNull();
    return result;
  }
}
