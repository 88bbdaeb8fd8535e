/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.minecraft;

import io.github.proxyheader.handler.ProxiedAddress;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Limits the connections of each client at a time, and its new ones per second, by the address that
 * the header tells; an IPv6 client is its /64 network. Stands behind the decoder, and closes the
 * channel of a client that has too many: the handlers behind see nothing of it. Clients without an
 * IP address count as one.
 *
 * <p>One instance serves all channels of a server, on any event loop. It remembers the rates of
 * 65,536 clients at most. The client that has been away longest is forgotten first.
 */
@Sharable
final class ClientLimit extends ChannelInboundHandlerAdapter {
  static final int MAX_REMEMBERED = 65_536;

  private static final long SECOND = 1_000_000_000L;

  private final int maxConnections;
  private final int maxPerSecond;
  private final LongSupplier nanoTime;
  private final Map<Key, Integer> connections = new HashMap<>();
  private final Map<Key, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Bucket> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  /**
   * Creates a limit.
   *
   * @param maxConnections how many connections a client may have at a time
   * @param maxPerSecond how many connections a client may open in a second, and at once
   */
  ClientLimit(int maxConnections, int maxPerSecond) {
    this(maxConnections, maxPerSecond, System::nanoTime);
  }

  ClientLimit(int maxConnections, int maxPerSecond, LongSupplier nanoTime) {
    if (maxConnections < 1 || maxPerSecond < 1) {
      throw new IllegalArgumentException(
          "limits: " + maxConnections + " and " + maxPerSecond + " (expected: at least 1)");
    }
    this.maxConnections = maxConnections;
    this.maxPerSecond = maxPerSecond;
    this.nanoTime = nanoTime;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object evt) {
    if (evt instanceof ProxiedAddress address) {
      Key client = Key.of(address);
      if (!enter(client)) {
        ctx.close();
        return;
      }
      ctx.channel().closeFuture().addListener(closed -> leave(client));
    }
    ctx.fireUserEventTriggered(evt);
  }

  synchronized boolean enter(Key client) {
    int open = connections.getOrDefault(client, 0);
    if (open >= maxConnections) {
      return false;
    }
    long now = nanoTime.getAsLong();
    Bucket bucket = buckets.computeIfAbsent(client, key -> new Bucket(maxPerSecond, now));
    bucket.refill(now);
    if (bucket.tokens < 1) {
      return false;
    }
    bucket.tokens--;
    connections.put(client, open + 1);
    return true;
  }

  private synchronized void leave(Key client) {
    connections.computeIfPresent(client, (key, open) -> open == 1 ? null : open - 1);
  }

  synchronized int remembered() {
    return buckets.size();
  }

  synchronized int open() {
    return connections.size();
  }

  private final class Bucket {
    private double tokens;
    private long refilledAt;

    Bucket(double tokens, long now) {
      this.tokens = tokens;
      this.refilledAt = now;
    }

    void refill(long now) {
      double earned = (double) (now - refilledAt) / SECOND * maxPerSecond;
      tokens = Math.min(maxPerSecond, tokens + earned);
      refilledAt = now;
    }
  }

  /** A client. Keys have an order, so that those whose hashes clients make equal are found fast. */
  record Key(long high, long low) implements Comparable<Key> {
    /**
     * The first half of an IPv4 client is that of an IPv6 multicast address, which no client has.
     */
    static Key of(ProxiedAddress address) {
      if (!(address.source() instanceof InetSocketAddress inet) || inet.isUnresolved()) {
        return new Key(-1, -1);
      }
      byte[] bytes = inet.getAddress().getAddress();
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      return bytes.length == Integer.BYTES
          ? new Key(-1, Integer.toUnsignedLong(buffer.getInt()))
          : new Key(buffer.getLong(), 0);
    }

    @Override
    public int compareTo(Key other) {
      int order = Long.compare(high, other.high);
      return order == 0 ? Long.compare(low, other.low) : order;
    }
  }
}
