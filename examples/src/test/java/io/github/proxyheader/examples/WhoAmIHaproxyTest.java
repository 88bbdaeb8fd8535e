/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.proxyheader.examples.whoami.SelfSigned;
import io.github.proxyheader.examples.whoami.WhoAmI;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whoami server behind real HAProxy, asked by curl and by a browser. */
@Timeout(180)
class WhoAmIHaproxyTest {
  private static final int LIMIT_SECONDS = 60;

  @RegisterExtension static final Peers PEERS = new Peers();
  @RegisterExtension static final EventLoops LOOPS = new EventLoops();

  private static WhoAmI server;
  private static int v1;
  private static int v2;
  private static int tls;

  @BeforeAll
  static void start() throws Exception {
    Peers.require("haproxy");
    Peers.require("curl");
    server =
        WhoAmI.start(
            LOOPS.group(),
            new InetSocketAddress(Loopback.V4, 0),
            -1,
            SelfSigned.create(),
            List.of("127.0.0.0/8"),
            line -> {});
    int ready = ExternalProgram.freePort();
    v1 = ExternalProgram.freePort();
    v2 = ExternalProgram.freePort();
    tls = ExternalProgram.freePort();
    Path pem = PEERS.directory().resolve("server.pem");
    try (InputStream in = WhoAmIHaproxyTest.class.getResourceAsStream("/tls/www.example.org.pem")) {
      Files.copy(in, pem);
    }
    String target = Loopback.text(server.address());
    String config =
        Peers.haproxyHttp(ready)
            + """
            listen v1
                mode tcp
                bind 127.0.0.1:%d
                server s %s send-proxy
            listen v2
                mode tcp
                bind 127.0.0.1:%d
                server s %s send-proxy-v2
            listen tls
                mode tcp
                bind 127.0.0.1:%d ssl crt %s alpn h2,http/1.1
                unique-id-format %%ci_%%cp
                server s %s send-proxy-v2-ssl proxy-v2-options crc32c,unique-id,authority,ssl,ssl-cipher,cert-key
            """
                .formatted(v1, target, v2, target, tls, pem, target);
    PEERS.haproxy(ready, config);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static JsonNode ask(int port, String scheme, String version) throws Exception {
    return new ObjectMapper()
        .readTree(
            run(
                Peers.require("curl").toString(),
                "-sSk",
                "--noproxy",
                "*",
                version,
                scheme + "://127.0.0.1:" + port + "/whoami.json"));
  }

  private static String run(String... command) throws Exception {
    Path out = Files.createTempFile(PEERS.directory(), "out", "");
    Path err = Files.createTempFile(PEERS.directory(), "err", "");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(err)).isZero();
      return Files.readString(out, UTF_8);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http,  --http1.1,               HTTP/1.1, ''",
    "http,  --http2-prior-knowledge, HTTP/2,   ''",
    "https, --http1.1,               HTTP/1.1, http/1.1",
    "https, --http2,                 HTTP/2,   h2",
  })
  void plainAndTlsOnOnePortBehindEachVersion(
      String scheme, String option, String protocol, String alpn) throws Exception {
    for (int port : new int[] {v1, v2}) {
      JsonNode report = ask(port, scheme, option);

      assertThat(report.at("/kind").asText()).isEqualTo("proxied");
      assertThat(report.at("/client").asText()).startsWith("127.0.0.1:");
      assertThat(report.at("/proxy/entrance").asText()).isEqualTo("127.0.0.1:" + port);
      assertThat(report.at("/proxy/version").asText()).isEqualTo(port == v1 ? "V1" : "V2");
      assertThat(report.at("/proxy/address").asText()).isNotEqualTo(report.at("/client").asText());
      assertThat(report.at("/server").asText()).isEqualTo(Loopback.text(server.address()));
      assertThat(report.at("/request/protocol").asText()).isEqualTo(protocol);
      assertThat(report.at("/tls").findValuesAsText("endedAt").contains("server"))
          .isEqualTo(scheme.equals("https"));
      if (!alpn.isEmpty()) {
        assertThat(report.at("/tls").findValuesAsText("value")).contains(alpn);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"--http1.1, HTTP/1.1, http/1.1", "--http2, HTTP/2, h2"})
  void theProxyEndsTlsAndTellsTheProtocol(String option, String protocol, String alpn)
      throws Exception {
    JsonNode report = ask(tls, "https", option);

    assertThat(report.at("/request/protocol").asText()).isEqualTo(protocol);
    assertThat(report.at("/client").asText().replace(':', '_'))
        .isEqualTo(value(report, "UNIQUE_ID"));
    assertThat(value(report, "ALPN")).isEqualTo(alpn);
    assertThat(report.at("/tls").findValuesAsText("endedAt")).isNotEmpty().containsOnly("proxy");
    assertThat(report.at("/tls").findValuesAsText("value")).contains("TLSv1.3");
  }

  private static String value(JsonNode report, String vector) {
    for (JsonNode node : report.at("/vectors")) {
      if (node.at("/name").asText().equals(vector)) {
        return node.at("/value").asText();
      }
    }
    return "none";
  }

  /** The pictures of the documentation are made by this test. */
  @Test
  void aBrowserShowsTheChain() throws Exception {
    assertThat(browse("--dump-dom"))
        .contains("<h2>Client</h2>", "<h2>Proxy</h2>", "<h2>Server</h2>", "PROXY header: V2, TCP4")
        .contains("UNIQUE_ID", "TLSv1.3", "HTTP/2");
    for (String scheme : List.of("light", "dark")) {
      paint(scheme, "1280,920", 1280);
      paint(scheme, "390,1900", 390);
    }
  }

  private static void paint(String scheme, String size, int width) throws Exception {
    Path directory = Path.of(System.getProperty("basedir", ""), "target");
    Path picture = directory.resolve("whoami-" + scheme + "-" + width + ".png").toAbsolutePath();
    Files.deleteIfExists(picture);
    browse(
        "--screenshot=" + picture,
        "--window-size=" + size,
        "--blink-settings=preferredColorScheme=" + (scheme.equals("dark") ? 0 : 1));
    assertThat(ImageIO.read(picture.toFile()).getWidth()).isEqualTo(width);
  }

  private static String browse(String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of(options));
    all.add("--ignore-certificate-errors");
    all.add("--host-resolver-rules=MAP www.example.org 127.0.0.1");
    all.add("https://www.example.org:" + tls + "/");
    Path profile = Files.createTempDirectory(PEERS.directory(), "browser");
    return run(Browser.command(profile, all).toArray(String[]::new));
  }
}
