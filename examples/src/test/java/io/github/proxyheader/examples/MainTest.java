/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class MainTest {
  private static final String ADDRESS = " +127\\.0\\.0\\.\\d:\\d+ +127\\.0\\.0\\.1:\\d+ +";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    return Main.run(
        arguments, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
  }

  @Test
  void demoShowsTheClientsRealAddressAtEachHop() {
    assertThat(run("demo")).as(err.toString(UTF_8)).isZero();

    assertThat(err.toString(UTF_8)).isEmpty();
    assertThat(out.toString(UTF_8))
        .containsPattern("(?m)^hop +server's socket saw +real client +header$")
        .containsPattern(
            "client -> forwarder v1 -> server" + ADDRESS + "V1 PROXY TCP4 127\\.0\\.0\\.1:\\d+ -> ")
        .containsPattern(
            "client -> forwarder v2 -> server"
                + ADDRESS
                + "V2 PROXY TCP4 .* authority=www\\.example\\.org unique-id=\\w+ crc32c")
        .contains("The server knew the client's real address every time.");
  }

  @Test
  void demoGoesThroughTheRealHaproxy() {
    Peers.require("haproxy");

    assertThat(run("demo")).as(err.toString(UTF_8)).isZero();

    assertThat(out.toString(UTF_8))
        .containsPattern("client -> HAProxy v2 -> server" + ADDRESS + "V2 PROXY TCP4 ")
        .contains("went through the real HAProxy (send-proxy-v2)");
  }

  @Test
  void demoFailsOnAnotherAddressThanTheClients() {
    assertThatThrownBy(() -> Demo.verify("a hop", "127.0.0.1:1", "127.0.0.2:2", "V1", "V1 PROXY"))
        .isInstanceOf(DemoException.class)
        .hasMessage("a hop: the server took 127.0.0.2:2 for the client (expected: 127.0.0.1:1)");
  }

  @Test
  void demoFailsOnAnotherVersionThanAskedFor() {
    assertThatThrownBy(() -> Demo.verify("a hop", "127.0.0.1:1", "127.0.0.1:1", "V2", "V1 PROXY"))
        .isInstanceOf(DemoException.class)
        .hasMessage("a hop: the header was V1 PROXY (expected: V2)");
  }

  @Test
  void wrongCallPrintsTheUsage() {
    assertThat(run()).isEqualTo(2);
    assertThat(run("nonsense")).isEqualTo(2);
    assertThat(run("demo", "more")).isEqualTo(2);

    assertThat(out.toString(UTF_8)).isEmpty();
    assertThat(err.toString(UTF_8)).startsWith("usage: ").contains("  demo  ");
  }
}
