/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import java.time.Duration;
import java.util.Objects;

/**
 * What {@link ProxiedDatagramFlows} does. Immutable; one instance serves all channels and should be
 * built once.
 */
public final class DatagramFlowOptions {
  private static final DatagramFlowOptions STANDARD = builder().build();

  private final int maxFlows;
  private final long idleNanos;
  private final boolean headerOnce;
  private final boolean repliesOnly;
  private final DatagramListener listener;

  private DatagramFlowOptions(Builder builder) {
    maxFlows = builder.maxFlows;
    idleNanos = builder.idleNanos;
    headerOnce = builder.headerOnce;
    repliesOnly = builder.repliesOnly;
    listener = new SafeDatagramListener(builder.listener);
  }

  /** All defaults of {@link Builder}. */
  static DatagramFlowOptions standard() {
    return STANDARD;
  }

  /** Returns a builder with the defaults that its methods tell. */
  public static Builder builder() {
    return new Builder();
  }

  int maxFlows() {
    return maxFlows;
  }

  long idleNanos() {
    return idleNanos;
  }

  boolean headerOnce() {
    return headerOnce;
  }

  boolean repliesOnly() {
    return repliesOnly;
  }

  /** The application's listener; it never throws. */
  DatagramListener listener() {
    return listener;
  }

  /** Builds {@link DatagramFlowOptions}; not safe for use by several threads at once. */
  public static final class Builder {
    private int maxFlows = 65_536;
    private long idleNanos = Duration.ofMinutes(2).toNanos();
    private boolean headerOnce;
    private boolean repliesOnly;
    private DatagramListener listener = new DatagramListener() {};

    private Builder() {}

    /**
     * Sets how many flows a channel remembers at most (default: 65,536). Each takes about half a
     * kilobyte, and as much again as its header's vectors with {@link #headerOnce}.
     *
     * @throws IllegalArgumentException if the number is not positive
     */
    public Builder maxFlows(int maxFlows) {
      if (maxFlows < 1) {
        throw new IllegalArgumentException("maxFlows: " + maxFlows + " (expected: >= 1)");
      }
      this.maxFlows = maxFlows;
      return this;
    }

    /**
     * Sets after which time without a datagram in either direction a flow ends (default: 2 minutes,
     * the least that RFC 4787 wants of a NAT).
     *
     * @throws IllegalArgumentException if the time is not positive, or longer than 292 years
     */
    public Builder idleTime(Duration idleTime) {
      Objects.requireNonNull(idleTime, "idleTime");
      if (idleTime.isNegative() || idleTime.isZero()) {
        throw new IllegalArgumentException("idleTime: " + idleTime + " (expected: > 0)");
      }
      try {
        this.idleNanos = idleTime.toNanos();
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException("idleTime: " + idleTime + " (expected: < 292 years)", e);
      }
      return this;
    }

    /**
     * Sets whether the proxies put a header on the first datagram of a flow only, against rule R10
     * (default: false): see {@link ProxiedDatagramFlows} on what that costs. The decoder's policy
     * for them must be {@link io.github.proxyheader.handler.ProxyHeaderPolicy#USE}.
     */
    public Builder headerOnce(boolean headerOnce) {
      this.headerOnce = headerOnce;
      return this;
    }

    /**
     * Sets whether a datagram to an address without a flow fails its write (default: false: it goes
     * there directly). An answer to whoever asked without a proxy, or to a proxy that asked for its
     * own sake (LOCAL, as health checks do), is a flow too. Behind proxies that hide the server, an
     * answer that comes after its flow ended would show the client the server's own address.
     */
    public Builder repliesOnly(boolean repliesOnly) {
      this.repliesOnly = repliesOnly;
      return this;
    }

    /**
     * Sets who is told of datagrams that are dropped because of their flow (default: nobody); it is
     * not told of those that go on.
     */
    public Builder listener(DatagramListener listener) {
      this.listener = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /** Returns the options; the builder may be used on. */
    public DatagramFlowOptions build() {
      return new DatagramFlowOptions(this);
    }
  }
}
