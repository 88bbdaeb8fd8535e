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
import org.jspecify.annotations.Nullable;

/**
 * The vectors of a header in wire order, duplicates kept (rules R41 to R57). Immutable.
 *
 * <p>Every vector is there, {@link TlvType#CRC32C} and {@link TlvType#NOOP} included. A typed view
 * such as {@link #authority()} reads the first vector of its type (rule R56); it is empty where
 * there is none, and where the vector's bytes are malformed: not valid text, a control character, a
 * wrong size. The raw vector is there all the same. No view throws.
 *
 * <p>Vendors' types collide between clouds; {@link #awsVpcEndpointId()}, {@link
 * #azurePrivateEndpointLinkId()} and {@link #gcpPscConnectionId()} decode only when they are
 * called. Call the one of the cloud that you are behind.
 */
public final class Tlvs implements Iterable<Tlv> {
  /** The type and the length in front of each value. */
  static final int VECTOR_HEADER = 3;

  private static final Tlvs EMPTY = new Tlvs(new byte[0]);
  private static final int SHOWN_VECTORS = 16;
  private static final int AWS_VPC_ENDPOINT_ID = 0x01;
  private static final int AZURE_LINK_ID = 0x01;

  /** The vectors as on the wire; their framing is known to be right. */
  private final byte[] wire;

  private Tlvs(byte[] wire) {
    this.wire = wire;
  }

  /** Returns no vectors. */
  public static Tlvs empty() {
    return EMPTY;
  }

  /** Returns a builder without vectors. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Reads vectors that fill a range of a buffer exactly (rule R42). The bytes are copied once; the
   * buffer's indices stay as they are when it returns, but move meanwhile: no other thread may use
   * the buffer.
   *
   * @param in the buffer
   * @param index where the first vector starts, counted like the buffer's indices
   * @param length how many bytes the vectors take together, 0 or more; the range ends at the
   *     buffer's {@code writerIndex} at the latest
   * @return the vectors, or {@code null} if a vector overruns the range or one or two bytes are
   *     left over
   */
  public static @Nullable Tlvs read(ByteBuf in, int index, int length) {
    if (length == 0) {
      return EMPTY;
    }
    if (!isFramed(in, index, index + length)) {
      return null;
    }
    byte[] wire = new byte[length];
    int readerIndex = in.readerIndex();
    // Not getBytes: without Unsafe it makes a new view of a direct buffer at each call.
    in.readerIndex(index).readBytes(wire).readerIndex(readerIndex);
    return new Tlvs(wire);
  }

  private static boolean isFramed(ByteBuf in, int index, int end) {
    int at = index;
    while (end - at >= VECTOR_HEADER) {
      at += VECTOR_HEADER + in.getUnsignedShort(at + 1);
    }
    return at == end;
  }

  /** The sub-vectors that fill {@code wire} from an offset on, or null if they do not. */
  static @Nullable Tlvs readFrom(byte[] wire, int offset) {
    int at = offset;
    while (wire.length - at >= VECTOR_HEADER) {
      at += VECTOR_HEADER + valueLength(wire, at);
    }
    if (at != wire.length) {
      return null;
    }
    return new Tlvs(Arrays.copyOfRange(wire, offset, wire.length));
  }

  /** Returns how many vectors there are. */
  public int size() {
    int size = 0;
    for (int at = 0; at < wire.length; at = next(at)) {
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

  /** Appends the vectors as they are on the wire. */
  public void writeTo(ByteBuf out) {
    Objects.requireNonNull(out, "out").writeBytes(wire);
  }

  /** Returns a copy of the vectors as they are on the wire. */
  public byte[] toBytes() {
    return wire.clone();
  }

  /** Returns whether there is a vector of this type. */
  public boolean contains(int type) {
    return find(TlvType.check(type), 0) >= 0;
  }

  /**
   * Returns the first vector of a type.
   *
   * @throws IllegalArgumentException if the type is not within 0 to 255
   */
  public Optional<Tlv> first(int type) {
    int at = find(TlvType.check(type), 0);
    return at < 0 ? Optional.empty() : Optional.of(vector(at));
  }

  /**
   * Returns all vectors of a type in wire order; the list cannot be changed.
   *
   * @throws IllegalArgumentException if the type is not within 0 to 255
   */
  public List<Tlv> all(int type) {
    TlvType.check(type);
    List<Tlv> found = new ArrayList<>();
    for (int at = find(type, 0); at >= 0; at = find(type, next(at))) {
      found.add(vector(at));
    }
    return Collections.unmodifiableList(found);
  }

  /** Returns the application protocol, see {@link TlvType#ALPN}: bytes, not always text (R43). */
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
   * Returns the id of the VPC endpoint, such as {@code vpce-08d2bf15fac5001c9}, that AWS's Network
   * Load Balancer puts into {@link TlvType#AWS}, sub-type 1: letters, digits and hyphens.
   */
  public Optional<String> awsVpcEndpointId() {
    for (int at = find(TlvType.AWS, 0); at >= 0; at = find(TlvType.AWS, next(at))) {
      byte[] value = copyValue(at);
      if (value.length > 1 && value[0] == AWS_VPC_ENDPOINT_ID) {
        return Text.ascii(Arrays.copyOfRange(value, 1, value.length))
            .filter(id -> id.chars().allMatch(Tlvs::isLetterDigitOrHyphen));
      }
    }
    return Optional.empty();
  }

  /**
   * Returns the link id of the private endpoint that Azure's Private Link puts into {@link
   * TlvType#AZURE}, sub-type 1: 32 bits unsigned, little-endian on the wire.
   */
  public OptionalLong azurePrivateEndpointLinkId() {
    for (int at = find(TlvType.AZURE, 0); at >= 0; at = find(TlvType.AZURE, next(at))) {
      byte[] value = copyValue(at);
      if (value.length > 0 && value[0] == AZURE_LINK_ID) {
        return value.length == 5
            ? OptionalLong.of(Integer.reverseBytes(intAt(value, 1)) & 0xFFFF_FFFFL)
            : OptionalLong.empty();
      }
    }
    return OptionalLong.empty();
  }

  /**
   * Returns the connection id that Google Cloud's Private Service Connect puts into {@link
   * TlvType#GCP}: 64 bits unsigned in a {@code long}, big-endian on the wire; print it with {@link
   * Long#toUnsignedString(long)}.
   */
  public OptionalLong gcpPscConnectionId() {
    int at = find(TlvType.GCP, 0);
    if (at < 0 || valueLength(wire, at) != Long.BYTES) {
      return OptionalLong.empty();
    }
    byte[] value = copyValue(at);
    return OptionalLong.of((long) intAt(value, 0) << 32 | intAt(value, 4) & 0xFFFF_FFFFL);
  }

  /** Returns the vectors in wire order. */
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
        at = Tlvs.this.next(at);
        return vector;
      }
    };
  }

  /** Two are equal if they have the same vectors in the same order. */
  @Override
  public boolean equals(Object o) {
    return o instanceof Tlvs other && Arrays.equals(wire, other.wire);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(wire);
  }

  /** Returns the vectors, of which the first 16, as {@link Tlv#toString()}. */
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
    int at = find(type, 0);
    return at < 0 ? Optional.empty() : Optional.of(copyValue(at));
  }

  private int find(int type, int from) {
    for (int at = from; at < wire.length; at = next(at)) {
      if ((wire[at] & 0xFF) == type) {
        return at;
      }
    }
    return -1;
  }

  private Tlv vector(int at) {
    return Tlv.ofOwned(wire[at] & 0xFF, copyValue(at));
  }

  private byte[] copyValue(int at) {
    return Arrays.copyOfRange(wire, at + VECTOR_HEADER, next(at));
  }

  private int next(int at) {
    return at + VECTOR_HEADER + valueLength(wire, at);
  }

  private static int valueLength(byte[] wire, int at) {
    return (wire[at + 1] & 0xFF) << 8 | wire[at + 2] & 0xFF;
  }

  static int intAt(byte[] bytes, int at) {
    return bytes[at] << 24
        | (bytes[at + 1] & 0xFF) << 16
        | (bytes[at + 2] & 0xFF) << 8
        | bytes[at + 3] & 0xFF;
  }

  private static boolean isLetterDigitOrHyphen(int c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-';
  }

  /**
   * Builds vectors in the order of the calls; not safe for use by several threads at once.
   *
   * <p>A setter adds a vector behind those that are there; to replace a vector, build anew. All
   * vectors of a header together have at most 65,535 bytes with its addresses; the header's builder
   * checks that.
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
      int end = Math.addExact(length, VECTOR_HEADER + value.length);
      if (end > wire.length) {
        wire = Arrays.copyOf(wire, Math.max(end, 2 * wire.length));
      }
      wire[length] = (byte) type;
      wire[length + 1] = (byte) (value.length >> 8);
      wire[length + 2] = (byte) value.length;
      System.arraycopy(value, 0, wire, length + VECTOR_HEADER, value.length);
      length = end;
      return this;
    }

    /** Adds a vector. */
    public Builder add(Tlv vector) {
      Objects.requireNonNull(vector, "vector");
      return add(vector.type(), vector.value());
    }

    /** Adds all vectors of another. */
    public Builder addAll(Tlvs vectors) {
      Objects.requireNonNull(vectors, "vectors").forEach(this::add);
      return this;
    }

    /** Adds {@link TlvType#ALPN}. */
    public Builder alpn(byte[] protocol) {
      return add(TlvType.ALPN, Objects.requireNonNull(protocol, "alpn"));
    }

    /**
     * Adds {@link TlvType#AUTHORITY}.
     *
     * @throws IllegalArgumentException if the name holds a control character or an unpaired
     *     surrogate
     */
    public Builder authority(String hostName) {
      return add(TlvType.AUTHORITY, Text.encodeUtf8("authority", hostName));
    }

    /**
     * Adds {@link TlvType#UNIQUE_ID}.
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
     * Adds {@link TlvType#NETNS}.
     *
     * @throws IllegalArgumentException if the name is not US-ASCII text without control characters
     */
    public Builder netns(String name) {
      return add(TlvType.NETNS, Text.encodeAscii("netns", name));
    }

    /**
     * Adds {@link TlvType#SSL}.
     *
     * @throws IllegalArgumentException if it takes more than 65,535 bytes
     */
    public Builder ssl(SslInfo info) {
      return add(TlvType.SSL, Objects.requireNonNull(info, "ssl").toBytes());
    }

    /**
     * Adds {@link TlvType#AWS} with sub-type 1.
     *
     * @throws IllegalArgumentException if the id is empty or holds other characters than letters,
     *     digits and hyphens
     */
    public Builder awsVpcEndpointId(String id) {
      Objects.requireNonNull(id, "awsVpcEndpointId");
      if (id.isEmpty() || !id.chars().allMatch(Tlvs::isLetterDigitOrHyphen)) {
        throw new IllegalArgumentException(
            "awsVpcEndpointId: (expected: letters, digits and hyphens)");
      }
      byte[] text = Text.encodeAscii("awsVpcEndpointId", id);
      byte[] value = new byte[1 + text.length];
      value[0] = AWS_VPC_ENDPOINT_ID;
      System.arraycopy(text, 0, value, 1, text.length);
      return add(TlvType.AWS, value);
    }

    /**
     * Adds {@link TlvType#AZURE} with sub-type 1.
     *
     * @throws IllegalArgumentException if the id is not within 0 to 4,294,967,295
     */
    public Builder azurePrivateEndpointLinkId(long id) {
      if (id < 0 || id > 0xFFFF_FFFFL) {
        throw new IllegalArgumentException(
            "azurePrivateEndpointLinkId: " + id + " (expected: 0 to 4294967295)");
      }
      return add(
          TlvType.AZURE,
          new byte[] {
            AZURE_LINK_ID, (byte) id, (byte) (id >> 8), (byte) (id >> 16), (byte) (id >> 24)
          });
    }

    /** Adds {@link TlvType#GCP}; all 64 bits of the {@code long} are taken as they are. */
    public Builder gcpPscConnectionId(long id) {
      byte[] value = new byte[Long.BYTES];
      for (int i = 0; i < Long.BYTES; i++) {
        value[i] = (byte) (id >> 8 * (Long.BYTES - 1 - i));
      }
      return add(TlvType.GCP, value);
    }

    /** Returns the vectors; the builder may be used on. */
    public Tlvs build() {
      return length == 0 ? EMPTY : new Tlvs(Arrays.copyOf(wire, length));
    }
  }
}
