/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.udp;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The encoder sends, PowerDNS Authoritative receives. */
@Timeout(60)
@ExtendWith(NettyLeakDetectorExtension.class)
class PowerDnsReceiverTest {
  @RegisterExtension static final Peers PEERS = new Peers();
  @RegisterExtension static final EventLoops LOOPS = new EventLoops();

  private static int port;

  @BeforeAll
  static void start() throws Exception {
    Path program = Peers.require("pdns_server");
    Path directory = PEERS.directory();
    port = ExternalProgram.freePort();
    Path zone =
        Files.writeString(
            directory.resolve("test.zone"),
            """
            $ORIGIN test.
            @ 60 IN SOA ns.test. hostmaster.test. 1 60 60 60 60
            @ 60 IN NS ns.test.
            whoami 0 IN LUA TXT "who:toStringWithPort()"
            """);
    Path zones =
        Files.writeString(
            directory.resolve("named.conf"),
            "zone \"test\" { type native; file \"%s\"; };\n".formatted(zone));
    String config =
        DnsServers.documented("PowerDNS Authoritative", port)
            + """
            daemon=no
            guardian=no
            socket-dir=%s
            write-pid=no
            disable-syslog=yes
            security-poll-suffix=
            launch=bind
            bind-config=%s
            enable-lua-records=yes
            """
                .formatted(directory, zones);
    Files.writeString(directory.resolve("pdns.conf"), config);
    requireBindBackend(program, directory);
    PEERS.start("pdns_server", port, program.toString(), "--config-dir=" + directory);
  }

  private static void requireBindBackend(Path program, Path directory) throws Exception {
    Process process =
        new ProcessBuilder(program.toString(), "--config-dir=" + directory, "--list-modules")
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (!output.lines().toList().contains("bind")) {
      throw Peers.missing("PowerDNS' bind backend (pdns-backend-bind)");
    }
  }

  @ParameterizedTest
  @CsvSource({"IPv4,IPV4", "IPv4,IPV6", "IPv6,IPV4", "IPv6,IPV6"})
  void address(String socket, Carried carried) throws Exception {
    try (DnsClient client = client(socket, carried.header())) {
      assertThat(client.ask(DnsRecordType.TXT).data())
          .containsExactly(Loopback.text(carried.source()));
    }
  }

  @Test
  @DisplayName("LOCAL: PowerDNS answers, with no address for the script")
  void local() throws Exception {
    try (DnsClient client = client("IPv4", ProxyHeader.local())) {
      assertThat(client.ask(DnsRecordType.TXT).data()).containsExactly("0.0.0.0:0");
    }
  }

  private static DnsClient client(String socket, ProxyHeader header) {
    InetSocketAddress server = new InetSocketAddress(Loopback.address(socket), port);
    return new DnsClient(LOOPS.group(), server, header);
  }
}
