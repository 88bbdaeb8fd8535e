/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.tlv.TlvType;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What {@link ProxyHeaderSource#onBehalfOf(Channel, RelayOptions)} puts into its headers besides
 * the addresses. Immutable; one instance serves all connections and should be built once.
 *
 * <pre>{@code
 * RelayOptions options =
 *     RelayOptions.builder()
 *         .relayTlvs(TlvType.NETNS, TlvType.AWS)
 *         .tlsFacts(true)
 *         .uniqueId()
 *         .checksum(true)
 *         .build();
 * }</pre>
 *
 * <p>Vectors make headers that not every receiver takes. The first header of more than 232 bytes,
 * and the first of more than 536, is logged as a warning, once for each instance of the options.
 */
public final class RelayOptions {
  private final ProxyVersion version;
  private final BitSet relayed;
  private final boolean tlsFacts;
  private final boolean clientCertificate;
  private final @Nullable Function<Channel, byte[]> uniqueId;
  private final boolean checksum;
  private final int alignment;
  private final SizeWarning sizeWarning = new SizeWarning();

  private RelayOptions(Builder builder) {
    version = builder.version;
    relayed = builder.relayed;
    tlsFacts = builder.tlsFacts;
    clientCertificate = builder.clientCertificate;
    uniqueId = builder.uniqueId;
    checksum = builder.checksum;
    alignment = builder.alignment;
  }

  /** Returns a builder with the defaults that its methods tell. */
  public static Builder builder() {
    return new Builder();
  }

  ProxyVersion version() {
    return version;
  }

  /** Whether received vectors of a type go on. */
  boolean relays(int type) {
    return relayed.get(type);
  }

  boolean tlsFacts() {
    return tlsFacts;
  }

  boolean clientCertificate() {
    return clientCertificate;
  }

  /** Who identifies connections that came without an identifier, or null. */
  @Nullable Function<Channel, byte[]> uniqueId() {
    return uniqueId;
  }

  boolean checksum() {
    return checksum;
  }

  int alignment() {
    return alignment;
  }

  /** What is said once for these options. */
  SizeWarning sizeWarning() {
    return sizeWarning;
  }

  /** Builds {@link RelayOptions}; not safe for use by several threads at once. */
  public static final class Builder {
    private static final int MAX_ALIGNMENT = 4096;

    private ProxyVersion version = ProxyVersion.V2;
    private BitSet relayed = new BitSet();
    private boolean tlsFacts;
    private boolean clientCertificate;
    private @Nullable Function<Channel, byte[]> uniqueId;
    private boolean checksum;
    private int alignment = 1;

    private Builder() {}

    /**
     * Sets the version of the headers (default: version 2). Version 1 carries addresses alone: it
     * goes with no other option.
     */
    public Builder version(ProxyVersion version) {
      this.version = Objects.requireNonNull(version, "version");
      return this;
    }

    /**
     * Sets that all vectors of the received header go on, of every type, in their order (default:
     * none), except what belongs to that header alone: {@link TlvType#CRC32C} and {@link
     * TlvType#NOOP}. Of {@link TlvType#ALPN}, {@link TlvType#AUTHORITY}, {@link TlvType#UNIQUE_ID},
     * {@link TlvType#SSL} and {@link TlvType#NETNS} only the first goes on: of two, receivers
     * differ in which one they believe (R56). A {@link TlvType#UNIQUE_ID} that is empty or longer
     * than 128 bytes does not (R49).
     *
     * <p>What the client itself sent goes on as well where every peer is believed: see {@link
     * TrustedProxies}.
     */
    public Builder relayAllTlvs() {
      BitSet all = new BitSet();
      all.set(0, 256);
      relayed = all;
      return this;
    }

    /**
     * Sets the types of those vectors of the received header that go on, in all else as {@link
     * #relayAllTlvs}; without types, none go on.
     *
     * @param types see {@link TlvType}
     * @throws IllegalArgumentException if a type is not within 0 to 255, or is CRC32C or NOOP
     */
    public Builder relayTlvs(int... types) {
      Objects.requireNonNull(types, "types");
      BitSet chosen = new BitSet();
      for (int type : types) {
        if (type < 0 || type > 255) {
          throw new IllegalArgumentException("type: " + type + " (expected: 0 to 255)");
        }
        if (type == TlvType.CRC32C || type == TlvType.NOOP) {
          throw new IllegalArgumentException(
              "type: "
                  + TlvType.name(type)
                  + " (expected: one that is not of a single header; see checksum and alignment)");
        }
        chosen.set(type);
      }
      relayed = chosen;
      return this;
    }

    /**
     * Sets whether the headers tell of the TLS connection that this hop accepted (default: false):
     *
     * <ul>
     *   <li>{@link TlvType#SSL}: the version, the cipher, the algorithms of this server's
     *       certificate, the common name of the client's, and whether there was one. Names are
     *       those of OpenSSL, such as {@code ECDHE-RSA-AES128-GCM-SHA256}, as with other senders.
     *       <b>The verify result is 0 if the client showed a certificate that the {@code
     *       SslContext}'s trust manager accepted, whatever that checks</b>, else 1. {@code
     *       certOnConnection} is never set, as no engine, the JDK's or OpenSSL's, tells a resumed
     *       session from a new one. The key exchange's group and signature scheme are not known
     *       either.
     *   <li>{@link TlvType#ALPN}: the application protocol that was agreed on, if one was.
     *   <li>{@link TlvType#AUTHORITY}: the server name that the client asked for, if it did; one
     *       that is no host name, or is longer than 255 characters, is left out.
     * </ul>
     *
     * <p>They come from the {@link io.netty.handler.ssl.SslHandler} in the accepted channel's
     * pipeline, else in its parent's. If its handshake is done, received vectors of these three
     * types do not go on, whatever is set for them: they are about another TLS connection. If there
     * is none, or its handshake is still under way, nothing is added and they do.
     */
    public Builder tlsFacts(boolean tlsFacts) {
      this.tlsFacts = tlsFacts;
      return this;
    }

    /**
     * Sets whether the {@link TlvType#SSL} vector holds the client's whole certificate, DER
     * (default: false): often one or two kilobytes, more than many receivers take.
     */
    public Builder clientCertificate(boolean clientCertificate) {
      this.clientCertificate = clientCertificate;
      return this;
    }

    /**
     * Sets that the headers have a {@link TlvType#UNIQUE_ID} (default: none): the received one if
     * there is one, as it is there to follow a connection over all hops, else a random UUID of 36
     * characters.
     */
    public Builder uniqueId() {
      return uniqueId(accepted -> UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Sets that the headers have a {@link TlvType#UNIQUE_ID}: the received one if there is one,
     * else what a function gives for the accepted channel, at most 128 bytes, or {@code null} for
     * none.
     *
     * <p>A source asks the function when its first header is due, on the thread that this is due
     * on, and keeps the answer for all its headers. It must not block. If it throws, the connect
     * fails with that cause.
     */
    public Builder uniqueId(Function<Channel, byte[]> uniqueId) {
      this.uniqueId = Objects.requireNonNull(uniqueId, "uniqueId");
      return this;
    }

    /** Sets whether the headers have a {@link TlvType#CRC32C} (default: false, R45). */
    public Builder checksum(boolean checksum) {
      this.checksum = checksum;
      return this;
    }

    /**
     * Sets that each header's length is a multiple of a number of bytes (default: 1), by a {@link
     * TlvType#NOOP} where it is not (R48). A NOOP takes three bytes at least, so where one or two
     * are missing the next multiple is taken.
     *
     * @param alignment 1 to 4,096
     * @throws IllegalArgumentException if it is not
     */
    public Builder alignment(int alignment) {
      if (alignment < 1 || alignment > MAX_ALIGNMENT) {
        throw new IllegalArgumentException(
            "alignment: " + alignment + " (expected: 1 to " + MAX_ALIGNMENT + ")");
      }
      this.alignment = alignment;
      return this;
    }

    /**
     * Returns the options; the builder may be used on.
     *
     * @throws IllegalArgumentException if the version is 1 and anything else is set that it cannot
     *     carry; if {@link #clientCertificate} is set without {@link #tlsFacts}
     */
    public RelayOptions build() {
      boolean vectors =
          !relayed.isEmpty() || tlsFacts || uniqueId != null || checksum || alignment > 1;
      if (version == ProxyVersion.V1 && vectors) {
        throw new IllegalArgumentException("version: V1 (expected: V2 with any other option)");
      }
      if (clientCertificate && !tlsFacts) {
        throw new IllegalArgumentException(
            "clientCertificate: true (expected: false without tlsFacts)");
      }
      return new RelayOptions(this);
    }
  }
}
