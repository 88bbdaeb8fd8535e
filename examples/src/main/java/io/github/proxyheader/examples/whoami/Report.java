/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.whoami;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.protocol.ProxyCommand;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.tlv.SslInfo;
import io.github.proxyheader.tlv.Tlv;
import io.github.proxyheader.tlv.TlvType;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What the server knows of a client. The texts hold what peers sent, unescaped.
 *
 * @param kind "proxied", "health check" for a LOCAL header, "unknown" for a header that names no
 *     client, or "direct" without a header
 * @param proxy is {@code null} without a header
 * @param tls the facts of each TLS connection that is known, that of the proxy first
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Report(
    String kind,
    String client,
    @Nullable Proxy proxy,
    String server,
    List<Fact> tls,
    List<Vector> vectors,
    Request request) {
  private static final int MAX_SHOWN_BYTES = 256;

  /**
   * The proxy that sent the header.
   *
   * @param address its address as the server's socket sees it
   * @param entrance the address that the client connected to
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Proxy(String address, @Nullable String entrance, String version, String transport) {}

  /** One fact about TLS. */
  record Fact(String endedAt, String name, String value) {}

  /** A type-length-value vector; the value is text where the type has text, else hexadecimal. */
  record Vector(int type, String name, int length, String value) {}

  /** The request, as the server received it. */
  record Request(String protocol, String method, String target, List<Field> headers) {}

  /** One field of the request's head. */
  record Field(String name, String value) {}

  static Report of(Channel channel, String protocol, HttpRequest request) {
    ProxiedAddress address = ProxiedAddress.of(channel);
    ProxyHeader header = address.header();
    List<Fact> tls = new ArrayList<>();
    address.tlvs().ssl().ifPresent(ssl -> addProxyFacts(tls, ssl));
    addServerFacts(tls, channel);
    List<Vector> vectors = new ArrayList<>();
    for (Tlv tlv : address.tlvs()) {
      vectors.add(vector(address, tlv));
    }
    List<Field> fields = new ArrayList<>();
    for (Map.Entry<String, String> field : request.headers()) {
      if (!field.getKey().startsWith("x-http")) { // of Netty's HTTP/2 and HTTP/3 codecs
        fields.add(new Field(field.getKey(), field.getValue()));
      }
    }
    return new Report(
        kind(header),
        text(address.source()),
        header == null ? null : proxy(address, header),
        text(address.local()),
        tls,
        vectors,
        new Request(protocol, request.method().name(), request.uri(), fields));
  }

  private static String kind(@Nullable ProxyHeader header) {
    if (header == null) {
      return "direct";
    }
    if (header.command() == ProxyCommand.LOCAL) {
      return "health check";
    }
    return header.hasAddresses() ? "proxied" : "unknown";
  }

  private static Proxy proxy(ProxiedAddress address, ProxyHeader header) {
    return new Proxy(
        text(address.peer()),
        header.hasAddresses() ? text(address.destination()) : null,
        header.version().toString(),
        header.transport().toString());
  }

  private static Vector vector(ProxiedAddress address, Tlv tlv) {
    byte[] bytes = tlv.value();
    Optional<String> text =
        switch (tlv.type()) {
          case TlvType.AUTHORITY, TlvType.NETNS, TlvType.SPIFFE -> address.tlvs().text(tlv.type());
          case TlvType.ALPN, TlvType.UNIQUE_ID ->
              Optional.of(new String(bytes, StandardCharsets.UTF_8));
          default -> Optional.empty();
        };
    String name = TlvType.name(tlv.type());
    return new Vector(tlv.type(), name, bytes.length, text.orElseGet(() -> hex(bytes)));
  }

  private static String hex(byte[] bytes) {
    int shown = Math.min(bytes.length, MAX_SHOWN_BYTES);
    String dump = ByteBufUtil.hexDump(bytes, 0, shown);
    return shown == bytes.length ? dump : dump + "…";
  }

  private static void addProxyFacts(List<Fact> facts, SslInfo ssl) {
    String where = "proxy";
    facts.add(new Fact(where, "client used TLS", ssl.overSsl() ? "yes" : "no"));
    ssl.version().ifPresent(v -> facts.add(new Fact(where, "version", v)));
    ssl.cipher().ifPresent(v -> facts.add(new Fact(where, "cipher suite", v)));
    ssl.group().ifPresent(v -> facts.add(new Fact(where, "key exchange group", v)));
    ssl.keyAlgorithm().ifPresent(v -> facts.add(new Fact(where, "proxy's key", v)));
    ssl.commonName().ifPresent(v -> facts.add(new Fact(where, "client certificate's name", v)));
    if (ssl.certInSession()) {
      String verified = ssl.verified() ? "yes" : "no, error " + ssl.verifyResult();
      facts.add(new Fact(where, "client certificate verified", verified));
    }
  }

  private static void addServerFacts(List<Fact> facts, Channel channel) {
    SSLEngine engine = null;
    for (Channel at = channel; at != null && engine == null; at = at.parent()) {
      SslHandler handler = at.pipeline().get(SslHandler.class);
      engine =
          at instanceof QuicChannel quic
              ? quic.sslEngine()
              : handler == null ? null : handler.engine();
    }
    if (engine == null) {
      return;
    }
    SSLSession session = engine.getSession();
    facts.add(new Fact("server", "version", session.getProtocol()));
    facts.add(new Fact("server", "cipher suite", session.getCipherSuite()));
    String protocol = engine.getApplicationProtocol();
    if (protocol != null && !protocol.isEmpty()) {
      facts.add(new Fact("server", "application protocol", protocol));
    }
  }

  static String text(SocketAddress address) {
    return address instanceof InetSocketAddress inet
        ? NetUtil.toSocketAddressString(inet)
        : address.toString();
  }
}
