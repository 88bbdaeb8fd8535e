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

/** Headers on behalf of an accepted connection, as {@link RelayOptions} want them. */
final class RelayedHeader implements ProxyHeaderSource {
  /** The type and the length in front of a vector's value. */
  private static final int VECTOR_HEADER = 3;

  private static final int CHECKSUM = VECTOR_HEADER + 4;
  private static final int MAX_UNIQUE_ID = 128;

  private final Channel accepted;
  private final RelayOptions options;

  private final AtomicReference<byte[]> ownUniqueId = new AtomicReference<>();

  RelayedHeader(Channel accepted, RelayOptions options) {
    this.accepted = accepted;
    this.options = options;
    tlsFacts(); // asked for now, as an engine may be shut down when the first header is due
    rememberAddresses(accepted);
  }

  /** A channel remembers addresses that it was asked for once: they outlive the connection. */
  static void rememberAddresses(Channel accepted) {
    accepted.remoteAddress();
    accepted.localAddress();
  }

  /** A header of version 2 with the addresses alone. */
  static ProxyHeader withoutVectors(ProxiedAddress client) {
    boolean hasClient = client.header() == null || client.isProxied();
    return hasClient && isInet(client)
        ? ProxyHeader.of(client.source(), client.destination())
        : ProxyHeader.local();
  }

  /** A line of version 1: there is no LOCAL, and many receivers refuse UNKNOWN (R27). */
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

  /** What this hop knows, what it was told, and the connection's identifier. */
  private Tlvs.Builder vectors(Tlvs allReceived) {
    Tlvs.Builder vectors = Tlvs.builder();
    BitSet told = new BitSet();
    TlsFacts tls = tlsFacts();
    if (tls != null && tls.areKnown()) {
      tls.addTo(vectors, options);
      // The proxy in front speaks of another TLS connection, if of any.
      told.set(TlvType.ALPN);
      told.set(TlvType.AUTHORITY);
      told.set(TlvType.SSL);
    }
    for (Tlv received : allReceived) {
      if (goesOn(received) && !(isSingle(received.type()) && told.get(received.type()))) {
        told.set(received.type());
        vectors.add(received);
      }
    }
    if (!told.get(TlvType.UNIQUE_ID)) {
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

  private boolean goesOn(Tlv received) {
    return switch (received.type()) {
      case TlvType.CRC32C, TlvType.NOOP -> false; // they belong to the header that they came in
      case TlvType.UNIQUE_ID ->
          // One that is too long can come in a header without addresses, where nothing is checked.
          (options.relays(TlvType.UNIQUE_ID) || options.uniqueId() != null)
              && received.length() > 0
              && received.length() <= MAX_UNIQUE_ID;
      default -> options.relays(received.type());
    };
  }

  /** Whether receivers differ in which one they believe if there are two. */
  private static boolean isSingle(int type) {
    return switch (type) {
      case TlvType.ALPN, TlvType.AUTHORITY, TlvType.UNIQUE_ID, TlvType.SSL, TlvType.NETNS -> true;
      default -> false;
    };
  }

  /** The same in every header of this source, also where a failed attempt is repeated. */
  private byte @Nullable [] ownUniqueId() {
    Function<? super Channel, byte @Nullable []> uniqueId = options.uniqueId();
    if (uniqueId != null && ownUniqueId.get() == null) {
      ownUniqueId.compareAndSet(null, uniqueId.apply(accepted));
    }
    return ownUniqueId.get();
  }

  /** How many bytes of NOOP are missing at a header that has so many bytes without a checksum. */
  private int padding(int lengthWithoutChecksum) {
    int length = lengthWithoutChecksum + (options.checksum() ? CHECKSUM : 0);
    int padding = Math.floorMod(-length, options.alignment());
    while (padding == 1 || padding == 2) {
      padding += options.alignment(); // the smallest vector has three bytes
    }
    return padding;
  }
}
