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
 * Options of a {@link ProxyHeaderEncoder}. Immutable and thread-safe; one instance may be used for
 * all channels for which its source knows the header.
 */
public final class SenderOptions {
  private static final long AS_THE_CHANNEL = -1;

  private final ProxyHeaderSource source;
  private final long writeTimeoutNanos;

  private SenderOptions(ProxyHeaderSource source, long writeTimeoutNanos) {
    this.source = source;
    this.writeTimeoutNanos = writeTimeoutNanos;
  }

  /** Returns options with a source, and otherwise with the defaults of {@link Builder}. */
  static SenderOptions of(ProxyHeaderSource source) {
    return new SenderOptions(Objects.requireNonNull(source, "source"), AS_THE_CHANNEL);
  }

  /** Returns a builder. A source must be set; each of the other methods names its default. */
  public static Builder builder() {
    return new Builder();
  }

  ProxyHeaderSource source() {
    return source;
  }

  /** Returns how long the transport may take to send the header; 0 means without limit. */
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

    /** Sets the source of the headers. It must be set, as there is no default. */
    public Builder source(ProxyHeaderSource source) {
      this.source = Objects.requireNonNull(source, "source");
      return this;
    }

    /**
     * Sets how long the transport may take to send the header once the connection is established.
     * The default is the value that the channel's {@link ChannelOption#CONNECT_TIMEOUT_MILLIS} has
     * at that moment. Zero means without limit, in both.
     *
     * <p>The time ends when the last byte of the header is in the system's send buffer. The encoder
     * therefore waits for the peer only if the header is larger than all buffers on the way. A
     * handler in front of the encoder that holds writes back until it has built a tunnel, as
     * Netty's {@code ProxyHandler} does, spends its time within this limit.
     *
     * @throws IllegalArgumentException if the time-out is negative, or longer than 292 years
     */
    public Builder writeTimeout(Duration timeout) {
      this.writeTimeoutNanos = Timeouts.nanos("writeTimeout", timeout);
      return this;
    }

    /**
     * Returns the options. Later changes of the builder do not change them.
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
