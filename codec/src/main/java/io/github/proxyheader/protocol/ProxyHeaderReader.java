/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import static io.github.proxyheader.protocol.ProxyHeaderException.Reason;

import io.netty.buffer.ByteBuf;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a header of either version from the start of a buffer. A reader is immutable and safe for
 * use by all channels and threads at once.
 *
 * <p>The reader keeps no state between calls. If it needs more bytes, call it again with all bytes
 * when more of them have come. It reads any buffer of Netty's default byte order, from any reader
 * index, and keeps no reference to the buffer.
 */
public final class ProxyHeaderReader {
  private static final ProxyHeaderReader STANDARD = builder().build();

  private final boolean readsV1;
  private final boolean readsV2;
  private final int maxHeaderSize;
  private final boolean verifyChecksum;
  private final boolean allowMixedFamilies;

  /** One bit for each transport that a header of the command PROXY may have. */
  private final EnumSet<ProxyTransport> transports;

  private ProxyHeaderReader(Builder builder) {
    readsV1 = builder.versions.contains(ProxyVersion.V1);
    readsV2 = builder.versions.contains(ProxyVersion.V2);
    maxHeaderSize = builder.maxHeaderSize;
    verifyChecksum = builder.verifyChecksum;
    allowMixedFamilies = builder.allowMixedFamilies;
    transports = EnumSet.copyOf(builder.transports);
    if (builder.acceptUnspec) {
      transports.add(ProxyTransport.UNSPEC);
    }
  }

  /** Returns the reader with all defaults of {@link Builder}. */
  public static ProxyHeaderReader standard() {
    return STANDARD;
  }

  /** Returns a builder with the defaults that its methods name. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Reads the header that the readable bytes start with, and moves the reader index behind it. The
   * reader index stays where it is if {@code null} is returned or an exception is thrown.
   *
   * @return the header, or {@code null} if the bytes so far can be the start of a header
   * @throws ProxyHeaderException if the bytes cannot become a header that this reader accepts. It
   *     is thrown at the first byte that no such header can have in its place, without waiting for
   *     the bytes behind it
   */
  public @Nullable ProxyHeader read(ByteBuf in) {
    if (in.readableBytes() >= BinaryHeader.FIXED_PART) { // This is the usual case, kept short.
      long first = in.getLong(in.readerIndex());
      if (Signature.isBinary(first, in)) {
        return readBinary(in);
      }
      if (Signature.isText(first)) {
        return readText(in);
      }
    }
    return switch (Signature.detect(in)) {
      case UNDECIDED -> null;
      case ABSENT -> throw new ProxyHeaderException(Reason.MISSING, "no PROXY protocol header");
      case PRESENT -> Signature.isText(in) ? readText(in) : readBinary(in);
    };
  }

  /**
   * Returns whether the readable bytes start with a header, valid or not. This is decided at the
   * first byte that differs from the start of both versions (R15). A header of a version that this
   * reader is set not to read is present, too; {@link #read} refuses it as {@link Reason#VERSION}.
   */
  public HeaderPresence detect(ByteBuf in) {
    return Signature.detect(in);
  }

  /** Returns how many bytes a header that is accepted may have in all. */
  public int maxHeaderSize() {
    return maxHeaderSize;
  }

  boolean verifyChecksum() {
    return verifyChecksum;
  }

  boolean allowMixedFamilies() {
    return allowMixedFamilies;
  }

  /** Returns whether a header of the command PROXY may have this transport. */
  boolean accepts(ProxyTransport transport) {
    return transports.contains(transport);
  }

  private @Nullable ProxyHeader readText(ByteBuf in) {
    if (!readsV1) {
      throw new ProxyHeaderException(Reason.VERSION, "version 1 is not accepted");
    }
    return TextHeader.read(in, this);
  }

  private @Nullable ProxyHeader readBinary(ByteBuf in) {
    if (!readsV2) {
      throw new ProxyHeaderException(Reason.VERSION, "version 2 is not accepted");
    }
    return BinaryHeader.read(in, this);
  }

  /** Builds a reader; not safe for use by several threads at once. */
  public static final class Builder {
    private Set<ProxyVersion> versions = EnumSet.allOf(ProxyVersion.class);
    private int maxHeaderSize = 4_112;
    private boolean verifyChecksum = true;
    private boolean acceptUnspec = true;
    private boolean allowMixedFamilies;
    private Set<ProxyTransport> transports =
        EnumSet.complementOf(EnumSet.of(ProxyTransport.UNSPEC));

    private Builder() {}

    /**
     * Sets which versions are read (default: both).
     *
     * @throws IllegalArgumentException if none is given
     */
    public Builder versions(ProxyVersion... versions) {
      Objects.requireNonNull(versions, "versions");
      EnumSet<ProxyVersion> set = EnumSet.noneOf(ProxyVersion.class);
      for (ProxyVersion version : versions) {
        set.add(Objects.requireNonNull(version, "version"));
      }
      if (set.isEmpty()) {
        throw new IllegalArgumentException("versions: none (expected: one or both)");
      }
      this.versions = set;
      return this;
    }

    /**
     * Sets how many bytes a header may have in all, from its first byte to its last (default:
     * 4,112). A version 2 header that announces more is refused at its 16th byte. A version 1 line
     * has at most 107 bytes in any case.
     *
     * @param maxHeaderSize 16 to 65,551
     * @throws IllegalArgumentException if the size is outside of that range
     */
    public Builder maxHeaderSize(int maxHeaderSize) {
      if (maxHeaderSize < BinaryHeader.FIXED_PART || maxHeaderSize > BinaryHeader.MAX_LENGTH) {
        throw new IllegalArgumentException(
            "maxHeaderSize: " + maxHeaderSize + " (expected: 16 to 65551)");
      }
      this.maxHeaderSize = maxHeaderSize;
      return this;
    }

    /**
     * Sets whether the checksum of a header is verified (default: true, R46). A header without a
     * checksum is accepted in either case.
     */
    public Builder verifyChecksum(boolean verifyChecksum) {
      this.verifyChecksum = verifyChecksum;
      return this;
    }

    /**
     * Sets whether a header of the command PROXY that has no addresses is accepted (default: true,
     * R26 and R35): UNSPEC in version 2, and {@code UNKNOWN} in version 1. Such a header is refused
     * as {@link Reason#TRANSPORT} otherwise. LOCAL is accepted in either case (R32).
     */
    public Builder acceptUnspec(boolean acceptUnspec) {
      this.acceptUnspec = acceptUnspec;
      return this;
    }

    /**
     * Sets the transports that a header of the command PROXY may have (default: all). A header with
     * another one is refused as {@link Reason#TRANSPORT} at the byte that names it: the 14th byte
     * in version 2, and in version 1 the digit of {@code TCP4} or {@code TCP6}, or already the
     * {@code T} if neither is accepted.
     *
     * <p>A server whose code expects each address to be an {@link java.net.InetSocketAddress} sets
     * the IP transports here, and is then never given the address of a unix socket. LOCAL is always
     * accepted (R32), and {@link #acceptUnspec} decides about headers without addresses.
     *
     * @throws IllegalArgumentException if no transport is given, or {@link ProxyTransport#UNSPEC}
     */
    public Builder transports(ProxyTransport... transports) {
      Objects.requireNonNull(transports, "transports");
      EnumSet<ProxyTransport> set = EnumSet.noneOf(ProxyTransport.class);
      for (ProxyTransport transport : transports) {
        set.add(Objects.requireNonNull(transport, "transport"));
      }
      if (set.isEmpty()) {
        throw new IllegalArgumentException("transports: none (expected: at least one)");
      }
      if (set.contains(ProxyTransport.UNSPEC)) {
        throw new IllegalArgumentException("transports: UNSPEC (expected: set by acceptUnspec)");
      }
      this.transports = set;
      return this;
    }

    /**
     * Sets whether the addresses of a version 1 line may be of the other family than its protocol
     * (default: false, R19): IPv4 addresses in a TCP6 line, and IPv4-mapped IPv6 addresses ({@code
     * ::ffff:192.0.2.1}) in a TCP4 line. They are read as the IPv4 addresses that they mean. nginx
     * sends such lines if its realip module has replaced the client's address by one of another
     * family than the address that the client connected to.
     *
     * <p>How such an address was written is not kept: if both addresses of the line are IPv4, the
     * header's transport is TCP4, otherwise TCP6, and it is written again accordingly. Both the
     * protocol that the line names and the header's transport must be among {@link #transports}.
     */
    public Builder allowMixedFamilies(boolean allowMixedFamilies) {
      this.allowMixedFamilies = allowMixedFamilies;
      return this;
    }

    /** Returns the reader. The builder can be used further. */
    public ProxyHeaderReader build() {
      return new ProxyHeaderReader(this);
    }
  }
}
