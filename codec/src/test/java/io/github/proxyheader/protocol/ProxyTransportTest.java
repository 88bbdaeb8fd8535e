/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyTransportTest {
  @ParameterizedTest
  @DisplayName(
      "R33, R34 each transport tells the kind of its addresses, and whether it has datagrams")
  @CsvSource({
    "UNSPEC,      false, false, false",
    "TCP4,        true,  false, false",
    "TCP6,        true,  false, false",
    "UDP4,        true,  false, true",
    "UDP6,        true,  false, true",
    "UNIX_STREAM, false, true,  false",
    "UNIX_DGRAM,  false, true,  true"
  })
  void transportTellsItsKind(ProxyTransport transport, boolean ip, boolean unix, boolean datagram) {
    assertThat(transport.isIp()).isEqualTo(ip);
    assertThat(transport.isUnix()).isEqualTo(unix);
    assertThat(transport.isDatagram()).isEqualTo(datagram);
  }
}
