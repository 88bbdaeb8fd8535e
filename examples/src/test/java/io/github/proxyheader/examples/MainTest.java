/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
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
            "client -> forwarder v2 -> server" + ADDRESS + "V2 PROXY TCP4 .* unique-id=\\S+ crc32c")
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

    assertThat(run("forward")).isEqualTo(2);
    assertThat(run("forward", "--config")).isEqualTo(2);
    assertThat(run("forward", "--config", "a", "b")).isEqualTo(2);
    assertThat(run("--nonsense")).isEqualTo(2);

    assertThat(out.toString(UTF_8)).isEmpty();
    assertThat(err.toString(UTF_8))
        .contains("Usage: proxyheader ")
        .contains("  demo  ")
        .contains("  forward  ")
        .contains("Usage: proxyheader forward ")
        .contains("Missing required option: '--config=FILE'");
  }

  @Test
  void helpIsNoFailure() {
    assertThat(run("--help")).isZero();
    assertThat(run("forward", "--help")).isZero();
    assertThat(run("--version")).isZero();

    assertThat(err.toString(UTF_8)).isEmpty();
    assertThat(out.toString(UTF_8)).contains("demo", "--check", "SIGHUP", "proxyheader ");
  }

  @Test
  void checkOfAGoodFileSaysSo(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.toml"),
            """
            [[rule]]
            listen = "127.0.0.1:0"
            [[rule.target]]
            address = "127.0.0.1:1"
            """);

    assertThat(run("forward", "--check", "--config", file.toString())).isZero();

    assertThat(err.toString(UTF_8)).isEmpty();
    assertThat(out.toString(UTF_8)).isEqualTo(file + ": good, rules: 1" + System.lineSeparator());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void wrongFileIsToldOfAndNothingStarts(boolean check, @TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a.toml"), "threads = 0\nrules = 1\n");
    List<String> call = new ArrayList<>(List.of("forward", "--config", file.toString()));
    if (check) {
      call.add("--check");
    }

    assertThat(run(call.toArray(String[]::new))).isEqualTo(2);

    assertThat(out.toString(UTF_8)).isEmpty();
    assertThat(err.toString(UTF_8).lines())
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).startsWith(file + ":1: threads: validation.invalid_value: 0"),
            line -> assertThat(line).startsWith(file + ":1: rule: validation.missing_key: missing"),
            line -> assertThat(line).startsWith(file + ":2: rules: validation.unknown_key: "));
  }
}
