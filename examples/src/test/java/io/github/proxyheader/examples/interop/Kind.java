/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import static io.github.proxyheader.examples.interop.Headers.V4_DESTINATION;
import static io.github.proxyheader.examples.interop.Headers.V4_SOURCE;
import static io.github.proxyheader.examples.interop.Headers.V6_DESTINATION;
import static io.github.proxyheader.examples.interop.Headers.V6_SOURCE;

import io.github.proxyheader.protocol.ProxyHeader;
import java.util.function.Supplier;

/** What is sent to each receiver, and who sends it. */
enum Kind {
  V1_IPV4("v1 IPv4", Way.ENCODER, () -> Headers.v1(V4_SOURCE, V4_DESTINATION)),
  V1_IPV6("v1 IPv6", Way.ENCODER, () -> Headers.v1(V6_SOURCE, V6_DESTINATION)),
  V2_IPV4("v2 IPv4", Way.ENCODER, () -> Headers.v2(V4_SOURCE, V4_DESTINATION)),
  V2_IPV6("v2 IPv6", Way.ENCODER, () -> Headers.v2(V6_SOURCE, V6_DESTINATION)),
  V2_TLVS(
      "v2 TLVs, CRC",
      Way.ENCODER,
      () -> Headers.with(Headers.shortTlvs(), V4_SOURCE, V4_DESTINATION)),
  V2_LOCAL("LOCAL", Way.ENCODER, ProxyHeader::local),

  FORWARDER_V1_IPV4("v1 IPv4", Way.FORWARDER_V1, () -> Headers.v2(V4_SOURCE, V4_DESTINATION)),
  FORWARDER_V1_IPV6("v1 IPv6", Way.FORWARDER_V1, () -> Headers.v2(V6_SOURCE, V6_DESTINATION)),
  FORWARDER_V2_IPV4("v2 IPv4", Way.FORWARDER_V2, () -> Headers.v1(V4_SOURCE, V4_DESTINATION)),
  FORWARDER_V2_IPV6("v2 IPv6", Way.FORWARDER_V2, () -> Headers.v1(V6_SOURCE, V6_DESTINATION)),
  FORWARDER_TLVS(
      "v2 TLVs, CRC",
      Way.FORWARDER_TLVS,
      () -> Headers.with(Headers.shortTlvs(), V4_SOURCE, V4_DESTINATION)),

  V1_FAMILIES("v1, two families", Way.ENCODER, () -> Headers.v1(V4_SOURCE, V6_DESTINATION)),
  V2_FAMILIES("v2, two families", Way.ENCODER, () -> Headers.v2(V4_SOURCE, V6_DESTINATION)),
  V1_UNKNOWN("v1 UNKNOWN", Way.ENCODER, Headers::unknown),
  LOCAL_TLVS("LOCAL with TLVs, CRC", Way.ENCODER, Headers::localWithTlvs),
  V2_TLS_TLVS(
      "v2, all TLVs, IPv4",
      Way.ENCODER,
      () -> Headers.with(Headers.allTlvs(), V4_SOURCE, V4_DESTINATION)),
  V2_TLS_TLVS_IPV6(
      "v2, all TLVs, IPv6",
      Way.ENCODER,
      () -> Headers.with(Headers.allTlvs(), V6_SOURCE, V6_DESTINATION)),
  V2_1K("v2, 1 KiB", Way.ENCODER, () -> Headers.padded(1000)),
  V2_4K("v2, 4 KiB", Way.ENCODER, () -> Headers.padded(4000)),
  V2_UNIX("v2, unix", Way.ENCODER, Headers::unix),
  V2_ALONE(
      "v2, in a read of its own", Way.ENCODER_ALONE, () -> Headers.v2(V4_SOURCE, V4_DESTINATION)),

  NO_HEADER("no header", () -> new byte[0]),
  WRONG_ADDRESS("v1, 999.0.0.1", Headers::wrongAddress),
  WRONG_VERSION("v2, version 3", Headers::wrongVersion),
  WRONG_CRC("wrong CRC32C", Headers::wrongChecksum);

  /** How a header gets to the receiver. */
  enum Way {
    /** From {@code ProxyHeaderEncoder}. */
    ENCODER,
    /** From {@code ProxyHeaderEncoder}; what follows is sent when the receiver has read it. */
    ENCODER_ALONE,
    /** From the forwarder, which received it and sends version 1. */
    FORWARDER_V1,
    /** From the forwarder, which received it and sends version 2. */
    FORWARDER_V2,
    /** From the forwarder, which passes TLVs on and adds a checksum. */
    FORWARDER_TLVS,
    /** As bytes that no writer makes, in one write with what follows. */
    BYTES
  }

  private final String title;
  private final Way way;
  private final Supplier<ProxyHeader> header;
  private final Supplier<byte[]> bytes;

  Kind(String title, Way way, Supplier<ProxyHeader> header) {
    this.title = title;
    this.way = way;
    this.header = header;
    this.bytes = () -> new byte[0];
  }

  /** A header that should be refused. */
  Kind(String title, Supplier<byte[]> bytes) {
    this.title = title;
    this.way = Way.BYTES;
    this.header = ProxyHeader::local;
    this.bytes = bytes;
  }

  String title() {
    return title;
  }

  Way way() {
    return way;
  }

  ProxyHeader header() {
    return header.get();
  }

  byte[] bytes() {
    return bytes.get();
  }

  /** Returns whether a receiver should refuse it. */
  boolean isWrong() {
    return way == Way.BYTES;
  }

  /** Returns whether a receiver should report the source's IP address. */
  boolean carriesAddress() {
    return !isWrong() && header().transport().isIp();
  }
}
