/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.protocol.ProxyVersion;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderValidatorsTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();

  @ParameterizedTest
  @DisplayName("T28 a source that claims to be local is refused")
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.0.1",
        "224.0.0.1",
        "::1",
        "::",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fdff::1",
        "ff02::1",
      })
  void localSourceIsRefused(String source) {
    assertRefused(HeaderValidators.noSpoofedLocal(), from(source));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "203.0.113.7",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.0.1",
        "11.0.0.1",
        "2001:db8::7",
        "fbff::1",
        "fe00::1",
      })
  void otherSourceIsAccepted(String source) {
    assertAccepted(HeaderValidators.noSpoofedLocal(), from(source));
  }

  @Test
  void mappedLoopbackIsRefusedAsWell() {
    ProxyHeader header = from("127.0.0.1").toBuilder().transport(ProxyTransport.TCP6).build();

    assertRefused(HeaderValidators.noSpoofedLocal(), header);
  }

  @Test
  void unixSourceIsLocal() {
    assertRefused(
        HeaderValidators.noSpoofedLocal(),
        ProxyHeader.of(new DomainSocketAddress("/a"), new DomainSocketAddress("/b")));
  }

  @Test
  void addressesWithoutAChecksumAreRefusedWhereOneIsRequired() {
    ProxyHeader plain = from("203.0.113.7");

    assertRefused(HeaderValidators.requireChecksum(), plain);
    assertRefused(
        HeaderValidators.requireChecksum(), plain.toBuilder().version(ProxyVersion.V1).build());
    assertAccepted(HeaderValidators.requireChecksum(), plain.toBuilder().checksum(true).build());
  }

  @Test
  @DisplayName("R32 LOCAL is accepted by every validator that is shipped")
  void headerWithoutAddressesIsAccepted() {
    assertAccepted(HeaderValidators.noSpoofedLocal(), ProxyHeader.local());
    assertAccepted(HeaderValidators.requireChecksum(), ProxyHeader.local());
  }

  private static ProxyHeader from(String source) {
    return ProxyHeader.of(
        new InetSocketAddress(source, 4711), new InetSocketAddress("198.51.100.9", 443));
  }

  private void assertAccepted(HeaderValidator validator, ProxyHeader header) {
    assertThatCode(() -> validator.validate(channel, header)).doesNotThrowAnyException();
  }

  private void assertRefused(HeaderValidator validator, ProxyHeader header) {
    assertThatThrownBy(() -> validator.validate(channel, header))
        .asInstanceOf(InstanceOfAssertFactories.type(ProxyHeaderException.class))
        .extracting(ProxyHeaderException::reason)
        .isEqualTo(Reason.VALIDATION);
  }

  @Test
  void bothValidatorsMustAcceptAndTheSecondIsNotAskedAfterARefusal() throws Exception {
    List<String> asked = new ArrayList<>();
    HeaderValidator first = (c, header) -> asked.add("first");
    HeaderValidator second = (c, header) -> asked.add("second");
    HeaderValidator refusing =
        (c, header) -> {
          throw new ProxyHeaderException(Reason.VALIDATION, "refused");
        };

    first.and(second).validate(channel, ProxyHeader.local());
    assertThat(asked).containsExactly("first", "second");

    assertThatThrownBy(() -> first.and(refusing).and(second).validate(channel, ProxyHeader.local()))
        .isInstanceOf(ProxyHeaderException.class);
    assertThat(asked).containsExactly("first", "second", "first");
    assertThatNullPointerException().isThrownBy(() -> first.and(null)).withMessage("next");
  }
}
