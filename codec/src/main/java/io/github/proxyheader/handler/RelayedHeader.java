/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.tlv.Tlv;
import io.github.proxyheader.tlv.TlvType;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The source of headers that describe the client of an accepted connection. What they hold besides
 * the addresses is set by {@link RelayOptions}.
 */
final class RelayedHeader implements ProxyHeaderSource {
  /** The length of the type and the length in front of a vector's value. */
  private static final int VECTOR_HEADER = 3;

  private static final int CHECKSUM = VECTOR_HEADER + 4;
  private static final int MAX_UNIQUE_ID = 128;

  private final Channel accepted;
  private final RelayOptions options;

  private final AtomicReference<byte[]> ownUniqueId = new AtomicReference<>();

  RelayedHeader(Channel accepted, RelayOptions options) {
    this.accepted = accepted;
    this.options = options;
    if (options.tlsFacts()) {
      TlsFacts.of(accepted); // Starts to collect facts that an engine tells until it is shut down.
    }
    rememberAddresses(accepted);
  }

  /**
   * Asks a channel for its addresses. The channel then keeps them, and still returns them when it
   * is closed.
   */
  static void rememberAddresses(Channel accepted) {
    accepted.remoteAddress();
    accepted.localAddress();
  }

  /** Returns a header of version 2 that holds only the addresses. */
  static ProxyHeader withoutVectors(ProxiedAddress client) {
    boolean hasClient = client.header() == null || client.isProxied();
    return hasClient && isInet(client)
        ? ProxyHeader.of(client.source(), client.destination())
        : ProxyHeader.local();
  }

  /**
   * Returns a line of version 1. Version 1 has no LOCAL, and many receivers refuse UNKNOWN (R27):
   * if the received header has no IP addresses, those of the accepted socket are taken.
   */
  private static ProxyHeader text(Channel accepted) {
    ProxiedAddress client = ProxiedAddress.of(accepted);
    if (!isInet(client)) {
      client = ProxiedAddress.of(accepted, null);
    }
    ProxyHeader.Builder line = ProxyHeader.builder().version(ProxyVersion.V1);
    if (isInet(client)) {
      line.source(client.source()).destination(client.destination());
    }
    return line.build();
  }

  private static boolean isInet(ProxiedAddress client) {
    return client.source() instanceof InetSocketAddress source
        && client.destination() instanceof InetSocketAddress destination
        && !source.isUnresolved()
        && !destination.isUnresolved();
  }

  @Override
  public ProxyHeader headerFor(Channel outbound, @Nullable SocketAddress target) {
    if (options.version() == ProxyVersion.V1) {
      return text(accepted);
    }
    ProxiedAddress client = ProxiedAddress.of(accepted);
    ProxyHeader bare = withoutVectors(client);
    Tlvs.Builder vectors = vectors(client.tlvs());
    int padding = padding(ProxyHeaderWriter.length(bare) + vectors.build().wireLength());
    if (padding > 0) {
      vectors.add(TlvType.NOOP, new byte[padding - VECTOR_HEADER]);
    }
    ProxyHeader header =
        bare.toBuilder().tlvs(vectors.build()).checksum(options.checksum()).build();
    options.sizeWarning().check(header);
    return header;
  }

  /**
   * Returns the vectors in this order: the facts about the accepted TLS connection, the received
   * vectors that are sent on, and an identifier if there is none among them.
   */
  private Tlvs.Builder vectors(Tlvs allReceived) {
    Tlvs.Builder vectors = Tlvs.builder();
    BitSet added = new BitSet();
    TlsFacts tls = tlsFacts();
    if (tls != null && tls.areKnown()) {
      tls.addTo(vectors, options);
      // Received vectors of these types describe another TLS connection.
      added.set(TlvType.ALPN);
      added.set(TlvType.AUTHORITY);
      added.set(TlvType.SSL);
    }
    for (Tlv received : allReceived) {
      if (isRelayed(received) && !(isSingle(received.type()) && added.get(received.type()))) {
        added.set(received.type());
        vectors.add(received);
      }
    }
    if (!added.get(TlvType.UNIQUE_ID)) {
      byte[] id = ownUniqueId();
      if (id != null) {
        vectors.uniqueId(id);
      }
    }
    return vectors;
  }

  private @Nullable TlsFacts tlsFacts() {
    return options.tlsFacts() ? TlsFacts.of(accepted) : null;
  }

  private boolean isRelayed(Tlv received) {
    return switch (received.type()) {
      case TlvType.CRC32C, TlvType.NOOP -> false; // belong to the received header alone
      case TlvType.UNIQUE_ID ->
          // A header without addresses may hold one that is too long, as it is not checked there.
          (options.relays(TlvType.UNIQUE_ID) || options.uniqueId() != null)
              && received.length() > 0
              && received.length() <= MAX_UNIQUE_ID;
      default -> options.relays(received.type());
    };
  }

  /** Returns whether a header holds one vector of a type at most: see R56. */
  private static boolean isSingle(int type) {
    return switch (type) {
      case TlvType.ALPN, TlvType.AUTHORITY, TlvType.UNIQUE_ID, TlvType.SSL, TlvType.NETNS -> true;
      default -> false;
    };
  }

  /**
   * Returns the identifier of a connection that was received without one. It is the same in all
   * headers of this source, for instance if a failed connect is repeated.
   */
  private byte @Nullable [] ownUniqueId() {
    Function<? super Channel, byte @Nullable []> uniqueId = options.uniqueId();
    if (uniqueId != null && ownUniqueId.get() == null) {
      ownUniqueId.compareAndSet(null, uniqueId.apply(accepted));
    }
    return ownUniqueId.get();
  }

  /**
   * Returns how many bytes a NOOP needs to align a header, 0 if it needs none.
   *
   * @param lengthWithoutChecksum the length of the header without a CRC32C vector
   */
  private int padding(int lengthWithoutChecksum) {
    int length = lengthWithoutChecksum + (options.checksum() ? CHECKSUM : 0);
    int padding = Math.floorMod(-length, options.alignment());
    while (padding == 1 || padding == 2) {
      padding += options.alignment(); // the smallest vector has three bytes
    }
    return padding;
  }
}
