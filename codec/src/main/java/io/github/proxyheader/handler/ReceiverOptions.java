/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Options of a {@link ProxyHeaderDecoder}. Immutable and thread-safe; one instance serves all
 * channels and should be built once.
 */
public final class ReceiverOptions {
  private static final ReceiverOptions STANDARD = builder().build();

  private final @Nullable ProxyHeaderPolicy policy;
  private final PolicySelector selector;
  private final long timeoutNanos;
  private final ProxyHeaderReader reader;
  private final boolean holdActive;
  private final @Nullable HeaderValidator validator;
  private final @Nullable Function<? super ProxiedAddress, ? extends ChannelHandler> replaceWith;
  private final ProxyHeaderListener listener;
  private final boolean reportOnly;

  private ReceiverOptions(Builder builder) {
    policy = builder.policy;
    selector = builder.selector;
    timeoutNanos = builder.timeoutNanos;
    reader = builder.reader;
    holdActive = builder.holdActive;
    validator = builder.validator;
    replaceWith = builder.replaceWith;
    listener = new SafeListener(builder.listener);
    reportOnly = builder.reportOnly;
  }

  private ReceiverOptions(
      ReceiverOptions other,
      Function<? super ProxiedAddress, ? extends ChannelHandler> replacement) {
    policy = other.policy;
    selector = other.selector;
    timeoutNanos = other.timeoutNanos;
    reader = other.reader;
    holdActive = other.holdActive;
    validator = other.validator;
    replaceWith = replacement;
    listener = other.listener;
    reportOnly = other.reportOnly;
  }

  /** Returns the options that have all defaults of {@link Builder}. */
  static ReceiverOptions standard() {
    return STANDARD;
  }

  /** Returns a builder with all defaults; each of its methods names its own. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the policy of all connections, {@code null} if a selector chooses it. */
  @Nullable ProxyHeaderPolicy policy() {
    return policy;
  }

  /**
   * Asks the selector for the policy of a channel.
   *
   * @throws ProxyHeaderException with the reason UNTRUSTED if the selector fails or returns null
   */
  ProxyHeaderPolicy select(Channel channel) {
    try {
      return Objects.requireNonNull(selector.select(channel), "policy");
    } catch (Throwable cause) {
      throw new ProxyHeaderException(Reason.UNTRUSTED, "no policy was chosen", cause);
    }
  }

  /** Returns how long a header may take, in nanoseconds; 0 means that there is no limit. */
  long timeoutNanos() {
    return timeoutNanos;
  }

  ProxyHeaderReader reader() {
    return reader;
  }

  boolean holdActive() {
    return holdActive;
  }

  /**
   * Asks the validator whether a header is accepted. If refusals are only reported, its refusal is
   * reported and nothing is thrown.
   *
   * @throws ProxyHeaderException if the header is refused, or the validator fails
   */
  void validate(Channel channel, ProxyHeader header) {
    if (validator == null) {
      return;
    }
    try {
      validator.validate(channel, header);
    } catch (Throwable cause) {
      ProxyHeaderException refusal =
          cause instanceof ProxyHeaderException its ? its : callBackFailed(cause);
      if (!reportOnly) {
        throw refusal;
      }
      listener.reported(channel, refusal);
    }
  }

  /**
   * Asks for the handler that takes the decoder's place, {@code null} if none does.
   *
   * @throws ProxyHeaderException with the reason VALIDATION if the function fails or returns null
   */
  @Nullable ChannelHandler replacement(ProxiedAddress address) {
    try {
      return replaceWith == null
          ? null
          : Objects.requireNonNull(replaceWith.apply(address), "handler");
    } catch (Throwable cause) {
      throw callBackFailed(cause);
    }
  }

  private static ProxyHeaderException callBackFailed(Throwable cause) {
    return new ProxyHeaderException(Reason.VALIDATION, "a call-back failed", cause);
  }

  /** Returns whether another handler takes the decoder's place. */
  boolean hasReplacement() {
    return replaceWith != null;
  }

  /** Returns the same options with another handler that takes the decoder's place. */
  ReceiverOptions withReplacement(
      Function<? super ProxiedAddress, ? extends ChannelHandler> replacement) {
    return new ReceiverOptions(this, replacement);
  }

  /** Returns the application's listener, wrapped so that it never throws. */
  ProxyHeaderListener listener() {
    return listener;
  }

  boolean reportOnly() {
    return reportOnly;
  }

  /** Builds {@link ReceiverOptions}; not safe for use by several threads at once. */
  public static final class Builder {
    private @Nullable ProxyHeaderPolicy policy = ProxyHeaderPolicy.REQUIRE;
    private PolicySelector selector = channel -> ProxyHeaderPolicy.REQUIRE;
    private long timeoutNanos = Duration.ofSeconds(5).toNanos();
    private ProxyHeaderReader reader = ProxyHeaderReader.standard();
    private boolean holdActive = true;
    private @Nullable HeaderValidator validator;
    private @Nullable Function<? super ProxiedAddress, ? extends ChannelHandler> replaceWith;
    private ProxyHeaderListener listener = new ProxyHeaderListener() {};
    private boolean reportOnly;

    private Builder() {}

    /** Sets one policy for all connections (default: {@link ProxyHeaderPolicy#REQUIRE}). */
    public Builder policy(ProxyHeaderPolicy policy) {
      this.policy = Objects.requireNonNull(policy, "policy");
      this.selector = channel -> policy;
      return this;
    }

    /** Sets a selector, which chooses the policy of each connection, instead of one policy. */
    public Builder policy(PolicySelector selector) {
      this.policy = null;
      this.selector = Objects.requireNonNull(selector, "selector");
      return this;
    }

    /**
     * Sets how long a header may take (default: 5 seconds). The time begins when the connection
     * becomes active and ends with the last byte of the header. Zero means without limit. With less
     * than 3 seconds, a packet that was lost and is sent again may arrive too late (rule R6).
     *
     * @throws IllegalArgumentException if the time-out is negative, or longer than 292 years
     */
    public Builder timeout(Duration timeout) {
      this.timeoutNanos = Timeouts.nanos("timeout", timeout);
      return this;
    }

    /** Sets the reader (default: {@link ProxyHeaderReader#standard()}). */
    public Builder reader(ProxyHeaderReader reader) {
      this.reader = Objects.requireNonNull(reader, "reader");
      return this;
    }

    /**
     * Sets whether the decoder holds {@code channelActive} back until the header was received
     * (default: true). A server that speaks first then knows its client before it sends its
     * greeting (rule R5).
     *
     * <p>This delays only what handlers do in {@code channelActive}. Handlers for TLS, HTTP/2 and
     * idle time-outs already act or start timers in {@code handlerAdded}: add them with {@link
     * #replaceWith}.
     */
    public Builder holdActive(boolean holdActive) {
      this.holdActive = holdActive;
      return this;
    }

    /** Sets a validator, which may refuse a header before it is used (default: none). */
    public Builder validator(HeaderValidator validator) {
      this.validator = Objects.requireNonNull(validator, "validator");
      return this;
    }

    /**
     * Sets a function that makes the handler which takes the decoder's place once the client is
     * known (default: none, the decoder is only removed). The handler is added after the event was
     * fired, and before {@code channelActive} and the payload. It is often a {@link
     * io.netty.channel.ChannelInitializer} that adds all handlers of the application.
     *
     * <p>If the decoder is the only handler until then, only the {@link #listener} learns of a
     * failure. The function is called on the channel's event loop. If it throws an exception or
     * returns {@code null}, the channel is closed.
     */
    public Builder replaceWith(
        Function<? super ProxiedAddress, ? extends ChannelHandler> replaceWith) {
      this.replaceWith = Objects.requireNonNull(replaceWith, "replaceWith");
      return this;
    }

    /** Sets a listener that is told what became of each connection's header (default: none). */
    public Builder listener(ProxyHeaderListener listener) {
      this.listener = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /**
     * Sets whether connections that would be refused are accepted and only {@linkplain
     * ProxyHeaderListener#reported reported} (default: false). This shows what a new list of
     * trusted proxies would refuse, before it is put into effect.
     *
     * <p>REQUIRE, REJECT and CLOSE then act as USE, so <b>every header is believed</b>, and a
     * validator refuses nothing. A header that is malformed, incomplete or late is still refused,
     * because nobody could tell where the payload starts.
     */
    public Builder reportOnly(boolean reportOnly) {
      this.reportOnly = reportOnly;
      return this;
    }

    /**
     * Returns the options. Later changes of the builder do not change them.
     *
     * @throws IllegalArgumentException if {@link #replaceWith} is set and {@link #holdActive} is
     *     false, because a handler that is added later would never see {@code channelActive}
     */
    public ReceiverOptions build() {
      if (replaceWith != null && !holdActive) {
        throw new IllegalArgumentException("holdActive: false (expected: true with replaceWith)");
      }
      return new ReceiverOptions(this);
    }
  }
}
