/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.probe;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.proxyheader.examples.probe.ProbeCase.Expected;
import io.github.proxyheader.protocol.ProxyCommand;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.tlv.SslInfo;
import io.github.proxyheader.tlv.TlvType;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.NetUtil;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All headers that can be sent; their addresses are those of documentation, or the vectors'. */
final class ProbeCases {
  private static final InetSocketAddress SOURCE = address("203.0.113.7", 45_678);
  private static final InetSocketAddress DESTINATION = address("198.51.100.9", 8_443);
  private static final InetSocketAddress SOURCE6 = address("2001:db8::7", 45_678);
  private static final InetSocketAddress DESTINATION6 = address("2001:db8:1::9", 8_443);
  private static final Set<Expected> NOTHING_ELSE = EnumSet.noneOf(Expected.class);

  private ProbeCases() {}

  private static InetSocketAddress address(String ip, int port) {
    return new InetSocketAddress(NetUtil.createInetAddressFromIpAddressString(ip), port);
  }

  /** Returns the baseline first, then valid headers, then the vectors. */
  static List<ProbeCase> all() {
    List<ProbeCase> cases = new ArrayList<>();
    cases.add(
        new ProbeCase(
            "no-header",
            "baseline",
            "R7",
            Expected.REJECT,
            EnumSet.of(Expected.WAIT),
            new byte[0],
            true,
            null));
    cases.addAll(valid());
    cases.addAll(vectors());
    return List.copyOf(cases);
  }

  private static List<ProbeCase> valid() {
    Tlvs names =
        Tlvs.builder()
            .alpn("h2".getBytes(US_ASCII))
            .authority("www.example.org")
            .uniqueId("id-4711".getBytes(US_ASCII))
            .build();
    return List.of(
        valid("v1-tcp4", "R16", Expected.PROXIED, ip(SOURCE, DESTINATION).version(ProxyVersion.V1)),
        valid(
            "v1-tcp6", "R16", Expected.PROXIED, ip(SOURCE6, DESTINATION6).version(ProxyVersion.V1)),
        valid("v1-unknown", "R26", Expected.LOCAL, ProxyHeader.builder().version(ProxyVersion.V1)),
        valid("v2-tcp4", "R37", Expected.PROXIED, ip(SOURCE, DESTINATION)),
        valid("v2-tcp6", "R37", Expected.PROXIED, ip(SOURCE6, DESTINATION6)),
        valid("v2-tcp4-crc", "R46", Expected.PROXIED, ip(SOURCE, DESTINATION).checksum(true)),
        valid("v2-tcp4-tlvs", "R41", Expected.PROXIED, ip(SOURCE, DESTINATION).tlvs(names)),
        valid("v2-tcp4-ssl", "R50", Expected.PROXIED, ip(SOURCE, DESTINATION).tlvs(ssl())),
        valid("v2-tcp4-1k", "R62", Expected.PROXIED, ip(SOURCE, DESTINATION).tlvs(padding(1_000))),
        valid("v2-tcp4-4k", "R62", Expected.PROXIED, ip(SOURCE, DESTINATION).tlvs(padding(4_000))),
        valid(
            "v2-udp4", "R34", Expected.PROXIED, datagram(SOURCE, DESTINATION, ProxyTransport.UDP4)),
        valid(
            "v2-udp6",
            "R34",
            Expected.PROXIED,
            datagram(SOURCE6, DESTINATION6, ProxyTransport.UDP6)),
        valid("v2-unix", "R34", Expected.PROXIED, unix()),
        valid(
            "v2-unspec", "R35", Expected.LOCAL, ProxyHeader.builder().command(ProxyCommand.PROXY)),
        valid("v2-local", "R32", Expected.LOCAL, ProxyHeader.local().toBuilder()),
        valid("v2-local-tlvs", "R32", Expected.LOCAL, ProxyHeader.local().toBuilder().tlvs(names)));
  }

  private static ProbeCase valid(
      String id, String rule, Expected expected, ProxyHeader.Builder builder) {
    ProxyHeader header = builder.build();
    Set<Expected> permitted =
        switch (rule) {
          case "R34" -> EnumSet.of(Expected.LOCAL); // UDP and unix that are not supported
          case "R35" -> EnumSet.of(Expected.REJECT); // UNSPEC is left to the receiver
          default -> NOTHING_ELSE;
        };
    String source = null;
    if (header.source() instanceof InetSocketAddress inet) {
      source = NetUtil.toSocketAddressString(inet);
    } else if (header.source() instanceof DomainSocketAddress path) {
      source = "unix:" + path.path();
    }
    byte[] bytes = ProxyHeaderWriter.toBytes(header);
    return new ProbeCase(id, "valid", rule, expected, permitted, bytes, true, source);
  }

  private static ProxyHeader.Builder ip(InetSocketAddress source, InetSocketAddress destination) {
    return ProxyHeader.builder().version(ProxyVersion.V2).source(source).destination(destination);
  }

  private static ProxyHeader.Builder datagram(
      InetSocketAddress source, InetSocketAddress destination, ProxyTransport transport) {
    return ip(source, destination).transport(transport);
  }

  private static ProxyHeader.Builder unix() {
    return ProxyHeader.builder()
        .transport(ProxyTransport.UNIX_STREAM)
        .source(new DomainSocketAddress("/run/source.sock"))
        .destination(new DomainSocketAddress("/run/destination.sock"));
  }

  private static Tlvs padding(int size) {
    return Tlvs.builder().add(TlvType.NOOP, new byte[size]).build();
  }

  private static Tlvs ssl() {
    return Tlvs.builder()
        .ssl(
            SslInfo.builder()
                .overSsl(true)
                .verifyResult(0)
                .version("TLSv1.3")
                .cipher("TLS_AES_256_GCM_SHA384")
                .build())
        .build();
  }

  private static List<ProbeCase> vectors() {
    List<ProbeCase> cases = new ArrayList<>();
    ObjectMapper json = new ObjectMapper();
    try (InputStream in = ProbeCases.class.getResourceAsStream("vectors.jsonl")) {
      if (in == null) {
        throw new IllegalStateException("vectors.jsonl is missing");
      }
      BufferedReader reader = new BufferedReader(new InputStreamReader(in, UTF_8));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        JsonNode vector = json.readTree(line);
        if (vector.path("mode").asText().equals("stream")) {
          cases.add(vector(vector));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return cases;
  }

  /** A vector's header is sent without the payload behind it, as the request takes its place. */
  private static ProbeCase vector(JsonNode vector) {
    byte[] bytes = HexFormat.of().parseHex(vector.path("hex").asText());
    int consumed = vector.path("consumed").asInt();
    Expected expected = expected(vector.path("expect").asText());
    Set<Expected> permitted = EnumSet.noneOf(Expected.class);
    vector.path("alt").forEach(other -> permitted.add(expected(other.asText())));
    String transport = vector.path("transport").asText("").toUpperCase(Locale.ROOT);
    if (expected == Expected.PROXIED && !transport.startsWith("TCP")) {
      permitted.add(Expected.LOCAL); // R34
    }
    return new ProbeCase(
        vector.path("id").asText(),
        "vector",
        vector.path("rule").asText(),
        expected,
        permitted,
        consumed > 0 ? Arrays.copyOf(bytes, consumed) : bytes,
        expected != Expected.WAIT,
        text(vector, "src"));
  }

  private static Expected expected(String verdict) {
    return switch (verdict) {
      case "proxied" -> Expected.PROXIED;
      case "local" -> Expected.LOCAL;
      case "incomplete" -> Expected.WAIT;
      default -> Expected.REJECT;
    };
  }

  private static @Nullable String text(JsonNode vector, String field) {
    JsonNode value = vector.path(field);
    return value.isTextual() ? value.asText() : null;
  }
}
