/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader;

import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.proxyheader.datagram.DatagramFlowOptions;
import io.github.proxyheader.datagram.ProxyHeaderDatagramEncoder;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxiedAddressFilter;
import io.github.proxyheader.handler.ProxiedNioServerSocketChannel;
import io.github.proxyheader.handler.ProxyHeaderEncoder;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.handler.RelayOptions;
import io.github.proxyheader.handler.SenderOptions;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.tlv.SslInfo;
import io.github.proxyheader.tlv.Tlv;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.handler.ipfilter.IpFilterRule;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What must not be null is named by the exception, at the call and not later. */
class NullArgumentsTest {
  private static final SslInfo.Builder SSL = SslInfo.builder();
  private static final Tlvs.Builder TLVS = Tlvs.builder();

  static Stream<Arguments> calls() {
    return Stream.of(
        call("value", () -> Tlv.of(1, null)),
        call("value", () -> TLVS.add(1, null)),
        call("vector", () -> TLVS.add(null)),
        call("vectors", () -> TLVS.addAll(null)),
        call("alpn", () -> TLVS.alpn(null)),
        call("authority", () -> TLVS.authority(null)),
        call("uniqueId", () -> TLVS.uniqueId(null)),
        call("netns", () -> TLVS.netns(null)),
        call("ssl", () -> TLVS.ssl(null)),
        call("awsVpcEndpointId", () -> TLVS.awsVpcEndpointId(null)),
        call("out", () -> Tlvs.empty().writeTo(null)),
        call("version", () -> SSL.version(null)),
        call("commonName", () -> SSL.commonName(null)),
        call("cipher", () -> SSL.cipher(null)),
        call("signatureAlgorithm", () -> SSL.signatureAlgorithm(null)),
        call("keyAlgorithm", () -> SSL.keyAlgorithm(null)),
        call("group", () -> SSL.group(null)),
        call("signatureScheme", () -> SSL.signatureScheme(null)),
        call("clientCertificate", () -> SSL.clientCertificate(null)),
        call("value", () -> SSL.add(1, null)),
        call("transports", () -> ProxyHeaderReader.builder().transports((ProxyTransport[]) null)),
        call("transport", () -> ProxyHeaderReader.builder().transports((ProxyTransport) null)),
        call("versions", () -> ProxyHeaderReader.builder().versions((ProxyVersion[]) null)),
        call("options", () -> ProxiedNioServerSocketChannel.factory(null)),
        call("options", () -> new ProxiedNioServerSocketChannel(null)),
        call("timeout", () -> ReceiverOptions.builder().timeout(null)),
        call("writeTimeout", () -> SenderOptions.builder().writeTimeout(null)),
        call("types", () -> RelayOptions.builder().relayTlvs((int[]) null)),
        call("cidrs", () -> TrustedProxies.of((String[]) null)),
        call("cidrs", () -> TrustedProxies.of((Iterable<String>) null)),
        call("cidr", () -> TrustedProxies.of("10.0.0.0/8", null)),
        call("other", () -> TrustedProxies.loopback().and(null)),
        call("channel", () -> TrustedProxies.loopback().select(null)),
        call("channel", () -> ProxiedAddress.of(null)),
        call("channel", () -> ProxyHeaderEncoder.sentHeader(null)),
        call("rules", () -> new ProxiedAddressFilter((IpFilterRule[]) null)),
        call("header", () -> new ProxyHeaderDatagramEncoder((ProxyHeader) null)),
        call("idleTime", () -> DatagramFlowOptions.builder().idleTime(null)));
  }

  private static Arguments call(String name, ThrowingCallable call) {
    return Arguments.of(name, call);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  void nullIsRefusedByName(String name, ThrowingCallable call) {
    assertThatNullPointerException().isThrownBy(call).withMessage(name);
  }
}
