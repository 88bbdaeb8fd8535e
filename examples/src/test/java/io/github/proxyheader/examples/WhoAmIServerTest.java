/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.nettyplus.leakdetector.junit.NettyLeakDetectorExtension;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
@ExtendWith(NettyLeakDetectorExtension.class)
class WhoAmIServerTest {
  @RegisterExtension static final EventLoops LOOPS = new EventLoops();

  private WhoAmIServer server;
  private Socket socket;

  @BeforeEach
  void start() throws IOException {
    ReceiverOptions options =
        ReceiverOptions.builder()
            .policy(
                TrustedProxies.loopback()
                    .withPolicies(ProxyHeaderPolicy.USE, ProxyHeaderPolicy.CLOSE))
            .build();
    server = WhoAmIServer.start(LOOPS.group(), new InetSocketAddress(Loopback.V4, 0), options);
    socket = Loopback.connect(server.address());
  }

  @AfterEach
  void stop() throws IOException {
    socket.close();
    server.close();
  }

  @Test
  void eachRequestOfAConnectionIsAnswered() throws Exception {
    write("PROXY TCP4 203.0.113.7 198.51.100.9 45678 8443\r\n");
    write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    write(PlainHttp.REQUEST);

    String answers = new String(socket.getInputStream().readAllBytes(), US_ASCII);

    assertThat(answers.split("client: 203\\.0\\.113\\.7:45678\n", -1)).hasSize(3);
    assertThat(answers).endsWith("header: V1 PROXY TCP4 203.0.113.7:45678 -> 198.51.100.9:8443\n");
  }

  @Test
  void withoutHeaderTheClientIsThePeer() throws Exception {
    String own = Loopback.text(Loopback.localAddress(socket));

    assertThat(PlainHttp.get(socket))
        .isEqualTo("client: " + own + "\npeer: " + own + "\nheader: none\n");
  }

  @Test
  void localHeaderIsToldAsSuch() throws Exception {
    socket.getOutputStream().write(ProxyHeaderWriter.toBytes(ProxyHeader.local()));

    assertThat(PlainHttp.get(socket)).endsWith("header: V2 LOCAL UNSPEC\n");
  }

  @Test
  void whatIsNotHttpIsABadRequest() throws Exception {
    write("PROXY TCP4 203.0.113.7 198.51.100.9 45678 8443\r\n");
    write("hello\r\n\r\n");

    assertThat(socket.getInputStream().readAllBytes()).asString().startsWith("HTTP/1.1 400 ");
  }

  private void write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
  }
}
