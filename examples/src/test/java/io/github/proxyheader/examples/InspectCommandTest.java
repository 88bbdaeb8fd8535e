/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(120)
class InspectCommandTest {
  private static final String HEX = "0d0a0d0a000d0a515549540a2111000c7f0000017f00000104d20050";
  private static final byte[] LINE = "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n".getBytes(US_ASCII);
  private static final String ESCAPE = "\u001b";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private byte[] input = {};

  private int run(String... arguments) {
    out.reset();
    err.reset();
    InspectCommand command =
        new InspectCommand(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            new ByteArrayInputStream(input));
    return new CommandLine(command)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setErr(new java.io.PrintWriter(err, true, UTF_8))
        .execute(arguments);
  }

  private void assertRefused(String message) {
    assertThat(out.toString(UTF_8)).isEmpty();
    assertThat(err.toString(UTF_8)).isEqualTo("inspect: " + message + System.lineSeparator());
  }

  @Test
  void validHeaderIsShownRangeByRange() {
    assertThat(run("--hex", HEX)).isZero();

    assertThat(err.toString(UTF_8)).isEmpty();
    assertThat(out.toString(UTF_8))
        .isEqualTo(
            """
            --hex
            valid: version 2, PROXY, TCP4, 28 bytes
              source       127.0.0.1:1234
              destination  127.0.0.1:80
              offset  bytes                                            rule     meaning
                   0  0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a              R29      signature of version 2
                  12  21                                               R30 R31  version 2, command 1 (PROXY)
                  13  11                                               R33      family IPv4, transport STREAM
                  14  00 0c                                            R36      length of the rest: 12
                  16  7f 00 00 01                                      R37      source address 127.0.0.1
                  20  7f 00 00 01                                      R37      destination address 127.0.0.1
                  24  04 d2                                            R37      source port 1234
                  26  00 50                                            R37      destination port 80

            """);
  }

  @Test
  void invalidHeaderIsShownUpToTheRefusedByte() {
    input = "PROXY TCP4 999.0.0.1 1.2.3.4 1 2\r\n".getBytes(US_ASCII);

    assertThat(run()).isEqualTo(1);

    assertThat(out.toString(UTF_8))
        .isEqualTo(
            """
            standard input
            invalid: refused at byte 13: ADDRESS, R17: an address is not one of the line's family
              offset  bytes                                            rule     meaning
                   0  50 52 4f 58 59                                   R13      signature of version 1
                   5  20                                               R16      space
                   6  54 43 50 34                                      R16      protocol TCP4
                  10  20                                               R16      space
                  11  39 39 39                                         R17      source address 999  <-- refused

            """);
  }

  @Test
  void everyKindOfInputIsRecognized(@TempDir Path folder) throws IOException {
    String base64 = Base64.getEncoder().encodeToString(LINE);
    Path raw = Files.write(folder.resolve("raw"), LINE);
    Path text = Files.writeString(folder.resolve("text"), base64 + "\n");

    assertThat(run("--base64", base64)).isZero();
    assertThat(run(raw.toString())).isZero();
    assertThat(run(text.toString())).isZero();
    assertThat(run("--format", "base64", text.toString())).isZero();
    assertThat(run(HEX)).isZero();
    assertThat(run(HEX.replaceAll("..", "$0 ").split(" "))).isZero();
    input = HEX.getBytes(US_ASCII);
    assertThat(run("-")).isZero();
    assertThat(run()).isZero();
  }

  @Test
  void jsonHasTheSameFacts() throws IOException {
    assertThat(run("--json", "--hex", HEX + "68 69 7f")).isZero();
    JsonNode root = new ObjectMapper().readTree(out.toByteArray());
    JsonNode stream = root.get("streams").get(0);
    JsonNode header = stream.get("headers").get(0);

    assertThat(root.get("format").asText()).isEqualTo("hex");
    assertThat(root.get("valid").asBoolean()).isTrue();
    assertThat(header.get("source").asText()).isEqualTo("127.0.0.1:1234");
    assertThat(header.get("ranges")).hasSize(8);
    assertThat(stream.get("payload").get("hex").asText()).isEqualTo("68697f");

    input = "PROXY TCP4 1".getBytes(US_ASCII);
    assertThat(run("--json")).isEqualTo(1);
    JsonNode refusal =
        new ObjectMapper().readTree(out.toByteArray()).at("/streams/0/headers/0/refusal");
    assertThat(refusal.get("reason").asText()).isEqualTo("TRUNCATED");
    assertThat(refusal.get("offset").asInt()).isEqualTo(12);
    assertThat(refusal.get("rule").asText()).isEqualTo("R4");
  }

  @Test
  void bytesOfThePeerAreEscaped() {
    input = ("PROXY UNKNOWN " + ESCAPE + "[31m\u202e\u009b\r\n" + ESCAPE + "]0;x").getBytes(UTF_8);

    for (String option : List.of("--format=raw", "--json")) {
      assertThat(run(option)).isZero();
      assertThat(out.toString(UTF_8)).matches("(?s)[\\n -~]+").doesNotContain(ESCAPE);
    }
    assertThat(run("no\u001b[31msuch")).isEqualTo(2);
    assertRefused("no\\x1b[31msuch: there is no such file");
  }

  @Test
  void wrongInputIsOneErrorAndNothingElse(@TempDir Path folder) throws IOException {
    assertThat(run(folder.toString())).isEqualTo(2);
    assertRefused(folder + ": this is a directory".replace(folder.toString(), ""));
    assertThat(run("--hex", "0d0")).isEqualTo(2);
    assertRefused("--hex: the number of hexadecimal digits is odd");
    assertThat(run("--hex", "xyz")).isEqualTo(2);
    assertRefused("--hex: line 1, column 1: 'x' is no hexadecimal digit");
    assertThat(run("--base64", "****")).isEqualTo(2);
    assertRefused("--base64: this is no base64");
    assertThat(run(folder.resolve("none").toString())).isEqualTo(2);
    assertRefused(folder.resolve("none") + ": there is no such file");
    assertThat(run()).isEqualTo(2);
    assertRefused("standard input: there are no bytes");
    assertThat(run("--format", "pcap", Files.write(folder.resolve("a"), LINE).toString()))
        .isEqualTo(2);
    assertRefused(folder.resolve("a") + ": this is neither a pcap nor a pcapng file");
    input = new byte[(16 << 20) + 1];
    assertThat(run()).isEqualTo(2);
    assertRefused("standard input: there are more than 16777216 bytes");
  }

  @Test
  void wrongCallPrintsTheUsage() {
    assertThat(run("--hex", HEX, "--base64", "AAAA")).isEqualTo(2);
    assertThat(run("--hex", HEX, "--format", "raw")).isEqualTo(2);
    assertThat(run("--format", "nonsense")).isEqualTo(2);
    assertThat(run("--max-header-size", "15")).isEqualTo(2);
    assertThat(run("--limit", "0")).isEqualTo(2);

    assertThat(out.toString(UTF_8)).isEmpty();
    assertThat(err.toString(UTF_8)).contains("Usage: inspect");
  }

  @Test
  void coloursNeedATerminalThatTakesThem() {
    assertThat(Terminal.takesColours(true, Map.of("TERM", "xterm"))).isTrue();
    assertThat(Terminal.takesColours(true, Map.of("NO_COLOR", ""))).isTrue();
    assertThat(Terminal.takesColours(true, Map.of("NO_COLOR", "1"))).isFalse();
    assertThat(Terminal.takesColours(true, Map.of("TERM", "dumb"))).isFalse();
    assertThat(Terminal.takesColours(false, Map.of())).isFalse();
    assertThat(Terminal.isTerminal(new PrintStream(out, true, UTF_8))).isFalse();
  }

  @Test
  void realTerminalIsColouredUnlessItsUserForbidsIt(@TempDir Path folder) throws Exception {
    Peers.require("script");

    assertThat(onTerminal(folder, "env -u NO_COLOR TERM=xterm")).contains(ESCAPE + "[32mvalid");
    assertThat(onTerminal(folder, "env NO_COLOR=1 TERM=xterm"))
        .contains("valid: version 2")
        .doesNotContain(ESCAPE);
    assertThat(onTerminal(folder, "env -u NO_COLOR TERM=xterm", " | cat"))
        .contains("valid: version 2")
        .doesNotContain(ESCAPE);
  }

  private static String onTerminal(Path folder, String environment, String... rest)
      throws Exception {
    String command =
        String.join(
            " ",
            environment,
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "inspect",
            HEX,
            String.join("", rest));
    Path shell = Files.writeString(folder.resolve("run.sh"), command + "\n");
    Process process =
        new ProcessBuilder("script", "-q", "-c", "sh " + shell, "/dev/null")
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  @Test
  void reportThatCannotBeWrittenIsFailure() {
    PrintStream full =
        new PrintStream(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("No space left on device");
              }
            });
    String[] arguments = {"inspect", "--json", "--hex", HEX};

    assertThat(Main.run(arguments, full, new PrintStream(err, true, UTF_8))).isEqualTo(2);
    assertRefused("standard output cannot be written");
  }
}
