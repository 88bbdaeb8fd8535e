/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import io.github.proxyheader.handler.HeaderValidator;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderListener;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.github.proxyheader.protocol.ProxyVersion;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ProxyHeaderDatagramDecoder} does. Immutable; one instance serves all channels and
 * should be built once.
 */
public final class DatagramReceiverOptions {
  private static final DatagramReceiverOptions STANDARD = builder().build();

  private final DatagramPolicySelector selector;
  private final ProxyHeaderReader reader;
  private final @Nullable HeaderValidator validator;
  private final DatagramListener listener;

  private DatagramReceiverOptions(Builder builder) {
    selector = builder.selector;
    reader = builder.reader;
    validator = builder.validator;
    listener = new SafeDatagramListener(builder.listener);
  }

  /** All defaults of {@link Builder}. */
  static DatagramReceiverOptions standard() {
    return STANDARD;
  }

  /** Returns a builder with the defaults that its methods tell. */
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

  /** The application's listener; it never throws. */
  DatagramListener listener() {
    return listener;
  }

  /** Builds {@link DatagramReceiverOptions}; not safe for use by several threads at once. */
  public static final class Builder {
    private DatagramPolicySelector selector = (channel, sender) -> ProxyHeaderPolicy.REQUIRE;
    private ProxyHeaderReader reader =
        ProxyHeaderReader.builder().versions(ProxyVersion.V2).build();
    private @Nullable HeaderValidator validator;
    private DatagramListener listener = new DatagramListener() {};

    private Builder() {}

    /** Sets one policy for all datagrams (default: {@link ProxyHeaderPolicy#REQUIRE}). */
    public Builder policy(ProxyHeaderPolicy policy) {
      Objects.requireNonNull(policy, "policy");
      this.selector = (channel, sender) -> policy;
      return this;
    }

    /** Sets who chooses the policy of each datagram, instead of one policy for all. */
    public Builder policy(DatagramPolicySelector selector) {
      this.selector = Objects.requireNonNull(selector, "selector");
      return this;
    }

    /**
     * Sets the senders that are trusted: a header is required of them, and the datagrams of all
     * others are dropped, unless {@link TrustedProxies#withPolicies} said otherwise.
     */
    public Builder policy(TrustedProxies proxies) {
      Objects.requireNonNull(proxies, "proxies");
      this.selector = proxies::select;
      return this;
    }

    /**
     * Sets the reader (default: that of version 2 with all defaults of {@link
     * ProxyHeaderReader.Builder}). Version 1 has no word for UDP: whatever the reader, its headers
     * are refused as {@link io.github.proxyheader.protocol.ProxyHeaderException.Reason#VERSION}.
     */
    public Builder reader(ProxyHeaderReader reader) {
      this.reader = Objects.requireNonNull(reader, "reader");
      return this;
    }

    /**
     * Sets a check of headers that are about to be used (default: none). Where it refuses one, that
     * datagram is dropped and the channel stays open.
     */
    public Builder validator(HeaderValidator validator) {
      this.validator = Objects.requireNonNull(validator, "validator");
      return this;
    }

    /** Sets who is told how each datagram went (default: nobody). */
    public Builder listener(DatagramListener listener) {
      this.listener = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /**
     * Sets the listener of connections as who is told how each datagram went, so that one counts
     * both: {@link ProxyHeaderListener#proxied} if it goes on, {@link ProxyHeaderListener#rejected}
     * if it is dropped, for which no channel is closed.
     */
    public Builder listener(ProxyHeaderListener listener) {
      Objects.requireNonNull(listener, "listener");
      return listener(
          new DatagramListener() {
            @Override
            public void proxied(Channel channel, ProxiedAddress address) {
              listener.proxied(channel, address);
            }

            @Override
            public void dropped(
                Channel channel, @Nullable InetSocketAddress sender, ProxyHeaderException cause) {
              listener.rejected(channel, cause);
            }
          });
    }

    /** Returns the options; the builder may be used on. */
    public DatagramReceiverOptions build() {
      return new DatagramReceiverOptions(this);
    }
  }
}
