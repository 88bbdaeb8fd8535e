/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.migration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.nettyplus.leakdetector.junit.NettyLeakDetectorExtension;
import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.tlv.SslInfo;
import io.github.proxyheader.tlv.TlvType;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NettyLeakDetectorExtension.class)
class HaproxyMessageBridgeTest {
  private static HAProxyMessage message(byte[] header) {
    EmbeddedChannel channel =
        new EmbeddedChannel(new ProxyHeaderDecoder(), new HaproxyMessageBridge());
    channel.writeInbound(Unpooled.wrappedBuffer(header, "hello".getBytes(UTF_8)));
    HAProxyMessage message = channel.readInbound();
    ByteBuf payload = channel.readInbound();
    assertThat(payload.toString(UTF_8)).isEqualTo("hello");
    payload.release();
    assertThat(channel.pipeline().get(HaproxyMessageBridge.class)).isNull();
    channel.finish();
    return message;
  }

  @Test
  void lineOfVersion1() {
    HAProxyMessage message =
        message("PROXY TCP4 203.0.113.7 198.51.100.9 45678 25\r\n".getBytes(UTF_8));

    assertThat(message.protocolVersion()).isEqualTo(HAProxyProtocolVersion.V1);
    assertThat(message.command()).isEqualTo(HAProxyCommand.PROXY);
    assertThat(message.proxiedProtocol()).isEqualTo(HAProxyProxiedProtocol.TCP4);
    assertThat(message.sourceAddress()).isEqualTo("203.0.113.7");
    assertThat(message.destinationAddress()).isEqualTo("198.51.100.9");
    assertThat(message.sourcePort()).isEqualTo(45678);
    assertThat(message.destinationPort()).isEqualTo(25);
    message.release();
  }

  @Test
  void vectorsAndFactsOfTls() {
    SslInfo ssl = SslInfo.builder().overSsl(true).version("TLSv1.3").build();
    ProxyHeader header =
        ProxyHeader.builder()
            .source(new InetSocketAddress("2001:db8::7", 45678))
            .destination(new InetSocketAddress("198.51.100.9", 25))
            .tlvs(Tlvs.builder().authority("mail.example.org").ssl(ssl).build())
            .build();

    HAProxyMessage message = message(ProxyHeaderWriter.toBytes(header));

    assertThat(message.proxiedProtocol()).isEqualTo(HAProxyProxiedProtocol.TCP6);
    assertThat(message.destinationAddress()).isEqualTo("::ffff:198.51.100.9");
    HAProxyTLV authority =
        message.tlvs().stream()
            .filter(tlv -> tlv.type() == HAProxyTLV.Type.PP2_TYPE_AUTHORITY)
            .findFirst()
            .orElseThrow();
    assertThat(authority.content().toString(UTF_8)).isEqualTo("mail.example.org");
    HAProxySSLTLV tls =
        (HAProxySSLTLV)
            message.tlvs().stream()
                .filter(HAProxySSLTLV.class::isInstance)
                .findFirst()
                .orElseThrow();
    assertThat(tls.isPP2ClientSSL()).isTrue();
    assertThat(tls.encapsulatedTLVs()).hasSize(1);
    assertThat(tls.encapsulatedTLVs().get(0).typeByteValue()).isEqualTo((byte) TlvType.SSL_VERSION);
    message.release();
  }

  @Test
  void localHeader() {
    HAProxyMessage message = message(ProxyHeaderWriter.toBytes(ProxyHeader.local()));

    assertThat(message.command()).isEqualTo(HAProxyCommand.LOCAL);
    assertThat(message.sourceAddress()).isNull();
    message.release();
  }

  @Test
  void unixSockets() {
    ProxyHeader header =
        ProxyHeader.of(new DomainSocketAddress("/run/a"), new DomainSocketAddress("/run/b"));

    HAProxyMessage message = message(ProxyHeaderWriter.toBytes(header));

    assertThat(message.proxiedProtocol()).isEqualTo(HAProxyProxiedProtocol.UNIX_STREAM);
    assertThat(message.sourceAddress()).isEqualTo("/run/a");
    message.release();
  }

  @Test
  void withoutHeaderThereIsNoMessage() {
    ReceiverOptions options = ReceiverOptions.builder().policy(ProxyHeaderPolicy.USE).build();
    EmbeddedChannel channel =
        new EmbeddedChannel(new ProxyHeaderDecoder(options), new HaproxyMessageBridge());

    channel.writeInbound(Unpooled.copiedBuffer("hello", UTF_8));

    ByteBuf payload = channel.readInbound();
    assertThat(payload.toString(UTF_8)).isEqualTo("hello");
    payload.release();
    assertThat(channel.pipeline().get(HaproxyMessageBridge.class)).isNull();
    channel.finish();
  }
}
