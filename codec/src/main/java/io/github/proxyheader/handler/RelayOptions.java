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
 * Options of {@link ProxyHeaderSource#onBehalfOf(Channel, RelayOptions)}: what its headers hold
 * besides the addresses. Immutable and thread-safe; one instance serves all connections and should
 * be built once.
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
 * <p>Many receivers limit the length of a header, and headers with vectors may be longer. The first
 * header that is longer than a known limit is logged as a warning, which names the receivers that
 * refuse it. Each limit is warned of once for each instance of the options. The limits, from 107 to
 * 16,384 bytes, are listed in the project's recipes for proxies.
 */
public final class RelayOptions {
  private final ProxyVersion version;
  private final BitSet relayed;
  private final boolean tlsFacts;
  private final boolean clientCertificate;
  private final boolean longClientCertificate;
  private final @Nullable Function<? super Channel, byte @Nullable []> uniqueId;
  private final boolean checksum;
  private final int alignment;
  private final SizeWarning sizeWarning = new SizeWarning();

  private RelayOptions(Builder builder) {
    version = builder.version;
    relayed = builder.relayed;
    tlsFacts = builder.tlsFacts;
    clientCertificate = builder.clientCertificate;
    longClientCertificate = builder.longClientCertificate;
    uniqueId = builder.uniqueId;
    checksum = builder.checksum;
    alignment = builder.alignment;
  }

  /** Returns a builder with all defaults; each of its methods names its own. */
  public static Builder builder() {
    return new Builder();
  }

  ProxyVersion version() {
    return version;
  }

  /** Returns whether received vectors of a type are sent on. */
  boolean relays(int type) {
    return relayed.get(type);
  }

  boolean tlsFacts() {
    return tlsFacts;
  }

  boolean clientCertificate() {
    return clientCertificate;
  }

  boolean longClientCertificate() {
    return longClientCertificate;
  }

  /** Returns the function that makes identifiers for connections without one, or null. */
  @Nullable Function<? super Channel, byte @Nullable []> uniqueId() {
    return uniqueId;
  }

  boolean checksum() {
    return checksum;
  }

  int alignment() {
    return alignment;
  }

  /** Returns the warnings that are logged once for these options. */
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
    private boolean longClientCertificate;
    private @Nullable Function<? super Channel, byte @Nullable []> uniqueId;
    private boolean checksum;
    private int alignment = 1;

    private Builder() {}

    /**
     * Sets the version of the headers (default: version 2). A header of version 1 carries only
     * addresses, so version 1 cannot be combined with any other option.
     */
    public Builder version(ProxyVersion version) {
      this.version = Objects.requireNonNull(version, "version");
      return this;
    }

    /**
     * Sets that the vectors of the received header are sent on, those of all types and in their
     * order (default: none). These are not sent on:
     *
     * <ul>
     *   <li>{@link TlvType#CRC32C} and {@link TlvType#NOOP}, because they belong to the received
     *       header alone.
     *   <li>The second and later vectors of {@link TlvType#ALPN}, {@link TlvType#AUTHORITY}, {@link
     *       TlvType#UNIQUE_ID}, {@link TlvType#SSL} and {@link TlvType#NETNS}: if there are two,
     *       some receivers believe the first and others the last one (R56).
     *   <li>A {@link TlvType#UNIQUE_ID} that is empty or longer than 128 bytes (R49).
     * </ul>
     *
     * <p>If the decoder's policy believes every peer, a client may have written these vectors
     * itself: see {@link TrustedProxies}.
     */
    public Builder relayAllTlvs() {
      BitSet all = new BitSet();
      all.set(0, 256);
      relayed = all;
      return this;
    }

    /**
     * Sets that the received vectors of some types are sent on, with the same exceptions as in
     * {@link #relayAllTlvs}. A call without types sets that none are sent on.
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
     * Sets whether the headers describe the TLS connection that this server has accepted from the
     * client (default: false), with these vectors:
     *
     * <ul>
     *   <li>{@link TlvType#SSL}, which always goes out: see below.
     *   <li>{@link TlvType#ALPN}: the application protocol, if one was agreed on.
     *   <li>{@link TlvType#AUTHORITY}: the server name that the client asked for, if it asked for
     *       one. A name that is not a host name, or is longer than 255 characters, is left out.
     * </ul>
     *
     * <p>SSL holds the TLS version, the cipher, the algorithms of this server's certificate, and
     * whether the client has shown a certificate, with its common name. All names are those that
     * HAProxy sends, which are OpenSSL's: {@code ECDHE-RSA-AES128-GCM-SHA256} for a cipher, {@code
     * RSA-SHA256}, {@code ecdsa-with-SHA256}, {@code RSASSA-PSS} or {@code ED25519} for the
     * certificate's signature, and {@code RSA2048}, {@code EC256} or {@code DSA2048} for its key.
     * As with HAProxy, other keys (Ed25519, Ed448, and RSA keys that are restricted to RSASSA-PSS)
     * have no name, and the sub-vector is left out. A signature algorithm that OpenSSL does not
     * know has its Java name. The key exchange's group and the signature scheme of the handshake
     * are never sent, because no engine tells them.
     *
     * <p><b>The verify result is 0 if the client has shown a certificate that the {@code
     * SslContext}'s trust manager accepted, whatever that checks</b>, else it is 1. {@code
     * certInSession} is set if the client has shown a certificate when the TLS session began.
     * {@code certOnConnection} is set if it did so on this connection, because the session was not
     * resumed. Only Netty's engine for OpenSSL tells this, if {@code netty-tcnative-classes} is on
     * the class path or is a module that is resolved. <b>With the JDK's engine {@code
     * certOnConnection} is never set.</b>
     *
     * <p>The facts are those of the {@link io.netty.handler.ssl.SslHandler} in the pipeline of the
     * accepted channel, or else of its parent. If its handshake is done, received vectors of these
     * three types are not sent on, whatever is set for them, because they describe another TLS
     * connection. If there is no such handler, or its handshake is not done, no facts are added and
     * received vectors are sent on as it is set for them.
     */
    public Builder tlsFacts(boolean tlsFacts) {
      this.tlsFacts = tlsFacts;
      return this;
    }

    /**
     * Sets whether the {@link TlvType#SSL} vector holds the client's certificate, DER-encoded
     * (default: false). A certificate is left out if the vector's value would have more than 1,024
     * bytes with it, since HAProxy 2.9 and newer refuse such a header; the first time this is
     * logged as a warning. Everything else is sent all the same. See {@link
     * #longClientCertificate}.
     */
    public Builder clientCertificate(boolean clientCertificate) {
      this.clientCertificate = clientCertificate;
      return this;
    }

    /**
     * Sets whether the client's certificate is also sent if the {@link TlvType#SSL} vector then has
     * more than 1,024 bytes (default: false). Certificates often have one or two kilobytes, which
     * many receivers refuse: make sure that the receiver takes them. Needs {@link
     * #clientCertificate}.
     */
    public Builder longClientCertificate(boolean longClientCertificate) {
      this.longClientCertificate = longClientCertificate;
      return this;
    }

    /**
     * Sets that the headers have a {@link TlvType#UNIQUE_ID} (default: none). It is the received
     * one if there is one, so that a connection has the same identifier on its whole way. Else it
     * is a random UUID of 36 characters.
     */
    public Builder uniqueId() {
      return uniqueId(accepted -> UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Sets that the headers have a {@link TlvType#UNIQUE_ID} (default: none). It is the received
     * one if there is one. Else it is what the function returns for the accepted channel: at most
     * 128 bytes, or {@code null} for no identifier.
     *
     * <p>A source calls the function when it makes its first header, on the thread that asks for
     * the header, and keeps the identifier for all its headers. The function must not block. If it
     * throws an exception, the connect fails with it.
     */
    public Builder uniqueId(Function<? super Channel, byte @Nullable []> uniqueId) {
      this.uniqueId = Objects.requireNonNull(uniqueId, "uniqueId");
      return this;
    }

    /** Sets whether the headers have a {@link TlvType#CRC32C} (default: false, R45). */
    public Builder checksum(boolean checksum) {
      this.checksum = checksum;
      return this;
    }

    /**
     * Sets that the length of each header is a multiple of a number of bytes (default: 1). A header
     * of another length gets a {@link TlvType#NOOP} that fills it up (R48). A NOOP has at least
     * three bytes, so a header that lacks only one or two is filled up to the next multiple.
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
     * Returns the options. Later changes of the builder do not change them.
     *
     * @throws IllegalArgumentException if the version is 1 and another option is set; if {@link
     *     #clientCertificate} is set without {@link #tlsFacts}; if {@link #longClientCertificate}
     *     is set without {@link #clientCertificate}
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
      if (longClientCertificate && !clientCertificate) {
        throw new IllegalArgumentException(
            "longClientCertificate: true (expected: false without clientCertificate)");
      }
      return new RelayOptions(this);
    }
  }
}
