/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import static io.github.proxyheader.protocol.ProxyHeaderException.Reason;

import io.github.proxyheader.tlv.TlvType;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Reads version 2 (rules R29 to R57). The caller has found the signature. */
final class BinaryHeader {
  /** The length of the part in front of the addresses: 12 bytes of signature and 4 others. */
  static final int FIXED_PART = 16;

  /** The length of the longest header (R62). */
  static final int MAX_LENGTH = FIXED_PART + 0xFFFF;

  /** How many bytes the type and the length in front of a vector's value take. */
  static final int VECTOR_HEADER = 3;

  /** The length of the longest UNIQUE_ID (R49). */
  static final int MAX_UNIQUE_ID = 128;

  /** The version in the upper half of the 13th byte (R30). */
  static final int VERSION = 2;

  /** A type that the protocol text does not assign. Zeros could be read as vectors of this type. */
  static final int UNASSIGNED_TYPE = 0;

  private BinaryHeader() {}

  /**
   * Returns the header, or null if it is not complete and nothing is wrong so far. Each byte is
   * checked as soon as it is there.
   */
  static @Nullable ProxyHeader read(ByteBuf in, ProxyHeaderReader reader) {
    int start = in.readerIndex();
    int readable = in.readableBytes();
    if (readable < 13) {
      return null;
    }
    boolean local = readCommand(in.getUnsignedByte(start + 12));
    if (readable < 14) {
      return null;
    }
    int code = in.getUnsignedByte(start + 13);
    ProxyTransport transport = local ? ProxyTransport.UNSPEC : readTransport(code, reader);
    if (readable < FIXED_PART) {
      return null;
    }
    int length = in.getUnsignedShort(start + 14);
    if (length < transport.addressLength()) {
      throw new ProxyHeaderException(
          Reason.LENGTH, "the announced length is too short for the family");
    }
    if (FIXED_PART + length > reader.maxHeaderSize()) {
      throw new ProxyHeaderException(
          Reason.TOO_LONG, "the header is longer than " + reader.maxHeaderSize() + " bytes");
    }
    if (readable < FIXED_PART + length) {
      return null;
    }
    ProxyHeader header =
        transport == ProxyTransport.UNSPEC
            ? readAddressless(in, start, length, local, code)
            : readProxied(in, start, length, transport, reader.verifyChecksum());
    in.skipBytes(FIXED_PART + length);
    return header;
  }

  /** Returns whether the command is LOCAL. */
  private static boolean readCommand(int versionAndCommand) {
    if (versionAndCommand >> 4 != VERSION) {
      throw new ProxyHeaderException(Reason.VERSION, "the version of the binary header is not 2");
    }
    int command = versionAndCommand & 0xF;
    if (command > 1) {
      throw new ProxyHeaderException(Reason.COMMAND, "the command is neither LOCAL nor PROXY");
    }
    return command == 0;
  }

  private static ProxyTransport readTransport(int code, ProxyHeaderReader reader) {
    if (!ProxyTransport.isAssigned(code)) {
      throw new ProxyHeaderException(
          Reason.TRANSPORT, "the address family or the transport is not assigned");
    }
    ProxyTransport transport = ProxyTransport.ofCode(code);
    if (!reader.accepts(transport)) {
      throw new ProxyHeaderException(
          Reason.TRANSPORT,
          transport == ProxyTransport.UNSPEC
              ? "the address family or the transport is unspecified"
              : "the transport of the header is not accepted");
    }
    return transport;
  }

  private static ProxyHeader readProxied(
      ByteBuf in, int start, int length, ProxyTransport transport, boolean verifyChecksum) {
    int at = start + FIXED_PART;
    int end = at + length;
    int tlvStart = at + transport.addressLength();
    Tlvs tlvs = Tlvs.read(in, tlvStart, end - tlvStart);
    if (tlvs == null) {
      throw new ProxyHeaderException(
          Reason.TLV, "the TLV vectors do not end where the header ends");
    }
    if (tlvStart < end) {
      checkVectors(in, start, tlvStart, end, verifyChecksum);
    }
    if (transport.isIpv4()) {
      long addresses = in.getLong(at);
      return new Ipv4Header(
          ProxyVersion.V2,
          transport,
          tlvs,
          (int) (addresses >> 32),
          (int) addresses,
          in.getInt(at + 8));
    }
    if (transport.isIpv6()) {
      return new Ipv6Header(
          ProxyVersion.V2,
          transport,
          tlvs,
          in.getLong(at),
          in.getLong(at + 8),
          in.getLong(at + 16),
          in.getLong(at + 24),
          in.getInt(at + 32));
    }
    byte[] source = new byte[UnixHeader.PATH_LENGTH];
    byte[] destination = new byte[UnixHeader.PATH_LENGTH];
    in.getBytes(at, source).getBytes(at + UnixHeader.PATH_LENGTH, destination);
    return new UnixHeader(transport, tlvs, source, destination);
  }

  /** Checks what the types of vectors demand: the length of a UNIQUE_ID, and the checksum. */
  private static void checkVectors(
      ByteBuf in, int start, int tlvStart, int end, boolean verifyChecksum) {
    int checksum = -1;
    int at = tlvStart;
    while (at < end) {
      int type = in.getByte(at);
      int valueLength = in.getUnsignedShort(at + 1);
      if (type == TlvType.UNIQUE_ID && valueLength > MAX_UNIQUE_ID) {
        throw new ProxyHeaderException(Reason.TLV, "the unique id is longer than 128 bytes");
      }
      if (type == TlvType.CRC32C && checksum < 0) {
        checksum = at + VECTOR_HEADER;
      }
      at += VECTOR_HEADER + valueLength;
    }
    if (verifyChecksum && checksum >= 0 && !Checksum.isRight(in, start, checksum, end)) {
      throw new ProxyHeaderException(Reason.CHECKSUM, "the checksum does not match");
    }
  }

  /** R32, R35: Skips the addresses, whatever they are, and looks for vectors. */
  private static ProxyHeader readAddressless(
      ByteBuf in, int start, int length, boolean local, int code) {
    return AddresslessHeader.of(
        ProxyVersion.V2,
        local ? ProxyCommand.LOCAL : ProxyCommand.PROXY,
        findVectors(in, start + FIXED_PART, length, code));
  }

  /**
   * Finds the vectors of a header whose addresses do not count. Some senders put them behind
   * addresses, and others right behind the length: AWS does so although it names the family of
   * IPv4.
   *
   * <p>Zeros could be read as empty vectors of type 0, which is not assigned. They are addresses,
   * or belong to the value of a NOOP that is read from its middle. If there is a vector of type 0
   * in one place, the vectors are therefore not there.
   */
  private static Tlvs findVectors(ByteBuf in, int at, int length, int code) {
    if (ProxyTransport.isUnspecFamily(code)) {
      Tlvs vectors = Tlvs.read(in, at, length);
      return vectors == null ? Tlvs.empty() : vectors;
    }
    int addressLength = ProxyTransport.addressLength(code);
    if (addressLength > 0 && length >= addressLength) {
      Tlvs behind = Tlvs.read(in, at + addressLength, length - addressLength);
      if (behind != null && !behind.contains(UNASSIGNED_TYPE)) {
        return behind;
      }
    }
    Tlvs vectors = Tlvs.read(in, at, length);
    return vectors == null || vectors.contains(UNASSIGNED_TYPE) ? Tlvs.empty() : vectors;
  }
}
