/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.protocol.ProxyVersion;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** curl sends, the decoder receives. */
@Timeout(60)
class CurlSenderTest {
  @RegisterExtension static final EventLoops LOOPS = new EventLoops();

  private final Recorder recorder = new Recorder();

  @ParameterizedTest
  @ValueSource(strings = {"IPv4", "IPv6"})
  @DisplayName("--haproxy-protocol")
  void version1(String family) throws Exception {
    Path curl = Peers.require("curl");
    ReceiverOptions options = ReceiverOptions.builder().listener(recorder).build();
    InetSocketAddress any = new InetSocketAddress(Loopback.address(family), 0);
    try (WhoAmIServer server = WhoAmIServer.start(LOOPS.group(), any, options)) {
      Process process =
          new ProcessBuilder(
                  curl.toString(),
                  "--silent",
                  "--show-error",
                  "--noproxy",
                  "*",
                  "--max-time",
                  "20",
                  "--haproxy-protocol",
                  "--write-out",
                  "local: %{local_ip} %{local_port}\n",
                  "http://" + Loopback.text(server.address()) + "/")
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isZero();

      List<String> local =
          output
              .lines()
              .filter(line -> line.startsWith("local: "))
              .flatMap(line -> List.of(line.split(" ")).stream().skip(1))
              .toList();
      InetSocketAddress source =
          new InetSocketAddress(local.get(0), Integer.parseInt(local.get(1)));
      assertThat(output).contains("client: " + Loopback.text(source) + "\n");
      ProxiedAddress client = recorder.awaitClient();
      assertThat(client.isProxied()).isTrue();
      assertThat(client.source()).isEqualTo(source);
      assertThat(client.destination()).isEqualTo(server.address());
      assertThat(client.header().version()).isEqualTo(ProxyVersion.V1);
      assertThat(client.header().transport())
          .isEqualTo(family.equals("IPv4") ? ProxyTransport.TCP4 : ProxyTransport.TCP6);
    }
  }
}
