/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;

/** The headers that are measured: examples of the protocol's text, captures of real senders. */
@SuppressWarnings("ImmutableEnumChecker") // nobody writes to the arrays
public enum SampleHeader {
  /** The example of the protocol's text, 47 bytes. */
  V1_TCP4(text("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n")),

  /** 89 bytes. */
  V1_TCP6(
      text(
          "PROXY TCP6 2001:db8:85a3:0000:0000:8a2e:0370:7334 1050:0:0:0:5:600:300c:326b"
              + " 56324 443\r\n")),

  /** The same addresses as {@link #V1_TCP4}, 28 bytes. */
  V2_TCP4(binary("2111000c", "c0a80001c0a8000bdc0401bb")),

  /** The same addresses as {@link #V1_TCP6}, 52 bytes. */
  V2_TCP6(
      binary(
          "21210024",
          "20010db885a3000000008a2e03707334",
          "105000000000000000050600300c326bdc0401bb")),

  /** AWS's Network Load Balancer: checksum, id of the VPC endpoint, padding; 100 bytes. */
  V2_NLB(
      binary(
          "21110054",
          "ac1f0771ac1f0a1fc8f20050",
          "030004e8d6892d",
          "ea001701767063652d3038643262663135666163353030316339",
          "040024",
          "00".repeat(36))),

  /** HAProxy in front of TLS: ALPN, authority, TLS with a client certificate; 138 bytes. */
  V2_SSL(
      binary(
          "2111007a",
          "7f0000017f0000018ee2565b",
          "0100026832",
          "02000f746c732e6578616d706c652e6f7267",
          "200054",
          "0700000000",
          "210007544c5376312e33",
          "220012636c69656e742e6578616d706c652e6f7267",
          "25000752534132303438",
          "24000a5253412d534841323536",
          "230016544c535f4145535f3235365f47434d5f534841333834"));

  private final byte[] bytes;

  SampleHeader(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The header's length in bytes. */
  int length() {
    return bytes.length;
  }

  /** A pooled direct buffer, as sockets read into, with the header and so many bytes more. */
  ByteBuf toBuffer(int payload) {
    return PooledByteBufAllocator.DEFAULT
        .directBuffer(bytes.length + payload)
        .writeBytes(bytes)
        .writeZero(payload);
  }

  ProxyHeader toHeader() {
    return Objects.requireNonNull(
        ProxyHeaderReader.standard().read(Unpooled.wrappedBuffer(bytes)), "header");
  }

  InetSocketAddress source() {
    return (InetSocketAddress) Objects.requireNonNull(toHeader().source(), "source");
  }

  InetSocketAddress destination() {
    return (InetSocketAddress) Objects.requireNonNull(toHeader().destination(), "destination");
  }

  private static byte[] text(String line) {
    return line.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] binary(String... parts) {
    return HexFormat.of().parseHex("0d0a0d0a000d0a515549540a" + String.join("", parts));
  }
}
