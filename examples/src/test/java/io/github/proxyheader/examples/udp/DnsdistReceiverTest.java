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
import io.github.proxyheader.tlv.TlvType;
import io.github.proxyheader.tlv.Tlvs;
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

/** The encoder sends, dnsdist receives. */
@Timeout(60)
@ExtendWith(NettyLeakDetectorExtension.class)
class DnsdistReceiverTest {
  @RegisterExtension static final Peers PEERS = new Peers();
  @RegisterExtension static final EventLoops LOOPS = new EventLoops();

  private static int port;

  @BeforeAll
  static void start() throws Exception {
    Path program = Peers.require("dnsdist");
    port = ExternalProgram.freePort();
    String config =
        DnsServers.documented("dnsdist, receiving", port)
            + """
            setSecurityPollSuffix("")
            addAction(AllRule(), LuaAction(function(dq)
              local strings = { dq.remoteaddr:toStringWithPort(), dq.localaddr:toStringWithPort() }
              local tlvs = dq:getProxyProtocolValues()
              for type = 1, 255 do
                if tlvs[type] and type ~= 3 then
                  table.insert(strings, type .. "=" .. tlvs[type])
                end
              end
              local rdata = ""
              for _, s in ipairs(strings) do rdata = rdata .. string.char(#s) .. s end
              return DNSAction.SpoofRaw, rdata
            end))
            """;
    Path file = Files.writeString(PEERS.directory().resolve("dnsdist.conf"), config);
    PEERS.start(
        "dnsdist",
        port,
        program.toString(),
        "--supervised",
        "--disable-syslog",
        "-C",
        file.toString());
  }

  @ParameterizedTest
  @CsvSource({"IPv4,IPV4", "IPv4,IPV6", "IPv6,IPV4", "IPv6,IPV6"})
  void addressesAndPorts(String socket, Carried carried) throws Exception {
    try (DnsClient client = client(socket, carried.header())) {
      assertThat(client.ask(DnsRecordType.TXT).data())
          .containsExactly(Loopback.text(carried.source()), Loopback.text(carried.destination()));
    }
  }

  @Test
  void vectorsAndChecksum() throws Exception {
    Tlvs tlvs = Tlvs.builder().authority("dns.example.org").uniqueId(new byte[] {'i', 'd'}).build();
    ProxyHeader header = Carried.IPV4.builder().tlvs(tlvs).checksum(true).build();

    try (DnsClient client = client("IPv4", header)) {
      assertThat(client.ask(DnsRecordType.TXT).data())
          .contains(TlvType.AUTHORITY + "=dns.example.org", TlvType.UNIQUE_ID + "=id");
    }
  }

  @Test
  @DisplayName("LOCAL: dnsdist keeps the datagram's addresses")
  void local() throws Exception {
    try (DnsClient client = client("IPv4", ProxyHeader.local())) {
      assertThat(client.ask(DnsRecordType.TXT).data())
          .containsExactly(Loopback.text(client.address()), "127.0.0.1:" + port);
    }
  }

  private static DnsClient client(String socket, ProxyHeader header) {
    InetSocketAddress server = new InetSocketAddress(Loopback.address(socket), port);
    return new DnsClient(LOOPS.group(), server, header);
  }
}
