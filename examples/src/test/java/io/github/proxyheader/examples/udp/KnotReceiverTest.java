/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nettyplus.leakdetector.junit.NettyLeakDetectorExtension;
import io.github.proxyheader.examples.EventLoops;
import io.github.proxyheader.examples.ExternalProgram;
import io.github.proxyheader.examples.Loopback;
import io.github.proxyheader.examples.Peers;
import io.github.proxyheader.protocol.ProxyHeader;
import io.netty.handler.codec.dns.DnsRecordType;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The encoder sends, Knot DNS receives. */
@Timeout(60)
@ExtendWith(NettyLeakDetectorExtension.class)
class KnotReceiverTest {
  @RegisterExtension static final Peers PEERS = new Peers();
  @RegisterExtension static final EventLoops LOOPS = new EventLoops();

  private static int port;

  @BeforeAll
  static void start() throws Exception {
    Path program = Peers.require("knotd");
    Path directory = PEERS.directory();
    port = ExternalProgram.freePort();
    Files.writeString(
        directory.resolve("whoami.zone"),
        """
        whoami.test. 60 IN SOA ns.test. hostmaster.test. 1 60 60 60 60
        whoami.test. 60 IN NS ns.test.
        """);
    String config =
        DnsServers.documented("Knot DNS", port)
            + """
                rundir: "%1$s"
                udp-workers: 1
                tcp-workers: 1
                background-workers: 1
            log:
              - target: stderr
                any: info
            database:
                storage: "%1$s"
            zone:
              - domain: %2$s
                storage: "%1$s"
                file: whoami.zone
                module: mod-whoami
            """
                .formatted(directory, DnsClient.NAME);
    Path file = Files.writeString(directory.resolve("knot.conf"), config);
    PEERS.start("knotd", port, program.toString(), "-c", file.toString());
  }

  @ParameterizedTest
  @CsvSource({"IPv4,IPV4", "IPv4,IPV6", "IPv6,IPV4", "IPv6,IPV6"})
  void address(String socket, Carried carried) throws Exception {
    DnsRecordType type = carried == Carried.IPV4 ? DnsRecordType.A : DnsRecordType.AAAA;
    try (DnsClient client = client(socket, carried.header())) {
      assertThat(client.ask(type).data()).containsExactly(carried.host());
    }
  }

  private static DnsClient client(String socket, ProxyHeader header) {
    InetSocketAddress server = new InetSocketAddress(Loopback.address(socket), port);
    return new DnsClient(LOOPS.group(), server, header);
  }
}
