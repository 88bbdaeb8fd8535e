/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import io.github.proxyheader.tlv.Tlv;
import io.github.proxyheader.tlv.TlvType;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A header of the PROXY protocol as a value. It is immutable and safe for use by several threads,
 * and nothing in it has to be released.
 *
 * <p>{@link ProxyHeaderReader} reads a header from bytes, and {@link ProxyHeaderWriter} writes it
 * as bytes. Its addresses are always resolved, and no method looks up a name.
 */
public abstract sealed class ProxyHeader permits IpHeader, UnixHeader, AddresslessHeader {
  // With bytes instead of references a header of IPv4 takes 40 bytes instead of 48.
  private final byte version;
  private final byte transport;
  private final Tlvs tlvs;

  ProxyHeader(ProxyVersion version, ProxyTransport transport, Tlvs tlvs) {
    this.version = version.number();
    this.transport = transport.code();
    this.tlvs = tlvs;
  }

  /**
   * Returns a version 2 header of the command LOCAL without vectors. A proxy sends it on
   * connections that it opens for itself, for instance to check the health of a server.
   */
  public static ProxyHeader local() {
    return AddresslessHeader.LOCAL;
  }

  /**
   * Returns a version 2 header for a stream connection, without vectors.
   *
   * <p>The transport is TCP4 for two IPv4 addresses, TCP6 for two IPv6 addresses or one of each (of
   * which the IPv4 address is mapped, R63), and UNIX_STREAM for two unix addresses.
   *
   * @param source the client's address: an {@link InetSocketAddress}, a {@link
   *     io.netty.channel.unix.DomainSocketAddress} or a {@link java.net.UnixDomainSocketAddress}
   * @param destination the address that the client connected to, of the same kinds
   * @throws IllegalArgumentException if an address is unresolved or of another kind, if only one of
   *     the two is a unix address, or if a unix path has more than 108 bytes, an unpaired surrogate
   *     or a NUL behind its first character
   */
  public static ProxyHeader of(SocketAddress source, SocketAddress destination) {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(destination, "destination");
    if (source instanceof InetSocketAddress from
        && destination instanceof InetSocketAddress to
        && !from.isUnresolved()
        && !to.isUnresolved()) {
      ProxyTransport transport = Addresses.streamTransport(from, to);
      return IpHeader.of(ProxyVersion.V2, transport, Tlvs.empty(), from, to);
    }
    return builder().source(source).destination(destination).build();
  }

  /**
   * Returns a builder of a version 2 header of the command PROXY, without addresses and vectors.
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the version. */
  public ProxyVersion version() {
    return ProxyVersion.of(version);
  }

  /** Returns the command, which is always PROXY in version 1. */
  public abstract ProxyCommand command();

  /**
   * Returns the transport. It is UNSPEC for LOCAL, for {@code UNKNOWN} of version 1, and for each
   * 14th byte of version 2 of which a half is unspecified (R35).
   */
  public ProxyTransport transport() {
    return ProxyTransport.ofCode(transport);
  }

  /**
   * Returns the vectors in the order in which they are on the wire. Version 1 has none.
   *
   * <p>The vectors of a received LOCAL or UNSPEC are looked for behind the addresses that are
   * skipped if the family has addresses and the header is long enough for them, and otherwise, or
   * if there are no vectors, right behind the length. There are none if neither place has whole
   * vectors up to the end of the header. Zeros in place of addresses are not taken for vectors of
   * type 0.
   */
  public Tlvs tlvs() {
    return tlvs;
  }

  /**
   * Returns the client's address, or {@code null} if {@link #hasAddresses()} is false.
   *
   * <p>The address is an {@link InetSocketAddress}, or for unix sockets a {@link
   * io.netty.channel.unix.DomainSocketAddress}, which starts with NUL for a name in Linux' abstract
   * namespace. An IPv4-mapped IPv6 address ({@code ::ffff:192.0.2.1}) is given out as the IPv4
   * address, so that rules on IPv4 addresses apply to it; {@link #transport()} stays TCP6 or UDP6.
   */
  public abstract @Nullable SocketAddress source();

  /**
   * Returns the address that the client connected to, or {@code null} if {@link #hasAddresses()} is
   * false. Its kind is that of {@link #source()}.
   */
  public abstract @Nullable SocketAddress destination();

  /** Returns whether there are addresses, so the command is PROXY and the transport not UNSPEC. */
  public abstract boolean hasAddresses();

  /** Returns whether there is a {@link TlvType#CRC32C} vector. */
  public boolean hasChecksum() {
    return tlvs.contains(TlvType.CRC32C);
  }

  /**
   * Returns a builder that starts from this header. If nothing is changed, {@link Builder#build()}
   * never fails, and returns an equal header except for the value of a checksum, which is computed
   * anew.
   *
   * <p>A transport that does not follow from the addresses, such as UDP4, is set in the builder. To
   * give the header addresses of another kind, set another transport or {@code null}.
   */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Appends the addresses as version 2 has them. */
  abstract void writeAddresses(ByteBuf out);

  /** Returns whether the addresses are the same bit by bit, given that the transports are. */
  abstract boolean sameAddresses(ProxyHeader other);

  /** Returns a hash code of all bits of the addresses. */
  abstract int addressesHashCode();

  /**
   * Returns whether the other object is a header with the same version, command, transport, vectors
   * and addresses, bit by bit. Two headers are equal exactly if they are written with the same
   * bytes, except that the checksum of a received header without addresses is computed anew when it
   * is written.
   */
  @Override
  public final boolean equals(Object o) {
    return this == o
        || (o instanceof ProxyHeader other
            && version == other.version
            && transport == other.transport
            && command() == other.command()
            && sameAddresses(other)
            && tlvs.equals(other.tlvs));
  }

  @Override
  public final int hashCode() {
    int hash = 31 * version + transport;
    hash = 31 * hash + (command() == ProxyCommand.LOCAL ? 1 : 0);
    hash = 31 * hash + addressesHashCode();
    return 31 * hash + tlvs.hashCode();
  }

  @Override
  public final String toString() {
    StringBuilder text = new StringBuilder(96);
    text.append(version()).append(' ').append(command()).append(' ').append(transport());
    SocketAddress source = source();
    SocketAddress destination = destination();
    if (source != null && destination != null) {
      text.append(' ').append(Addresses.toText(source));
      text.append(" -> ").append(Addresses.toText(destination));
    }
    if (!tlvs.isEmpty()) {
      text.append(' ').append(tlvs);
    }
    return text.toString();
  }

  /**
   * Builds a header; not safe for use by several threads at once.
   *
   * <p>{@link #build()} refuses every header for which there is no correct way to write it, so that
   * {@link ProxyHeaderWriter} writes no header wrongly.
   */
  public static final class Builder {
    // The header that toBuilder() was called on. A unix address of it that stays keeps its 108
    // bytes.
    private final @Nullable ProxyHeader origin;
    private final @Nullable SocketAddress originSource;
    private final @Nullable SocketAddress originDestination;

    private ProxyVersion version = ProxyVersion.V2;
    private ProxyCommand command = ProxyCommand.PROXY;
    private @Nullable ProxyTransport transport;
    private @Nullable SocketAddress source;
    private @Nullable SocketAddress destination;
    private Tlvs tlvs = Tlvs.empty();
    private @Nullable Boolean checksum;

    private Builder() {
      origin = null;
      originSource = null;
      originDestination = null;
    }

    private Builder(ProxyHeader origin) {
      this.origin = origin;
      originSource = origin.source();
      originDestination = origin.destination();
      version = origin.version();
      command = origin.command();
      source = originSource;
      destination = originDestination;
      tlvs = origin.tlvs();
      if (source != null && destination != null) {
        // A transport that follows from the addresses is not set, so that they can be replaced.
        ProxyTransport natural = Addresses.streamTransport(source, destination);
        transport = natural == origin.transport() ? null : origin.transport();
      }
    }

    /** Sets the version (default: version 2). */
    public Builder version(ProxyVersion version) {
      this.version = Objects.requireNonNull(version, "version");
      return this;
    }

    /** Sets the command (default: PROXY). LOCAL excludes addresses, and needs version 2. */
    public Builder command(ProxyCommand command) {
      this.command = Objects.requireNonNull(command, "command");
      return this;
    }

    /**
     * Sets the transport. If none is set, or {@code null}, it follows from the addresses: TCP4 for
     * two IPv4 addresses, TCP6 if one of them is IPv6, UNIX_STREAM for unix addresses, and UNSPEC
     * if there are none. With TCP6 and UDP6 an IPv4 address is mapped (R63).
     */
    public Builder transport(@Nullable ProxyTransport transport) {
      this.transport = transport;
      return this;
    }

    /**
     * Sets the client's address: a resolved {@link InetSocketAddress}, a {@link
     * io.netty.channel.unix.DomainSocketAddress}, a {@link java.net.UnixDomainSocketAddress}, or
     * {@code null} for none (default: none). The scope of an IPv6 address is left out (R18).
     */
    public Builder source(@Nullable SocketAddress source) {
      this.source = source;
      return this;
    }

    /** Sets the address that the client connected to, of the same kinds as {@link #source}. */
    public Builder destination(@Nullable SocketAddress destination) {
      this.destination = destination;
      return this;
    }

    /**
     * Sets the vectors (default: none), which need version 2. If there is a {@link TlvType#CRC32C}
     * vector, {@link #build()} computes the value of the first one, whatever is given here.
     *
     * <p>A header without addresses does not keep vectors that are nothing but 12 or more zeros: a
     * receiver could not tell them from addresses that are zeros.
     */
    public Builder tlvs(Tlvs tlvs) {
      this.tlvs = Objects.requireNonNull(tlvs, "tlvs");
      return this;
    }

    /**
     * Sets whether the header has a checksum (R45): {@code true} adds a {@link TlvType#CRC32C}
     * vector behind the others if there is none, and {@code false} removes all of them. If this
     * method is not called, the vectors stay as they are.
     */
    public Builder checksum(boolean checksum) {
      this.checksum = checksum;
      return this;
    }

    /**
     * Returns the header. The builder can be used further.
     *
     * <p>The vectors of a header that {@link ProxyHeader#toBuilder()} was called on are kept
     * although their length is wrong, because a reader does not judge the vectors of LOCAL and
     * UNSPEC. They are refused if addresses are added, and if {@code checksum(true)} finds a
     * checksum of another length than 4 bytes.
     *
     * @throws IllegalArgumentException if there is no correct way to write the header: version 1
     *     with UDP, unix sockets, vectors or LOCAL; an address that is missing, unresolved or of
     *     another kind; addresses with LOCAL or UNSPEC; a unix address beside an IP address; a
     *     transport that does not fit the addresses; a unix path of more than 108 bytes, with an
     *     unpaired surrogate, or with a NUL behind its first character; a {@link TlvType#UNIQUE_ID}
     *     of more than 128 bytes (R49); a first {@link TlvType#CRC32C} that has not 4 bytes (R45);
     *     more than 65,551 bytes in all (R62)
     */
    public ProxyHeader build() {
      Tlvs vectors = checksum == null ? tlvs : withChecksum(tlvs, checksum);
      ProxyTransport chosen = chooseTransport();
      if (version == ProxyVersion.V1) {
        checkText(chosen, vectors);
      }
      ProxyHeader header = create(chosen, vectors);
      if (vectors.isEmpty()) {
        return header;
      }
      checkVectors(vectors, chosen);
      if (ProxyHeaderWriter.length(header) > BinaryHeader.MAX_LENGTH) {
        throw new IllegalArgumentException(
            "tlvs: " + vectors.wireLength() + " bytes (expected: a header of at most 65551)");
      }
      return header.hasChecksum() ? create(chosen, Checksum.fill(header)) : header;
    }

    private ProxyTransport chooseTransport() {
      if ((source == null) != (destination == null)) {
        throw new IllegalArgumentException(
            (source == null ? "source" : "destination") + ": missing (expected: both addresses)");
      }
      if (source == null || destination == null) {
        if (transport != null && transport != ProxyTransport.UNSPEC) {
          throw new IllegalArgumentException(
              "transport: " + transport + " without addresses (expected: UNSPEC)");
        }
        return ProxyTransport.UNSPEC;
      }
      if (command == ProxyCommand.LOCAL) {
        throw new IllegalArgumentException("command: LOCAL with addresses (expected: PROXY)");
      }
      ProxyTransport natural = Addresses.streamTransport(source, destination);
      if (transport == null) {
        return natural;
      }
      boolean fits =
          switch (transport) {
            case UNSPEC -> false;
            case TCP4, UDP4 -> natural == ProxyTransport.TCP4;
            case TCP6, UDP6 -> natural != ProxyTransport.UNIX_STREAM;
            case UNIX_STREAM, UNIX_DGRAM -> natural == ProxyTransport.UNIX_STREAM;
          };
      if (!fits) {
        throw new IllegalArgumentException(
            "transport: " + transport + " with addresses of " + natural);
      }
      return transport;
    }

    private void checkText(ProxyTransport chosen, Tlvs vectors) {
      if (command == ProxyCommand.LOCAL) {
        throw new IllegalArgumentException("command: LOCAL in version 1 (expected: PROXY)");
      }
      if (chosen != ProxyTransport.UNSPEC
          && chosen != ProxyTransport.TCP4
          && chosen != ProxyTransport.TCP6) {
        throw new IllegalArgumentException(
            "transport: " + chosen + " in version 1 (expected: TCP4, TCP6 or UNSPEC)");
      }
      if (!vectors.isEmpty()) {
        throw new IllegalArgumentException("tlvs: not empty in version 1 (expected: none)");
      }
    }

    private ProxyHeader create(ProxyTransport chosen, Tlvs vectors) {
      if (source == null || destination == null) {
        return AddresslessHeader.of(version, command, vectors);
      }
      if (chosen.isUnix()) {
        return new UnixHeader(
            chosen, vectors, unixBytes("source", source), unixBytes("destination", destination));
      }
      return IpHeader.of(
          version, chosen, vectors, (InetSocketAddress) source, (InetSocketAddress) destination);
    }

    private byte[] unixBytes(String name, SocketAddress address) {
      if (origin instanceof UnixHeader unix) {
        if (address == originSource) {
          return unix.rawSource();
        }
        if (address == originDestination) {
          return unix.rawDestination();
        }
      }
      return Addresses.unixBytes(name, address);
    }

    private static Tlvs withChecksum(Tlvs vectors, boolean checksum) {
      if (vectors.contains(TlvType.CRC32C) == checksum) {
        return vectors;
      }
      Tlvs.Builder builder = Tlvs.builder();
      for (Tlv vector : vectors) {
        if (vector.type() != TlvType.CRC32C) {
          builder.add(vector);
        }
      }
      return checksum
          ? builder.add(TlvType.CRC32C, new byte[Checksum.LENGTH]).build()
          : builder.build();
    }

    /** Refuses vectors that a receiver would refuse, see {@link BinaryHeader}. */
    private void checkVectors(Tlvs vectors, ProxyTransport chosen) {
      for (Tlv id : vectors.all(TlvType.UNIQUE_ID)) {
        if (id.length() > BinaryHeader.MAX_UNIQUE_ID && !wasReceived(id, chosen)) {
          throw new IllegalArgumentException(
              "tlvs: a UNIQUE_ID of " + id.length() + " bytes (expected: at most 128)");
        }
      }
      Optional<Tlv> first = vectors.first(TlvType.CRC32C);
      if (first.isPresent()
          && first.get().length() != Checksum.LENGTH
          && (Boolean.TRUE.equals(checksum) || !wasReceived(first.get(), chosen))) {
        throw new IllegalArgumentException(
            "tlvs: a CRC32C of " + first.get().length() + " bytes (expected: 4)");
      }
    }

    /**
     * Returns whether a vector comes from the header that this builder was made from, and a
     * receiver would still not look at it.
     */
    private boolean wasReceived(Tlv vector, ProxyTransport chosen) {
      return origin != null
          && (chosen == ProxyTransport.UNSPEC || origin.hasAddresses())
          && origin.tlvs().all(vector.type()).contains(vector);
    }
  }
}
