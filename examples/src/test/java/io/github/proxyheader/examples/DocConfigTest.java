/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.proxyheader.examples.forward.config.ConfigFile;
import io.github.proxyheader.examples.forward.config.ConfigProblem;
import io.github.proxyheader.examples.forward.config.ForwarderConfig;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** The configurations of the documentation and for deployment are good ones. */
@Timeout(60)
class DocConfigTest {
  private static final Path ROOT = Path.of(System.getProperty("basedir", "")).resolve("..");
  private static final Path DEPLOY = ROOT.resolve("examples/deploy");
  private static final Pattern PEM = Pattern.compile("\"(\\w+\\.(?:pem|key))\"");
  private static final Pattern STOP_LIMIT = Pattern.compile("(?m)^TimeoutStopSec=(\\d+)s$");

  @TempDir Path folder;

  @TestFactory
  List<DynamicTest> configurationsOfTheDocumentation() throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    for (String document : List.of("README.md", "docs/forwarder.md", "docs/scaling.md")) {
      List<String> samples = samples(document, "toml");
      assertThat(samples).as(document).isNotEmpty();
      for (String sample : samples) {
        String name = document + ", configuration " + (tests.size() + 1);
        tests.add(DynamicTest.dynamicTest(name, () -> check(sample)));
      }
    }
    return tests;
  }

  @Test
  void messageOfTheDocumentationIsTheRealOne() throws Exception {
    String document = "docs/forwarder.md";
    String wrong = samples(document, "toml").get(0).replace("\"v2\"", "\"v3\"");
    Path file = Files.writeString(folder.resolve("forwarder.toml"), wrong);

    assertThatThrownBy(() -> ConfigFile.read(file))
        .hasMessage(folder + "/" + samples(document, "text").get(0).strip());
  }

  private void check(String toml) throws Exception {
    for (Matcher pem = PEM.matcher(toml); pem.find(); ) {
      try (InputStream in = getClass().getResourceAsStream("/tls/www.example.org.pem")) {
        Files.write(folder.resolve(pem.group(1)), in.readAllBytes());
      }
    }
    Path file = Files.writeString(folder.resolve("forwarder.toml"), toml);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(printed, true, UTF_8)) {
      int status =
          Main.run(new String[] {"forward", "--check", "--config", file.toString()}, out, out);

      assertThat(status).as(printed.toString(UTF_8)).isZero();
    }
  }

  @Test
  void haproxyTakesTheConfigurationInFront() throws Exception {
    Path haproxy = Peers.require("haproxy");
    List<String> samples = samples("docs/scaling.md", "haproxy");
    assertThat(samples).hasSize(1);
    Path file = Files.writeString(folder.resolve("haproxy.cfg"), samples.get(0));
    Process check =
        new ProcessBuilder(haproxy.toString(), "-c", "-f", file.toString())
            .redirectErrorStream(true)
            .start();

    String printed = new String(check.getInputStream().readAllBytes(), UTF_8);
    assertThat(check.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(check.exitValue()).as(printed).isZero();
    assertThat(printed).doesNotContain("WARNING");
  }

  @Test
  void codesOfTheDocumentationAreThoseThereAre() throws Exception {
    String document = Files.readString(ROOT.resolve("docs/forwarder.md"));
    List<String> codes =
        Pattern.compile("(?m)^\\| `(validation\\.\\w+)` \\|")
            .matcher(document)
            .results()
            .map(row -> row.group(1))
            .toList();

    assertThat(codes)
        .containsExactlyElementsOf(
            List.of(ConfigProblem.Code.values()).stream().map(Object::toString).toList());
  }

  @Test
  void deployedConfigurationIsGoodAndStopsInTime() throws Exception {
    ForwarderConfig config = ConfigFile.read(DEPLOY.resolve("forwarder.toml"));
    String unit = Files.readString(DEPLOY.resolve("proxyheader-forwarder.service"));
    Matcher limit = STOP_LIMIT.matcher(unit);

    assertThat(limit.find()).isTrue();
    assertThat(Duration.ofSeconds(Long.parseLong(limit.group(1))))
        .isGreaterThan(config.drainTimeout());
  }

  @Test
  void systemdTakesTheUnit() throws Exception {
    Path systemd =
        ExternalProgram.find("systemd-analyze")
            .orElseThrow(() -> new TestAbortedException("systemd-analyze is not installed"));
    // The programs that it names are on the machine that runs it.
    String unit =
        Files.readString(DEPLOY.resolve("proxyheader-forwarder.service"))
            .replace("/usr/bin/java", "/bin/sh")
            .replace("/bin/kill", "/bin/sh");
    Path file = Files.writeString(folder.resolve("proxyheader-forwarder.service"), unit);
    Process verify =
        new ProcessBuilder(systemd.toString(), "verify", "--man=no", file.toString())
            .redirectErrorStream(true)
            .start();

    String printed = new String(verify.getInputStream().readAllBytes(), UTF_8);
    assertThat(verify.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(verify.exitValue()).as(printed).isZero();
    assertThat(printed.lines().filter(line -> line.contains(file.getFileName().toString())))
        .isEmpty();
  }

  private static List<String> samples(String document, String language) throws Exception {
    String markdown = Files.readString(ROOT.resolve(document));
    return Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$")
        .matcher(markdown)
        .results()
        .map(sample -> sample.group(1))
        .toList();
  }
}
