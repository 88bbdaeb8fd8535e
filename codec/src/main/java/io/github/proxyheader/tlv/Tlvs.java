/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.tlv;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringJoiner;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The vectors of a header, in the order in which they are on the wire (rules R41 to R57).
 * Immutable.
 *
 * <p>Every vector is there, {@link TlvType#CRC32C} and {@link TlvType#NOOP} included, and so are
 * several vectors of one type. A typed view such as {@link #authority()} shows the first vector of
 * its type (rule R56). A view is empty if there is no such vector, or if the bytes of the vector
 * are malformed: they are no valid text, hold a control character or have the wrong size. The raw
 * vector is there in any case, and no view throws an exception because of bytes that a peer has
 * sent.
 *
 * <p>Vendors share their types (rule R53), so that the first vector of a type may be another
 * vendor's. {@link #awsVpcEndpointId()}, {@link #azurePrivateEndpointLinkId()}, {@link
 * #gcpPscConnectionId()} and {@link #vendor} therefore show the first vector of their type that
 * they can read. Call only the view of the vendor whose load balancer the server stands behind,
 * because a vector of another vendor can look like one of its own.
 */
public final class Tlvs implements Iterable<Tlv> {
  private static final Tlvs EMPTY = new Tlvs(new byte[0]);
  private static final int SHOWN_VECTORS = 16;

  /** The bytes of the vectors as they are on the wire. They are known to be whole vectors. */
  private final byte[] wire;

  private Tlvs(byte[] wire) {
    this.wire = wire;
  }

  /** Returns an instance without vectors. */
  public static Tlvs empty() {
    return EMPTY;
  }

  /** Returns a builder without vectors. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Reads vectors that fill a range of a buffer exactly (rule R42), and copies their bytes.
   *
   * <p>The buffer's indices are the same after the call as before it, also if an exception is
   * thrown. They change during the call, so no other thread may use the buffer meanwhile.
   *
   * @param in the buffer
   * @param index where the first vector starts, counted as the buffer's indices are
   * @param length how many bytes the vectors take together
   * @return the vectors, or {@code null} if a vector is longer than what is left of the range, or
   *     if one or two bytes are left over behind the last vector
   * @throws IndexOutOfBoundsException if the index or the length is negative, or if the range ends
   *     behind the buffer's {@code writerIndex}
   */
  public static @Nullable Tlvs read(ByteBuf in, int index, int length) {
    Objects.checkFromIndexSize(index, length, in.writerIndex());
    if (length == 0) {
      return EMPTY;
    }
    if (!Framing.isWhole(in, index, index + length)) {
      return null;
    }
    byte[] wire = new byte[length];
    int readerIndex = in.readerIndex();
    try {
      // Not getBytes: without Unsafe it makes a new view of a direct buffer at each call.
      in.readerIndex(index).readBytes(wire);
    } finally {
      in.readerIndex(readerIndex);
    }
    return new Tlvs(wire);
  }

  /** Returns how many vectors there are. */
  public int size() {
    int size = 0;
    for (int at = 0; at < wire.length; at = Framing.next(wire, at)) {
      size++;
    }
    return size;
  }

  /** Returns whether there is no vector. */
  public boolean isEmpty() {
    return wire.length == 0;
  }

  /** Returns how many bytes the vectors take on the wire. */
  public int wireLength() {
    return wire.length;
  }

  /** Appends the vectors to a buffer, as they are on the wire. */
  public void writeTo(ByteBuf out) {
    Objects.requireNonNull(out, "out").writeBytes(wire);
  }

  /** Returns a copy of the vectors as they are on the wire. */
  public byte[] toBytes() {
    return wire.clone();
  }

  /**
   * Returns whether there is a vector of a type.
   *
   * @throws IllegalArgumentException if the type is not within 0 to 255
   */
  public boolean contains(int type) {
    return Framing.find(wire, TlvType.check(type), 0) >= 0;
  }

  /**
   * Returns the first vector of a type.
   *
   * @throws IllegalArgumentException if the type is not within 0 to 255
   */
  public Optional<Tlv> first(int type) {
    int at = Framing.find(wire, TlvType.check(type), 0);
    return at < 0 ? Optional.empty() : Optional.of(vector(at));
  }

  /**
   * Returns all vectors of a type, in the order in which they are on the wire. The list cannot be
   * changed.
   *
   * @throws IllegalArgumentException if the type is not within 0 to 255
   */
  public List<Tlv> all(int type) {
    TlvType.check(type);
    List<Tlv> found = new ArrayList<>();
    for (int at = Framing.find(wire, type, 0);
        at >= 0;
        at = Framing.find(wire, type, Framing.next(wire, at))) {
      found.add(vector(at));
    }
    return Collections.unmodifiableList(found);
  }

  /** Returns the application protocol, see {@link TlvType#ALPN}. It need not be text (R43). */
  public Optional<byte[]> alpn() {
    return value(TlvType.ALPN);
  }

  /** Returns the host name that the client asked for, see {@link TlvType#AUTHORITY} (R44). */
  public Optional<String> authority() {
    return value(TlvType.AUTHORITY).flatMap(Text::utf8);
  }

  /** Returns the connection's identifier of at most 128 bytes, see {@link TlvType#UNIQUE_ID}. */
  public Optional<byte[]> uniqueId() {
    return value(TlvType.UNIQUE_ID).filter(id -> id.length <= Builder.MAX_UNIQUE_ID);
  }

  /** Returns the name of the network namespace, see {@link TlvType#NETNS} (R52). */
  public Optional<String> netns() {
    return value(TlvType.NETNS).flatMap(Text::ascii);
  }

  /** Returns what is known of the client's TLS connection, see {@link TlvType#SSL} (R50, R51). */
  public Optional<SslInfo> ssl() {
    return value(TlvType.SSL).flatMap(SslInfo::parse);
  }

  /**
   * Returns the first vector of a type as text: UTF-8 without control characters and line
   * separators, as {@link #authority()} checks it. The result is empty if there is no such vector,
   * or if its bytes are anything else.
   *
   * @param type 0 to 255
   * @throws IllegalArgumentException if the type is not within 0 to 255
   */
  public Optional<String> text(int type) {
    return value(TlvType.check(type)).flatMap(Text::utf8);
  }

  /**
   * Returns the value behind a sub-type, for vendors that put a sub-type into the first byte of
   * their vectors, as with {@link TlvType#AWS}, {@link TlvType#AZURE} and {@link TlvType#ALIBABA}.
   * The first vector of the type that starts with the sub-type counts, and others are skipped.
   *
   * @param type 0 to 255
   * @param subType 0 to 255
   * @return a copy of the value without its first byte, which has no bytes if nothing follows the
   *     sub-type
   * @throws IllegalArgumentException if the type or the sub-type is not within 0 to 255
   */
  public Optional<byte[]> vendor(int type, int subType) {
    TlvType.check(type);
    TlvType.check("subType", subType);
    return firstOf(type, value -> Vendors.ofSubType(value, subType));
  }

  /**
   * Returns the id of the VPC endpoint, such as {@code vpce-08d2bf15fac5001c9}, that AWS's Network
   * Load Balancer puts into {@link TlvType#AWS}, sub-type 1: letters, digits and hyphens.
   */
  public Optional<String> awsVpcEndpointId() {
    return firstOf(TlvType.AWS, Vendors::readAwsVpcEndpointId);
  }

  /**
   * Returns the link id of the private endpoint that Azure's Private Link puts into {@link
   * TlvType#AZURE}, sub-type 1: 32 bits unsigned, little-endian on the wire.
   */
  public OptionalLong azurePrivateEndpointLinkId() {
    return toOptionalLong(firstOf(TlvType.AZURE, Vendors::readAzureLinkId));
  }

  /**
   * Returns the connection id that Google Cloud's Private Service Connect puts into {@link
   * TlvType#GCP}: 64 bits unsigned in a {@code long}, big-endian on the wire; print it with {@link
   * Long#toUnsignedString(long)}.
   */
  public OptionalLong gcpPscConnectionId() {
    return toOptionalLong(firstOf(TlvType.GCP, Vendors::readGcpConnectionId));
  }

  /**
   * Returns what a view makes of the first vector of a type that it can read. Vectors in front of
   * that one may be other vendors'.
   */
  private <T> Optional<T> firstOf(int type, Function<byte[], Optional<T>> view) {
    for (Tlv vector : all(type)) {
      Optional<T> read = view.apply(vector.ownedValue());
      if (read.isPresent()) {
        return read;
      }
    }
    return Optional.empty();
  }

  private static OptionalLong toOptionalLong(Optional<Long> number) {
    return number.isPresent() ? OptionalLong.of(number.get()) : OptionalLong.empty();
  }

  /** Returns an iterator over the vectors, in the order in which they are on the wire. */
  @Override
  public Iterator<Tlv> iterator() {
    return new Iterator<>() {
      private int at;

      @Override
      public boolean hasNext() {
        return at < wire.length;
      }

      @Override
      public Tlv next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Tlv vector = vector(at);
        at = Framing.next(wire, at);
        return vector;
      }
    };
  }

  /** Returns whether the other object has the same vectors in the same order. */
  @Override
  public boolean equals(Object o) {
    return o instanceof Tlvs other && Arrays.equals(wire, other.wire);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(wire);
  }

  /**
   * Returns the first 16 vectors as {@link Tlv#toString()} does, and their number if it is larger.
   */
  @Override
  public String toString() {
    StringJoiner joiner = new StringJoiner(", ", "[", "]");
    int shown = 0;
    for (Tlv vector : this) {
      if (shown++ == SHOWN_VECTORS) {
        joiner.add("... (" + size() + " vectors)");
        break;
      }
      joiner.add(vector.toString());
    }
    return joiner.toString();
  }

  private Optional<byte[]> value(int type) {
    int at = Framing.find(wire, type, 0);
    return at < 0 ? Optional.empty() : Optional.of(Framing.value(wire, at));
  }

  private Tlv vector(int at) {
    return Tlv.ofOwned(wire[at] & 0xFF, Framing.value(wire, at));
  }

  /**
   * Builds a {@link Tlvs} with the vectors in the order of the calls; not safe for use by several
   * threads at once.
   *
   * <p>Each method adds to the vectors that are there, and replaces none of them. The vectors and
   * the addresses of a header have at most 65,535 bytes together, which the header's builder
   * checks.
   */
  public static final class Builder {
    static final int MAX_UNIQUE_ID = 128;

    private byte[] wire = new byte[64];
    private int length;

    private Builder() {}

    /**
     * Adds a vector.
     *
     * @param type 0 to 255
     * @param value at most 65,535 bytes; copied
     * @throws IllegalArgumentException if the type is not within 0 to 255 or the value is too long
     */
    public Builder add(int type, byte[] value) {
      TlvType.check(type);
      Tlv.checkLength(value);
      int at = reserve(Framing.VECTOR_HEADER + value.length);
      wire[at] = (byte) type;
      wire[at + 1] = (byte) (value.length >> 8);
      wire[at + 2] = (byte) value.length;
      System.arraycopy(value, 0, wire, at + Framing.VECTOR_HEADER, value.length);
      return this;
    }

    /** Adds a vector. */
    public Builder add(Tlv vector) {
      Objects.requireNonNull(vector, "vector");
      return add(vector.type(), vector.ownedValue());
    }

    /** Adds all of the given vectors in their order. */
    public Builder addAll(Tlvs vectors) {
      byte[] others = Objects.requireNonNull(vectors, "vectors").wire;
      int at = reserve(others.length);
      System.arraycopy(others, 0, wire, at, others.length);
      return this;
    }

    /** Makes room for more bytes, and returns where they start. */
    private int reserve(int bytes) {
      int at = length;
      int end = Math.addExact(at, bytes);
      if (end > wire.length) {
        wire = Arrays.copyOf(wire, Math.max(end, 2 * wire.length));
      }
      length = end;
      return at;
    }

    /** Adds a vector of the type {@link TlvType#ALPN}. */
    public Builder alpn(byte[] protocol) {
      return add(TlvType.ALPN, Objects.requireNonNull(protocol, "alpn"));
    }

    /**
     * Adds a vector of the type {@link TlvType#AUTHORITY}.
     *
     * @throws IllegalArgumentException if the name holds a control character, a line separator or
     *     an unpaired surrogate, or has more than 65,535 bytes in UTF-8
     */
    public Builder authority(String hostName) {
      return add(TlvType.AUTHORITY, Text.encodeUtf8("authority", hostName));
    }

    /**
     * Adds a vector of the type {@link TlvType#UNIQUE_ID}.
     *
     * @throws IllegalArgumentException if the id is longer than 128 bytes
     */
    public Builder uniqueId(byte[] id) {
      Objects.requireNonNull(id, "uniqueId");
      if (id.length > MAX_UNIQUE_ID) {
        throw new IllegalArgumentException(
            "uniqueId: " + id.length + " bytes (expected: at most " + MAX_UNIQUE_ID + ")");
      }
      return add(TlvType.UNIQUE_ID, id);
    }

    /**
     * Adds a vector of the type {@link TlvType#NETNS}.
     *
     * @throws IllegalArgumentException if the name is not US-ASCII text without control characters
     */
    public Builder netns(String name) {
      return add(TlvType.NETNS, Text.encodeAscii("netns", name));
    }

    /**
     * Adds a vector of the type {@link TlvType#SSL}.
     *
     * @throws IllegalArgumentException if it takes more than 65,535 bytes
     */
    public Builder ssl(SslInfo info) {
      return add(TlvType.SSL, Objects.requireNonNull(info, "ssl").toBytes());
    }

    /**
     * Adds a vector of the type {@link TlvType#AWS} with the sub-type 1.
     *
     * @throws IllegalArgumentException if the id is empty or holds other characters than letters,
     *     digits and hyphens
     */
    public Builder awsVpcEndpointId(String id) {
      return add(TlvType.AWS, Vendors.writeAwsVpcEndpointId(id));
    }

    /**
     * Adds a vector of the type {@link TlvType#AZURE} with the sub-type 1.
     *
     * @throws IllegalArgumentException if the id is not within 0 to 4,294,967,295
     */
    public Builder azurePrivateEndpointLinkId(long id) {
      return add(TlvType.AZURE, Vendors.writeAzureLinkId(id));
    }

    /** Adds a vector of the type {@link TlvType#GCP}, with the 64 bits of the {@code long}. */
    public Builder gcpPscConnectionId(long id) {
      return add(TlvType.GCP, Vendors.writeGcpConnectionId(id));
    }

    /** Returns the vectors. The builder can be used further. */
    public Tlvs build() {
      return length == 0 ? EMPTY : new Tlvs(Arrays.copyOf(wire, length));
    }
  }
}
