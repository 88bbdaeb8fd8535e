/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.udp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.nettyplus.leakdetector.junit.NettyLeakDetectorExtension;
import io.github.proxyheader.datagram.DatagramReceiverOptions;
import io.github.proxyheader.examples.EventLoops;
import io.github.proxyheader.examples.Loopback;
import io.github.proxyheader.examples.Peers;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.TrustedProxies;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Knot's kdig sends, the decoder receives. */
@Timeout(60)
@ExtendWith(NettyLeakDetectorExtension.class)
class KdigSenderTest {
  @RegisterExtension static final EventLoops LOOPS = new EventLoops();

  private final Recorder recorder = new Recorder();

  @ParameterizedTest
  @CsvSource({"IPv4,IPV4,A", "IPv4,IPV6,AAAA", "IPv6,IPV4,A", "IPv6,IPV6,AAAA"})
  @DisplayName("+proxy")
  void addressesAndPorts(String socket, Carried carried, String addressType) throws Exception {
    Path kdig = Peers.require("kdig");
    DatagramReceiverOptions options =
        DatagramReceiverOptions.builder()
            .policy(TrustedProxies.loopback())
            .listener(recorder)
            .build();
    InetSocketAddress any = new InetSocketAddress(Loopback.address(socket), 0);
    try (WhoAmIDns server = WhoAmIDns.start(LOOPS.group(), any, options)) {
      assertThat(ask(kdig, server.address(), carried, addressType))
          .isEqualTo(carried.host() + "\n");

      ProxiedAddress client = recorder.awaitClient();
      assertThat(client.isProxied()).isTrue();
      assertThat(client.source()).isEqualTo(carried.source());
      assertThat(client.destination()).isEqualTo(carried.destination());
      assertThat(client.header().transport()).isEqualTo(carried.transport());

      assertThat(ask(kdig, server.address(), carried, "TXT"))
          .startsWith("\"client=" + Loopback.text(carried.source()) + "\" \"proxy=");
    }
  }

  private static String ask(Path kdig, InetSocketAddress server, Carried carried, String type)
      throws Exception {
    Process process =
        new ProcessBuilder(
                kdig.toString(),
                "+time=10",
                "+retry=1",
                "+short",
                "+proxy=" + kdigText(carried.source()) + "-" + kdigText(carried.destination()),
                "@" + server.getAddress().getHostAddress(),
                "-p",
                Integer.toString(server.getPort()),
                type,
                DnsClient.NAME)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private static String kdigText(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + "#" + address.getPort();
  }
}
