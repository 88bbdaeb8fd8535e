/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.tlv.SslInfo;
import io.github.proxyheader.tlv.TlvType;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;

/** The headers of the matrix; their addresses are of no machine. */
final class Headers {
  static final InetSocketAddress V4_SOURCE = new InetSocketAddress("203.0.113.7", 45678);
  static final InetSocketAddress V4_DESTINATION = new InetSocketAddress("198.51.100.9", 8443);
  static final InetSocketAddress V6_SOURCE = new InetSocketAddress("2001:db8::7", 45678);
  static final InetSocketAddress V6_DESTINATION = new InetSocketAddress("2001:db8:1::9", 8443);

  static final String AUTHORITY = "www.example.org";
  static final String COMMON_NAME = "client.example.org";
  static final String UNIX_SOURCE = "/run/source.sock";

  private static final byte[] UNIQUE_ID = "id-4711".getBytes(US_ASCII);
  private static final int VERSION_AND_COMMAND = 12;

  private Headers() {}

  static ProxyHeader v1(InetSocketAddress source, InetSocketAddress destination) {
    return builder(source, destination).version(ProxyVersion.V1).build();
  }

  static ProxyHeader v2(InetSocketAddress source, InetSocketAddress destination) {
    return builder(source, destination).build();
  }

  static ProxyHeader with(Tlvs tlvs, InetSocketAddress source, InetSocketAddress destination) {
    return builder(source, destination).tlvs(tlvs).checksum(true).build();
  }

  private static ProxyHeader.Builder builder(
      InetSocketAddress source, InetSocketAddress destination) {
    return ProxyHeader.builder().version(ProxyVersion.V2).source(source).destination(destination);
  }

  static ProxyHeader unknown() {
    return ProxyHeader.builder().version(ProxyVersion.V1).build();
  }

  static ProxyHeader localWithTlvs() {
    return ProxyHeader.local().toBuilder().tlvs(shortTlvs()).checksum(true).build();
  }

  static ProxyHeader unix() {
    return ProxyHeader.builder()
        .version(ProxyVersion.V2)
        .transport(ProxyTransport.UNIX_STREAM)
        .source(new DomainSocketAddress(UNIX_SOURCE))
        .destination(new DomainSocketAddress("/run/destination.sock"))
        .build();
  }

  static ProxyHeader padded(int bytes) {
    return builder(V4_SOURCE, V4_DESTINATION)
        .tlvs(Tlvs.builder().add(TlvType.NOOP, new byte[bytes]).build())
        .build();
  }

  /** Vectors with which a header over IPv4 is shorter than any receiver's limit. */
  static Tlvs shortTlvs() {
    return Tlvs.builder().authority(AUTHORITY).uniqueId(UNIQUE_ID).build();
  }

  /** Vectors as a proxy sends them that terminates TLS with client certificates. */
  static Tlvs allTlvs() {
    return Tlvs.builder()
        .alpn("h2".getBytes(US_ASCII))
        .authority(AUTHORITY)
        .uniqueId(UNIQUE_ID)
        .ssl(
            SslInfo.builder()
                .overSsl(true)
                .certOnConnection(true)
                .certInSession(true)
                .verifyResult(0)
                .version("TLSv1.3")
                .commonName(COMMON_NAME)
                .cipher("TLS_AES_256_GCM_SHA384")
                .signatureAlgorithm("RSA-SHA256")
                .keyAlgorithm("RSA2048")
                .build())
        .netns("netns-1")
        .build();
  }

  static byte[] wrongAddress() {
    return "PROXY TCP4 999.0.0.1 198.51.100.9 45678 8443\r\n".getBytes(US_ASCII);
  }

  static byte[] wrongVersion() {
    byte[] header = ProxyHeaderWriter.toBytes(v2(V4_SOURCE, V4_DESTINATION));
    header[VERSION_AND_COMMAND] = 0x31;
    return header;
  }

  static byte[] wrongChecksum() {
    byte[] header = ProxyHeaderWriter.toBytes(with(shortTlvs(), V4_SOURCE, V4_DESTINATION));
    header[header.length - 1] ^= 1; // the checksum is the last vector
    return header;
  }
}
