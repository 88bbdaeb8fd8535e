/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.handler.ProxyHeaderEncoder;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.tlv.Tlvs;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The encoder sends, nginx receives: its http module and its stream module. */
@Timeout(60)
class NginxReceiverTest {
  private static final InetSocketAddress V4_SOURCE = new InetSocketAddress("203.0.113.7", 45678);
  private static final InetSocketAddress V4_TARGET = new InetSocketAddress("198.51.100.9", 8443);
  private static final InetSocketAddress V6_SOURCE = new InetSocketAddress("2001:db8::7", 45678);
  private static final InetSocketAddress V6_TARGET = new InetSocketAddress("2001:db8:1::9", 8443);
  private static final String V4_SEEN = "src=203.0.113.7:45678 dst=198.51.100.9:8443 ";
  private static final String V6_SEEN = "src=2001:db8::7:45678 dst=2001:db8:1::9:8443 ";

  @RegisterExtension static final Peers PEERS = new Peers();
  @RegisterExtension static final EventLoops LOOPS = new EventLoops();

  private static int http;
  private static int stream;

  @BeforeAll
  static void start() throws Exception {
    Peers.require("nginx");
    int ready = ExternalProgram.freePort();
    http = ExternalProgram.freePort();
    stream = ExternalProgram.freePort();
    String seen =
        "src=$proxy_protocol_addr:$proxy_protocol_port"
            + " dst=$proxy_protocol_server_addr:$proxy_protocol_server_port"
            + " peer=$remote_addr";
    String config =
        """
        http {
            access_log off;
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
            server {
                %s
                location / {
                    default_type text/plain;
                    return 200 "%s";
                }
            }
        }
        stream {
            server {
                listen 127.0.0.1:%d;
                return "";
            }
            server {
                %s
                return "%s";
            }
        }
        """
            .formatted(
                Peers.listen("listen %s proxy_protocol;", http),
                seen,
                ready,
                Peers.listen("listen %s proxy_protocol;", stream),
                seen);
    PEERS.nginx(ready, config);
  }

  @ParameterizedTest
  @CsvSource({"V1,IPv4", "V1,IPv6", "V2,IPv4", "V2,IPv6"})
  void ipv4Addresses(ProxyVersion version, String connection) throws Exception {
    ProxyHeader header = header(version, V4_SOURCE, V4_TARGET).build();

    assertThat(toHttp(connection, header)).startsWith(V4_SEEN);
    assertThat(toStream(connection, header)).startsWith(V4_SEEN);
  }

  @ParameterizedTest
  @CsvSource({"V1,IPv4", "V1,IPv6", "V2,IPv4", "V2,IPv6"})
  void ipv6Addresses(ProxyVersion version, String connection) throws Exception {
    ProxyHeader header = header(version, V6_SOURCE, V6_TARGET).build();

    assertThat(toHttp(connection, header)).startsWith(V6_SEEN);
    assertThat(toStream(connection, header)).startsWith(V6_SEEN);
  }

  @Test
  @DisplayName("version 2 with addresses of two families: the IPv4 one is mapped")
  void addressesOfTwoFamiliesAreMapped() throws Exception {
    ProxyHeader header = header(ProxyVersion.V2, V6_SOURCE, V4_TARGET).build();
    String seen = "src=2001:db8::7:45678 dst=::ffff:198.51.100.9:8443 ";

    assertThat(toHttp("IPv4", header)).startsWith(seen);
    assertThat(toStream("IPv4", header)).startsWith(seen);
  }

  @Test
  @DisplayName("version 1 with addresses of two families: the IPv4 one is mapped, in hex groups")
  void addressesOfTwoFamiliesAreMappedInText() throws Exception {
    ProxyHeader header = header(ProxyVersion.V1, V6_SOURCE, V4_TARGET).build();
    String seen = "src=2001:db8::7:45678 dst=::ffff:c633:6409:8443 ";

    assertThat(toHttp("IPv4", header)).startsWith(seen);
    assertThat(toStream("IPv4", header)).startsWith(seen);
  }

  @ParameterizedTest
  @ValueSource(strings = {"IPv4", "IPv6"})
  @DisplayName("AUTHORITY, UNIQUE_ID and CRC32C are skipped, the addresses read")
  void vectorsAndChecksum(String connection) throws Exception {
    byte[] id = "id-4711".getBytes(StandardCharsets.US_ASCII);
    Tlvs tlvs = Tlvs.builder().authority("www.example.org").uniqueId(id).build();
    ProxyHeader header =
        header(ProxyVersion.V2, V4_SOURCE, V4_TARGET).tlvs(tlvs).checksum(true).build();

    assertThat(toHttp(connection, header)).startsWith(V4_SEEN);
    assertThat(toStream(connection, header)).startsWith(V4_SEEN);
  }

  @Test
  @DisplayName("LOCAL: nginx has no proxied address, and goes on")
  void local() throws Exception {
    assertThat(toHttp("IPv4", ProxyHeader.local())).isEqualTo("src=: dst=: peer=127.0.0.1");
    assertThat(toStream("IPv4", ProxyHeader.local())).isEqualTo("src=: dst=: peer=127.0.0.1");
  }

  private static ProxyHeader.Builder header(
      ProxyVersion version, InetSocketAddress source, InetSocketAddress target) {
    return ProxyHeader.builder().version(version).source(source).destination(target);
  }

  private static String toHttp(String connection, ProxyHeader header) throws Exception {
    InetSocketAddress nginx = new InetSocketAddress(Loopback.address(connection), http);
    return Sender.get(LOOPS.group(), nginx, new ProxyHeaderEncoder(header));
  }

  /** The stream module answers before any request: the header must leave by itself. */
  private static String toStream(String connection, ProxyHeader header) throws Exception {
    InetSocketAddress nginx = new InetSocketAddress(Loopback.address(connection), stream);
    return Sender.send(LOOPS.group(), nginx, new byte[0], new ProxyHeaderEncoder(header));
  }
}
