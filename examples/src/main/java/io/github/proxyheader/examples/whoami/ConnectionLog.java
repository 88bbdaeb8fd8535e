/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.whoami;

import io.github.proxyheader.datagram.DatagramListener;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderListener;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells of connections that ended without an answer and of dropped datagrams, in lines that hold no
 * byte of a peer. It writes at most 100 lines a second and counts the others. It is safe for use by
 * several threads.
 */
final class ConnectionLog implements ProxyHeaderListener, DatagramListener {
  static final int MAX_LINES = 100;
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Consumer<String> lines;
  private final LongSupplier nanoTime;
  private long windowStart;
  private int written;
  private long leftOut;

  ConnectionLog(Consumer<String> lines, LongSupplier nanoTime) {
    this.lines = lines;
    this.nanoTime = nanoTime;
    windowStart = nanoTime.getAsLong();
  }

  @Override
  public void proxied(Channel channel, ProxiedAddress address) {}

  @Override
  public void rejected(Channel channel, ProxyHeaderException cause) {
    write("refused", ProxiedAddress.of(channel).peer(), cause.reason().toString());
  }

  @Override
  public void reported(Channel channel, ProxyHeaderException cause) {
    write("refused late", ProxiedAddress.of(channel).peer(), cause.reason().toString());
  }

  @Override
  public void dropped(
      Channel channel, @Nullable InetSocketAddress sender, ProxyHeaderException cause) {
    write("dropped a datagram of", sender, cause.reason().toString());
  }

  void failed(Channel channel, Throwable cause) {
    failed(channel, cause.getClass().getSimpleName());
  }

  void failed(Channel channel, String what) {
    write("failed", ProxiedAddress.of(channel).peer(), what);
  }

  private void write(String what, @Nullable SocketAddress peer, String reason) {
    String name =
        peer instanceof InetSocketAddress inet ? Report.text(inet) : "a peer without an IP address";
    write(what + ' ' + name + ": " + reason);
  }

  private synchronized void write(String line) {
    long now = nanoTime.getAsLong();
    if (now - windowStart >= WINDOW_NANOS) {
      if (leftOut > 0) {
        lines.accept(leftOut + " lines were left out");
      }
      windowStart = now;
      written = 0;
      leftOut = 0;
    }
    if (written < MAX_LINES) {
      written++;
      lines.accept(line);
    } else {
      leftOut++;
    }
  }
}
