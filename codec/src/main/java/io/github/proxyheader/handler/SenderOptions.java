/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ProxyHeaderEncoder} does. Immutable; one instance serves all channels for which its
 * source knows the header.
 */
public final class SenderOptions {
  private static final long AS_THE_CHANNEL = -1;

  private final ProxyHeaderSource source;
  private final long writeTimeoutNanos;

  private SenderOptions(ProxyHeaderSource source, long writeTimeoutNanos) {
    this.source = source;
    this.writeTimeoutNanos = writeTimeoutNanos;
  }

  /** All defaults of {@link Builder}. */
  static SenderOptions of(ProxyHeaderSource source) {
    return new SenderOptions(Objects.requireNonNull(source, "source"), AS_THE_CHANNEL);
  }

  /** Returns a builder with the defaults that its methods tell; a source must be set. */
  public static Builder builder() {
    return new Builder();
  }

  ProxyHeaderSource source() {
    return source;
  }

  /** How long the transport may take for the header, 0 for as long as it wants. */
  long writeTimeoutNanos(ChannelConfig config) {
    return writeTimeoutNanos == AS_THE_CHANNEL
        ? TimeUnit.MILLISECONDS.toNanos(config.getConnectTimeoutMillis())
        : writeTimeoutNanos;
  }

  /** Builds {@link SenderOptions}; not safe for use by several threads at once. */
  public static final class Builder {
    private @Nullable ProxyHeaderSource source;
    private long writeTimeoutNanos = AS_THE_CHANNEL;

    private Builder() {}

    /** Sets who says which header is sent; there is no default. */
    public Builder source(ProxyHeaderSource source) {
      this.source = Objects.requireNonNull(source, "source");
      return this;
    }

    /**
     * Sets how long the transport may take for the header once the connection stands (default: the
     * channel's {@link ChannelOption#CONNECT_TIMEOUT_MILLIS} at that moment, which is without limit
     * if that is zero; zero: without limit).
     *
     * <p>The wait ends when the last byte of the header is in the system's send buffer, so a header
     * waits on a peer only if it is larger than all buffers on the way. Behind a handler that holds
     * writes back until it has built a tunnel, as Netty's {@code ProxyHandler} does, it includes
     * that handler's time.
     *
     * @throws IllegalArgumentException if the time-out is negative, or longer than 292 years
     */
    public Builder writeTimeout(Duration timeout) {
      this.writeTimeoutNanos = Timeouts.nanos("writeTimeout", timeout);
      return this;
    }

    /**
     * Returns the options; the builder may be used on.
     *
     * @throws IllegalArgumentException if no {@link #source} is set
     */
    public SenderOptions build() {
      if (source == null) {
        throw new IllegalArgumentException("source: null (expected: a source of headers)");
      }
      return new SenderOptions(source, writeTimeoutNanos);
    }
  }
}
