/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class QuickStartTest {
  @RegisterExtension static final EventLoops LOOPS = new EventLoops();

  private static final InetSocketAddress ANY_PORT = new InetSocketAddress(Loopback.V4, 0);

  @Test
  void serverGreetsTheClientOfTheProxyByItsAddress() throws Exception {
    Channel server = QuickStartServer.start(LOOPS.group(), ANY_PORT);
    Channel proxy =
        QuickStartProxy.start(LOOPS.group(), ANY_PORT, (InetSocketAddress) server.localAddress());
    try (Socket client = Loopback.connect((InetSocketAddress) proxy.localAddress())) {
      String greeting = new String(client.getInputStream().readAllBytes(), UTF_8);

      assertThat(greeting)
          .startsWith("Hello " + client.getLocalSocketAddress() + ", you came by /127.0.0.1:");
    } finally {
      proxy.close().sync();
      server.close().sync();
    }
  }
}
