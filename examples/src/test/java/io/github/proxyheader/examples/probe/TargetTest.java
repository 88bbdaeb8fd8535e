/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:1",
        "127.255.255.254:80",
        "10.1.2.3:65535",
        "172.16.0.1:80",
        "172.31.255.255:80",
        "192.168.1.1:80",
        "[::1]:80",
        "[fd00::1]:80",
        "[fc00::1]:80",
        "[fe80::1]:80",
        "[::ffff:127.0.0.1]:80",
        "[::ffff:10.0.0.1]:80",
        "localhost:80"
      })
  void loopbackAndPrivateAddressesAreAllowed(String target) throws ProbeException {
    assertThat(Target.of(target, false).isUnresolved()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8.8.8.8:80",
        "172.32.0.1:80",
        "100.64.0.1:80",
        "169.254.169.254:80",
        "192.0.2.1:80",
        "[2001:db8::1]:80",
        "[::ffff:8.8.8.8]:80",
        "[::8.8.8.8]:80",
        "[64:ff9b::a00:1]:80",
        "[2002:a00:1::1]:80",
        "[fec0::1]:80"
      })
  void otherAddressesNeedConsent(String target) throws ProbeException {
    assertThatThrownBy(() -> Target.of(target, false))
        .isInstanceOf(ProbeException.class)
        .hasMessageEndingWith("is neither a loopback nor a private address; --yes allows it");
    assertThat(Target.of(target, true).isUnresolved()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0:80",
        "[::]:80",
        "224.0.0.1:80",
        "[ff02::1]:80",
        "255.255.255.255:80",
        "240.0.0.1:80"
      })
  void addressesOfNoOneServerAreNeverAllowed(String target) {
    assertThatThrownBy(() -> Target.of(target, true))
        .isInstanceOf(ProbeException.class)
        .hasMessage(target + ": this is no address of one server");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, expected HOST:PORT or [IPv6]:PORT",
    ":80, expected HOST:PORT or [IPv6]:PORT",
    "::1:80, expected HOST:PORT or [IPv6]:PORT",
    "[localhost]:80, there is no IPv6 address in the brackets",
    "127.0.0.1:0, the port is not a number from 1 to 65535",
    "127.0.0.1:65536, the port is not a number from 1 to 65535",
    "127.0.0.1:+80, the port is not a number from 1 to 65535",
    "127.0.0.1:, the port is not a number from 1 to 65535",
    "no such host.invalid:80, the host is not known"
  })
  void malformedTargetsAreRefused(String target, String message) {
    assertThatThrownBy(() -> Target.of(target, true))
        .isInstanceOf(ProbeException.class)
        .hasMessage(target + ": " + message);
  }

  @Test
  void controlCharactersOfATargetAreEscaped() {
    assertThatThrownBy(() -> Target.of("\u001b[31m", false)).hasMessageStartingWith("\\x1b[31m");
  }
}
