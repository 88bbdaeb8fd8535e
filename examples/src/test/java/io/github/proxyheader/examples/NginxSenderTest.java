/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderEncoder;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.protocol.ProxyVersion;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads what the stream module of nginx sends. */
@Timeout(60)
class NginxSenderTest {
  @RegisterExtension static final Peers PEERS = new Peers();
  @RegisterExtension static final EventLoops LOOPS = new EventLoops();

  private static final ProxyHeader IPV4_CLIENT =
      ProxyHeader.of(
          new InetSocketAddress("203.0.113.7", 45678), new InetSocketAddress("198.51.100.9", 8443));
  private static final ProxyHeader IPV6_CLIENT =
      ProxyHeader.of(
          new InetSocketAddress("2001:db8::7", 45678),
          new InetSocketAddress("2001:db8:1::9", 8443));

  private static final Recorder STRICT = new Recorder();
  private static final Recorder LENIENT = new Recorder();

  private static WhoAmIServer strict;
  private static WhoAmIServer lenient;
  private static int direct;
  private static int relayToStrict;
  private static int relayToLenient;
  private static int dualStackToStrict;
  private static int dualStackToLenient;

  @BeforeAll
  static void start() throws Exception {
    Peers.require("nginx");
    ReceiverOptions.Builder options =
        ReceiverOptions.builder().policy(TrustedProxies.loopback()).listener(STRICT);
    strict = server(options.build());
    ProxyHeaderReader reader = ProxyHeaderReader.builder().allowMixedFamilies(true).build();
    lenient = server(options.reader(reader).listener(LENIENT).build());
    int ready = ExternalProgram.freePort();
    direct = ExternalProgram.freePort();
    relayToStrict = ExternalProgram.freePort();
    relayToLenient = ExternalProgram.freePort();
    dualStackToStrict = ExternalProgram.freePort();
    dualStackToLenient = ExternalProgram.freePort();
    String config =
        """
        stream {
            set_real_ip_from 127.0.0.0/8;
            set_real_ip_from ::ffff:127.0.0.0/104;
            server {
                listen 127.0.0.1:%d;
                return "";
            }
            server {
                %s
                proxy_pass %s;
                proxy_protocol on;
            }
            server {
                listen 127.0.0.1:%d proxy_protocol;
                proxy_pass %s;
                proxy_protocol on;
            }
            server {
                listen 127.0.0.1:%d proxy_protocol;
                proxy_pass %s;
                proxy_protocol on;
            }
            %s
            %s
        }
        """
            .formatted(
                ready,
                Peers.listen("listen %s;", direct),
                Loopback.text(strict.address()),
                relayToStrict,
                Loopback.text(strict.address()),
                relayToLenient,
                Loopback.text(lenient.address()),
                dualStack(dualStackToStrict, strict),
                dualStack(dualStackToLenient, lenient));
    PEERS.nginx(ready, config);
  }

  /** One listener for both families, where the machine has IPv6. */
  private static String dualStack(int port, WhoAmIServer server) {
    return Loopback.hasV6()
        ? """
          server {
              listen [::]:%d ipv6only=off proxy_protocol;
              proxy_pass %s;
              proxy_protocol on;
          }
          """
            .formatted(port, Loopback.text(server.address()))
        : "";
  }

  private static WhoAmIServer server(ReceiverOptions options) {
    return WhoAmIServer.start(LOOPS.group(), new InetSocketAddress(Loopback.V4, 0), options);
  }

  @AfterAll
  static void stop() {
    if (strict != null) {
      strict.close();
    }
    if (lenient != null) {
      lenient.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"IPv4", "IPv6"})
  @DisplayName("proxy_protocol on")
  void version1(String family) throws Exception {
    InetSocketAddress nginx = new InetSocketAddress(Loopback.address(family), direct);
    try (Socket socket = Loopback.connect(nginx)) {
      InetSocketAddress local = Loopback.localAddress(socket);
      assertThat(PlainHttp.get(socket)).contains("client: " + Loopback.text(local) + "\n");

      ProxiedAddress client = STRICT.awaitClient();
      assertThat(client.isProxied()).isTrue();
      assertThat(client.source()).isEqualTo(local);
      assertThat(client.destination()).isEqualTo(nginx);
      assertThat(client.peer()).isNotEqualTo(local);
      assertThat(client.header().version()).isEqualTo(ProxyVersion.V1);
      assertThat(client.header().transport())
          .isEqualTo(family.equals("IPv4") ? ProxyTransport.TCP4 : ProxyTransport.TCP6);
    }
  }

  @Test
  @DisplayName("a relayed header whose addresses are of two families is refused by default")
  void mixedFamiliesAreRefused() throws Exception {
    assertThat(send(IPV6_CLIENT, relayToStrict)).isEmpty();

    assertThat(STRICT.awaitRefusal().reason()).isEqualTo(Reason.ADDRESS);
  }

  @Test
  @DisplayName(
      "nginx names TCP6 for an IPv6 client of an IPv4 listener; allowMixedFamilies reads it")
  void ipv6ClientOfAnIpv4ListenerIsRead() throws Exception {
    assertThat(send(IPV6_CLIENT, relayToLenient)).contains("client: [2001:db8::7]:45678\n");

    ProxiedAddress client = LENIENT.awaitClient();
    assertThat(client.source()).isEqualTo(new InetSocketAddress("2001:db8::7", 45678));
    assertThat(client.destination()).isEqualTo(new InetSocketAddress(Loopback.V4, relayToLenient));
    assertThat(client.header().transport()).isEqualTo(ProxyTransport.TCP6);
  }

  @Test
  @DisplayName(
      "nginx names TCP4 for an IPv4 client of a dual-stack listener; it is refused by default")
  void ipv4ClientOfADualStackListenerIsRefused() throws Exception {
    assumeTrue(Loopback.hasV6(), "there is no IPv6 on the loopback");
    assertThat(send(IPV4_CLIENT, dualStackToStrict)).isEmpty();

    assertThat(STRICT.awaitRefusal().reason()).isEqualTo(Reason.ADDRESS);
  }

  @Test
  @DisplayName("nginx names TCP4 for an IPv4 client of a dual-stack listener; the switch reads it")
  void ipv4ClientOfADualStackListenerIsRead() throws Exception {
    assumeTrue(Loopback.hasV6(), "there is no IPv6 on the loopback");
    assertThat(send(IPV4_CLIENT, dualStackToLenient)).contains("client: 203.0.113.7:45678\n");

    ProxiedAddress client = LENIENT.awaitClient();
    assertThat(client.source()).isEqualTo(new InetSocketAddress("203.0.113.7", 45678));
    assertThat(client.destination())
        .isEqualTo(new InetSocketAddress(Loopback.V4, dualStackToLenient));
    assertThat(client.header().transport()).isEqualTo(ProxyTransport.TCP4);
  }

  /** Sends a header through nginx, which passes the client on beside its own address. */
  private static String send(ProxyHeader header, int port) throws Exception {
    return Sender.send(
        LOOPS.group(),
        new InetSocketAddress(Loopback.V4, port),
        PlainHttp.REQUEST.getBytes(StandardCharsets.US_ASCII),
        new ProxyHeaderEncoder(header));
  }
}
