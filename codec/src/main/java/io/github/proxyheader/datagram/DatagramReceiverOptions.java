/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import io.github.proxyheader.handler.HeaderValidator;
import io.github.proxyheader.handler.ProxyHeaderListener;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.github.proxyheader.protocol.ProxyVersion;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The options of a {@link ProxyHeaderDatagramDecoder} or a {@link SimpleProxyProtocolCodec}. They
 * are immutable. One instance serves all channels and should be built once.
 */
public final class DatagramReceiverOptions {
  private static final DatagramReceiverOptions STANDARD = builder().build();

  private final DatagramPolicySelector selector;
  private final ProxyHeaderReader reader;
  private final @Nullable HeaderValidator validator;
  private final DatagramListener listener;
  private final boolean allowVersion1;

  private DatagramReceiverOptions(Builder builder) {
    selector = builder.selector;
    allowVersion1 = builder.allowVersion1;
    reader = builder.reader == null ? defaultReader(allowVersion1) : builder.reader;
    validator = builder.validator;
    DatagramListener safe = new SafeDatagramListener(builder.listener);
    ProxyHeaderListener connectionListener = builder.connectionListener;
    listener =
        connectionListener == null
            ? safe
            : new ListenerPair(
                safe, new SafeDatagramListener(ListenerPair.adapt(connectionListener)));
  }

  private static ProxyHeaderReader defaultReader(boolean allowVersion1) {
    return allowVersion1
        ? ProxyHeaderReader.standard()
        : ProxyHeaderReader.builder().versions(ProxyVersion.V2).build();
  }

  /** Returns the options that have all defaults of {@link Builder}. */
  static DatagramReceiverOptions standard() {
    return STANDARD;
  }

  /** Returns a builder that has the defaults which its methods name. */
  public static Builder builder() {
    return new Builder();
  }

  DatagramPolicySelector selector() {
    return selector;
  }

  ProxyHeaderReader reader() {
    return reader;
  }

  @Nullable HeaderValidator validator() {
    return validator;
  }

  /** Returns the application's listeners as one that never throws. */
  DatagramListener listener() {
    return listener;
  }

  /** Returns whether a datagram may start with a line of version 1. */
  boolean allowVersion1() {
    return allowVersion1;
  }

  /**
   * Builds {@link DatagramReceiverOptions}. A builder must not be used by several threads at once.
   */
  public static final class Builder {
    private DatagramPolicySelector selector = (channel, sender) -> ProxyHeaderPolicy.REQUIRE;
    private @Nullable ProxyHeaderReader reader;
    private @Nullable HeaderValidator validator;
    private DatagramListener listener = new DatagramListener() {};
    private @Nullable ProxyHeaderListener connectionListener;
    private boolean allowVersion1;

    private Builder() {}

    /** Sets one policy for all datagrams (default: {@link ProxyHeaderPolicy#REQUIRE}). */
    public Builder policy(ProxyHeaderPolicy policy) {
      Objects.requireNonNull(policy, "policy");
      this.selector = (channel, sender) -> policy;
      return this;
    }

    /** Sets a selector that chooses the policy of each datagram, instead of one policy for all. */
    public Builder policy(DatagramPolicySelector selector) {
      this.selector = Objects.requireNonNull(selector, "selector");
      return this;
    }

    /**
     * Sets the senders that are trusted. A header is required from them, and the datagrams of all
     * others are dropped, unless {@link TrustedProxies#withPolicies} has set other policies.
     */
    public Builder policy(TrustedProxies proxies) {
      Objects.requireNonNull(proxies, "proxies");
      this.selector = proxies::select;
      return this;
    }

    /**
     * Sets the reader of the PROXY protocol. The default reads version 2, and also version 1 with
     * {@link #allowVersion1}, with all defaults of {@link ProxyHeaderReader.Builder}. Without
     * {@code allowVersion1} headers of version 1 are refused with the reason {@link
     * io.github.proxyheader.protocol.ProxyHeaderException.Reason#VERSION}, whatever the reader. A
     * {@link SimpleProxyProtocolCodec} does not use it.
     */
    public Builder reader(ProxyHeaderReader reader) {
      this.reader = Objects.requireNonNull(reader, "reader");
      return this;
    }

    /**
     * Sets whether a datagram may start with a line of version 1 (default: false). The protocol
     * defines version 1 for TCP only, but the stream module of nginx writes such a line in front of
     * the first datagram of a session, and nothing in front of the others.
     *
     * <p>So the others tell nothing about their client. Set this option only together with policy
     * {@link ProxyHeaderPolicy#USE} for these proxies and a {@link ProxiedDatagramFlows} behind the
     * decoder that has {@link DatagramFlowOptions.Builder#headerOnce}. Without it the datagrams
     * behind the first would be taken for datagrams of the proxy itself.
     */
    public Builder allowVersion1(boolean allowVersion1) {
      this.allowVersion1 = allowVersion1;
      return this;
    }

    /**
     * Sets a check of headers that are about to be used (default: none). If it refuses a header,
     * that datagram is dropped and the channel stays open.
     */
    public Builder validator(HeaderValidator validator) {
      this.validator = Objects.requireNonNull(validator, "validator");
      return this;
    }

    /** Sets the listener that is told how each datagram went (default: none). */
    public Builder listener(DatagramListener listener) {
      this.listener = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /**
     * Sets a listener of connections that is also told how each datagram went (default: none), so
     * that one listener can count both. It is called after the {@link #listener}: {@link
     * ProxyHeaderListener#proxied} for a datagram that goes on, and {@link
     * ProxyHeaderListener#rejected} for one that is dropped. The channel stays open in both cases.
     */
    public Builder connectionListener(ProxyHeaderListener listener) {
      this.connectionListener = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /** Returns the options. The builder can be changed and used again afterwards. */
    public DatagramReceiverOptions build() {
      return new DatagramReceiverOptions(this);
    }
  }
}
