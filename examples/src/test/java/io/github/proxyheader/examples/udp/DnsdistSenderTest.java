/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nettyplus.leakdetector.junit.NettyLeakDetectorExtension;
import io.github.proxyheader.datagram.DatagramReceiverOptions;
import io.github.proxyheader.examples.EventLoops;
import io.github.proxyheader.examples.ExternalProgram;
import io.github.proxyheader.examples.Loopback;
import io.github.proxyheader.examples.Peers;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.tlv.Tlv;
import io.netty.handler.codec.dns.DnsRecordType;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** dnsdist sends, the decoder receives. */
@Timeout(60)
@ExtendWith(NettyLeakDetectorExtension.class)
class DnsdistSenderTest {
  @RegisterExtension static final Peers PEERS = new Peers();
  @RegisterExtension static final EventLoops LOOPS = new EventLoops();

  private static final Recorder RECORDER = new Recorder();

  private static WhoAmIDns server;
  private static int plain;
  private static int withVectors;

  @BeforeAll
  static void start() throws Exception {
    Path program = Peers.require("dnsdist");
    DatagramReceiverOptions options =
        DatagramReceiverOptions.builder()
            .policy(TrustedProxies.loopback())
            .listener(RECORDER)
            .build();
    server = WhoAmIDns.start(LOOPS.group(), new InetSocketAddress(Loopback.V4, 0), options);
    plain = ExternalProgram.freePort();
    withVectors = ExternalProgram.freePort();
    String documented = DnsServers.documented("dnsdist, sending", plain);
    String config =
        documented.replace("127.0.0.1:5300", Loopback.text(server.address()))
            + """
            setSecurityPollSuffix("")
            addLocal("127.0.0.1:%1$d")
            addAction(
              DSTPortRule(%1$d),
              SetProxyProtocolValuesAction({[2]="dns.example.org", [224]="value", [225]=""}))
            """
                .formatted(withVectors);
    assertThat(config).contains(Loopback.text(server.address()));
    Path file = Files.writeString(PEERS.directory().resolve("dnsdist.conf"), config);
    PEERS.start(
        "dnsdist",
        plain,
        program.toString(),
        "--supervised",
        "--disable-syslog",
        "-C",
        file.toString());
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void forget() {
    RECORDER.forget();
  }

  @ParameterizedTest
  @ValueSource(strings = {"IPv4", "IPv6"})
  @DisplayName("useProxyProtocol")
  void addressesAndPorts(String family) throws Exception {
    InetSocketAddress dnsdist = new InetSocketAddress(Loopback.address(family), plain);
    try (DnsClient client = new DnsClient(LOOPS.group(), dnsdist)) {
      assertThat(client.ask(DnsRecordType.TXT).data())
          .hasSize(2)
          .contains("client=" + Loopback.text(client.address()));

      ProxiedAddress seen = RECORDER.awaitClient(client.address());
      assertThat(seen.isProxied()).isTrue();
      assertThat(seen.destination()).isEqualTo(dnsdist);
      assertThat(seen.peer()).isNotEqualTo(client.address());
      assertThat(seen.header().transport())
          .isEqualTo(family.equals("IPv4") ? ProxyTransport.UDP4 : ProxyTransport.UDP6);
      assertThat(seen.header().tlvs()).isEmpty();
    }
  }

  @Test
  @DisplayName("SetProxyProtocolValuesAction")
  void vectors() throws Exception {
    InetSocketAddress dnsdist = new InetSocketAddress(Loopback.V4, withVectors);
    try (DnsClient client = new DnsClient(LOOPS.group(), dnsdist)) {
      client.ask(DnsRecordType.TXT);

      ProxiedAddress seen = RECORDER.awaitClient(client.address());
      assertThat(seen.header().tlvs().authority()).contains("dns.example.org");
      assertThat(seen.header().tlvs()).extracting(Tlv::type).containsExactlyInAnyOrder(2, 224, 225);
    }
  }

  @Test
  @DisplayName("health checks send LOCAL, and find the server up")
  void healthCheck() throws Exception {
    ProxiedAddress check = RECORDER.awaitLocal();

    assertThat(check.isProxied()).isFalse();
    assertThat(check.source()).as("dnsdist itself").isEqualTo(check.peer());
    assertThat(check.destination()).isEqualTo(server.address());
    assertThat(check.header().hasAddresses()).isFalse();
    InetSocketAddress dnsdist = new InetSocketAddress(Loopback.V4, plain);
    try (DnsClient client = new DnsClient(LOOPS.group(), dnsdist)) {
      assertThat(client.ask(DnsRecordType.A).data())
          .as("dnsdist asks servers that answer its checks, and no others")
          .containsExactly("127.0.0.1");
    }
  }
}
