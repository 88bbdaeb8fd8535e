/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import java.time.Duration;
import java.util.Objects;

/**
 * The options of {@link ProxiedDatagramFlows}. They are immutable. One instance serves all channels
 * and should be built once.
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

  /** Returns the options that have all defaults of {@link Builder}. */
  static DatagramFlowOptions standard() {
    return STANDARD;
  }

  /** Returns a builder that has the defaults which its methods name. */
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

  /** Returns the application's listener, wrapped so that it never throws. */
  DatagramListener listener() {
    return listener;
  }

  /** Builds {@link DatagramFlowOptions}. A builder must not be used by several threads at once. */
  public static final class Builder {
    private int maxFlows = 65_536;
    private long idleNanos = Duration.ofMinutes(2).toNanos();
    private boolean headerOnce;
    private boolean repliesOnly;
    private DatagramListener listener = new DatagramListener() {};

    private Builder() {}

    /**
     * Sets how many flows a channel remembers at most (default: 65,536). Each takes about half a
     * kilobyte. With {@link #headerOnce} it also takes as much as the vectors of its header.
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
     * Sets after how much time without a datagram in either direction a flow ends (default: 2
     * minutes, which is the least that RFC 4787 allows for a NAT).
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
     * Sets whether the proxies write a header in front of the first datagram of a flow only,
     * against rule R10 (default: false). {@link ProxiedDatagramFlows} says what that costs. The
     * decoder's policy for these proxies must be {@link
     * io.github.proxyheader.handler.ProxyHeaderPolicy#USE}. For nginx, whose header is of version
     * 1, the decoder also needs {@link DatagramReceiverOptions.Builder#allowVersion1}.
     */
    public Builder headerOnce(boolean headerOnce) {
      this.headerOnce = headerOnce;
      return this;
    }

    /**
     * Sets whether the write of a datagram to an address without a flow fails (default: false, the
     * datagram goes there directly). Use this behind proxies that hide the server: an answer that
     * comes after its flow has ended would show the client the server's own address.
     *
     * <p>Senders that ask without a proxy, and proxies that ask for themselves (LOCAL, as health
     * checks do), have flows as well. These only use the room within {@link #maxFlows} that clients
     * leave, so they never take the place of a client. The newest of them always has room.
     */
    public Builder repliesOnly(boolean repliesOnly) {
      this.repliesOnly = repliesOnly;
      return this;
    }

    /**
     * Sets the listener that is told of datagrams which are dropped because of their flow (default:
     * none). It is not told of datagrams that go on.
     */
    public Builder listener(DatagramListener listener) {
      this.listener = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /** Returns the options. The builder can be changed and used again afterwards. */
    public DatagramFlowOptions build() {
      return new DatagramFlowOptions(this);
    }
  }
}
