/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.testing.Bytes.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.testing.Connection;
import io.github.proxyheader.testing.SocketServer;
import io.github.proxyheader.testing.Transport;
import io.github.proxyheader.testing.Wire;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A filter on the proxied address, where the real peer is always the loopback interface. */
@Timeout(120)
class ProxiedAddressFilterSocketTest {
  @RegisterExtension final SocketServer server = new SocketServer();

  private Connection connect(Transport transport, String network, IpFilterRuleType type)
      throws Exception {
    server.start(transport);
    Connection connection = new Connection(server);
    ProxiedAddressFilter filter =
        new ProxiedAddressFilter(false, new IpSubnetFilterRule(network, 24, type));
    return connection.handlers(filter, connection.behind).connect();
  }

  @ParameterizedTest
  @MethodSource(Transport.WITH_PROXIED_NIO)
  @DisplayName("T21 a client of an accepted network goes on")
  void accepted(Transport transport) throws Exception {
    Connection connection = connect(transport, "192.0.2.0", IpFilterRuleType.ACCEPT);

    connection.send(Wire.v2(), text("payload")).awaitSeen("complete");

    assertThat(connection.seen()).containsExactly("address", "active", "read payload", "complete");
  }

  @ParameterizedTest
  @MethodSource(Transport.WITH_PROXIED_NIO)
  @DisplayName("T21 a client of a rejected network is closed, and nothing goes on")
  void rejected(Transport transport) throws Exception {
    Connection connection = connect(transport, "192.0.2.0", IpFilterRuleType.REJECT);

    connection.send(Wire.v2(), text("payload")).awaitClosed();

    assertThat(connection.seen()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource(Transport.WITH_PROXIED_NIO)
  @DisplayName("T21 the proxy's own address accepts nobody")
  void proxyIsNotTheClient(Transport transport) throws Exception {
    Connection connection = connect(transport, "127.0.0.0", IpFilterRuleType.ACCEPT);

    connection.send(Wire.v2(), text("payload")).awaitClosed();

    assertThat(connection.seen()).isEmpty();
  }
}
