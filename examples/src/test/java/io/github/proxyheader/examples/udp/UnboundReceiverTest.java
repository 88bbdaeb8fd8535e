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
import io.netty.handler.codec.dns.DnsResponseCode;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The encoder sends, Unbound receives. */
@Timeout(60)
@ExtendWith(NettyLeakDetectorExtension.class)
class UnboundReceiverTest {
  @RegisterExtension static final Peers PEERS = new Peers();
  @RegisterExtension static final EventLoops LOOPS = new EventLoops();

  private static int port;

  @BeforeAll
  static void start() throws Exception {
    Path program = Peers.require("unbound");
    Path directory = PEERS.directory();
    port = ExternalProgram.freePort();
    String config =
        DnsServers.documented("Unbound", port)
            + """
                access-control: 192.0.2.0/24 refuse
                access-control-view: 127.0.0.0/8 proxy
                access-control-view: %2$s client-4
                access-control-view: %3$s client-6
                local-zone: . refuse
                directory: "%1$s"
                pidfile: "%1$s/unbound.pid"
                chroot: ""
                username: ""
                use-syslog: no
                logfile: ""
                module-config: iterator
                num-threads: 1
            %4$s
            %5$s
            %6$s
            remote-control:
                control-enable: no
            """
                .formatted(
                    directory,
                    Carried.IPV4.host() + "/32",
                    Carried.IPV6.host() + "/128",
                    view("proxy"),
                    view("client-4"),
                    view("client-6"));
    Path file = Files.writeString(directory.resolve("unbound.conf"), config);
    PEERS.start("unbound", port, program.toString(), "-d", "-p", "-c", file.toString());
  }

  private static String view(String name) {
    return "view:\n    name: %1$s\n    local-data: \"%2$s TXT %1$s\""
        .formatted(name, DnsClient.NAME);
  }

  @ParameterizedTest
  @CsvSource({
    "IPv4,IPV4,client-4",
    "IPv4,IPV6,client-6",
    "IPv6,IPV4,client-4",
    "IPv6,IPV6,client-6"
  })
  @DisplayName("Unbound gives the client the view of its address")
  void viewOfTheAddress(String socket, Carried carried, String view) throws Exception {
    try (DnsClient client = client(socket, carried.header())) {
      assertThat(client.ask(DnsRecordType.TXT).data()).containsExactly(view);
    }
  }

  @Test
  @DisplayName("Unbound refuses a client whose address is on its list")
  void refusedAddress() throws Exception {
    InetSocketAddress refused = new InetSocketAddress("192.0.2.7", 45678);
    ProxyHeader header = Carried.IPV4.builder().source(refused).build();

    try (DnsClient client = client("IPv4", header)) {
      assertThat(client.ask(DnsRecordType.TXT).code()).isEqualTo(DnsResponseCode.REFUSED);
    }
  }

  @Test
  @DisplayName("LOCAL: Unbound keeps the datagram's address")
  void local() throws Exception {
    try (DnsClient client = client("IPv4", ProxyHeader.local())) {
      assertThat(client.ask(DnsRecordType.TXT).data()).containsExactly("proxy");
    }
  }

  private static DnsClient client(String socket, ProxyHeader header) {
    InetSocketAddress server = new InetSocketAddress(Loopback.address(socket), port);
    return new DnsClient(LOOPS.group(), server, header);
  }
}
