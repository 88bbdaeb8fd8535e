/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import static io.github.proxyheader.examples.interop.Headers.V4_DESTINATION;
import static io.github.proxyheader.examples.interop.Headers.V4_SOURCE;
import static io.github.proxyheader.examples.interop.Headers.V6_DESTINATION;
import static io.github.proxyheader.examples.interop.Headers.V6_SOURCE;

import io.github.proxyheader.datagram.ProxyHeaderDatagramEncoder;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.util.function.UnaryOperator;

/** What is sent in front of a query over UDP. */
enum DatagramKind {
  UDP4("UDP4", bytes -> encoded(udp(V4_SOURCE, V4_DESTINATION, Tlvs.empty()), bytes)),
  UDP6("UDP6", bytes -> encoded(udp(V6_SOURCE, V6_DESTINATION, Tlvs.empty()), bytes)),
  TLVS("UDP4, TLVs, CRC", bytes -> encoded(withTlvs(), bytes)),
  LOCAL("LOCAL", bytes -> encoded(ProxyHeader.local(), bytes)),
  TCP4("TCP4", bytes -> encoded(Headers.v2(V4_SOURCE, V4_DESTINATION), bytes)),
  NO_HEADER("no header", bytes -> bytes),
  WRONG_VERSION("version 3", bytes -> joined(Headers.wrongVersion(), bytes));

  private final String title;
  private final UnaryOperator<byte[]> encoder;

  DatagramKind(String title, UnaryOperator<byte[]> encoder) {
    this.title = title;
    this.encoder = encoder;
  }

  String title() {
    return title;
  }

  /** Returns the datagram that carries a query. */
  byte[] datagram(byte[] query) {
    return encoder.apply(query);
  }

  /** Returns whether a receiver should drop the datagram. */
  boolean isWrong() {
    return this == NO_HEADER || this == WRONG_VERSION;
  }

  private static ProxyHeader udp(
      InetSocketAddress source, InetSocketAddress destination, Tlvs tlvs) {
    return ProxyHeader.builder()
        .transport(source.equals(V4_SOURCE) ? ProxyTransport.UDP4 : ProxyTransport.UDP6)
        .source(source)
        .destination(destination)
        .tlvs(tlvs)
        .build();
  }

  private static ProxyHeader withTlvs() {
    return udp(V4_SOURCE, V4_DESTINATION, Headers.shortTlvs()).toBuilder().checksum(true).build();
  }

  private static byte[] encoded(ProxyHeader header, byte[] query) {
    EmbeddedChannel channel = new EmbeddedChannel(new ProxyHeaderDatagramEncoder(header));
    channel.writeOutbound(new DatagramPacket(Unpooled.wrappedBuffer(query), V4_DESTINATION));
    DatagramPacket packet = channel.readOutbound();
    try {
      return ByteBufUtil.getBytes(packet.content());
    } finally {
      packet.release();
      channel.finishAndReleaseAll();
    }
  }

  private static byte[] joined(byte[] first, byte[] second) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(first);
    bytes.writeBytes(second);
    return bytes.toByteArray();
  }
}
