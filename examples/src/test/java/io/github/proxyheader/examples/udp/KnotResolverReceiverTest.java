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
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The encoder sends, Knot Resolver receives. */
@Timeout(60)
@ExtendWith(NettyLeakDetectorExtension.class)
class KnotResolverReceiverTest {
  @RegisterExtension static final Peers PEERS = new Peers();
  @RegisterExtension static final EventLoops LOOPS = new EventLoops();

  private static int port;

  @BeforeAll
  static void start() throws Exception {
    Path program = Peers.require("kresd");
    port = ExternalProgram.freePort();
    String config =
        DnsServers.documented("Knot Resolver", port)
            + """
            net.ipv4 = false
            net.ipv6 = false
            modules.unload('priming')
            modules.unload('detect_time_skew')
            modules.unload('ta_update')
            trust_anchors.remove('.')
            cache.size = 1 * MB
            modules = { 'policy' }
            policy.add(function (req)
              local client = tostring(req.qsource.addr)
              return policy.ANSWER({
                [kres.type.TXT] = { rdata = string.char(#client) .. client, ttl = 0 }
              })
            end)
            """;
    Path file = Files.writeString(PEERS.directory().resolve("kresd.conf"), config);
    PEERS.start(
        "kresd",
        port,
        program.toString(),
        "-n",
        "-c",
        file.toString(),
        PEERS.directory().toString());
  }

  @ParameterizedTest
  @CsvSource({"IPv4,IPV4", "IPv4,IPV6", "IPv6,IPV4", "IPv6,IPV6"})
  void addressAndPort(String socket, Carried carried) throws Exception {
    try (DnsClient client = client(socket, carried.header())) {
      assertThat(client.ask(DnsRecordType.TXT).data())
          .containsExactly(carried.host() + "#" + Carried.SOURCE_PORT);
    }
  }

  @Test
  @DisplayName("LOCAL: Knot Resolver keeps the datagram's address")
  void local() throws Exception {
    try (DnsClient client = client("IPv4", ProxyHeader.local())) {
      assertThat(client.ask(DnsRecordType.TXT).data())
          .containsExactly("127.0.0.1#" + client.address().getPort());
    }
  }

  private static DnsClient client(String socket, ProxyHeader header) {
    InetSocketAddress server = new InetSocketAddress(Loopback.address(socket), port);
    return new DnsClient(LOOPS.group(), server, header);
  }
}
