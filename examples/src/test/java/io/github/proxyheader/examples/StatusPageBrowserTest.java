/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.examples.forward.ForwarderStatus;
import io.github.proxyheader.examples.forward.admin.AdminServer;
import io.github.proxyheader.examples.forward.admin.ForwarderMetrics;
import io.github.proxyheader.examples.forward.admin.Statuses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The forwarder's status page, as a browser shows it. */
@Timeout(120)
class StatusPageBrowserTest {
  private static final int END_LIMIT_SECONDS = 50;

  @TempDir private Path directory;

  @Test
  void thePageFollowsTheForwarder() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    Supplier<ForwarderStatus> status =
        () ->
            asked.incrementAndGet() == 1
                ? statusWith("first", "203.0.113.7", "198.51.100.77")
                : statusWith("second", "198.51.100.99");
    try (AdminServer server = start(status)) {
      String page = browse(server, "--dump-dom", "--virtual-time-budget=5000");

      assertThat(asked.get()).isGreaterThan(1);
      assertThat(page)
          .contains("198.51.100.99:45678", ">second ", ", live</span>")
          .doesNotContain("203.0.113.7", "198.51.100.77", ">first ");
    }
  }

  @Test
  void aForwarderThatIsGoneIsTold() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    Supplier<ForwarderStatus> status =
        () -> {
          if (asked.incrementAndGet() > 1) {
            throw new IllegalStateException("gone");
          }
          return statusWith("game", "203.0.113.7");
        };
    try (AdminServer server = start(status)) {
      String page = browse(server, "--dump-dom", "--virtual-time-budget=5000");

      assertThat(page)
          .contains("203.0.113.7:45678", ", the forwarder does not answer", "class=\"stale\"");
    }
  }

  /** The picture of the documentation is made by this test. */
  @Test
  void thePageIsPainted() throws Exception {
    try (AdminServer server = start(StatusPageBrowserTest::busy)) {
      Path picture = Path.of(System.getProperty("basedir", ""), "target", "status.png");
      Files.deleteIfExists(picture);
      browse(
          server,
          "--virtual-time-budget=2500",
          "--screenshot=" + picture.toAbsolutePath(),
          "--window-size=1200,1012");

      assertThat(ImageIO.read(picture.toFile()).getWidth()).isEqualTo(1200);
    }
  }

  private static AdminServer start(Supplier<ForwarderStatus> status) throws IOException {
    return AdminServer.start(new InetSocketAddress(Loopback.V4, 0), status, new ForwarderMetrics());
  }

  private String browse(AdminServer server, String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of(options));
    all.add("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1");
    all.add("http://" + Loopback.text(server.address()) + "/");
    Path page = directory.resolve("page.html");
    Path log = directory.resolve("browser.log");
    Process process =
        new ProcessBuilder(Browser.command(directory, all))
            .redirectOutput(page.toFile())
            .redirectError(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(END_LIMIT_SECONDS, TimeUnit.SECONDS))
          .as(() -> "the browser ends; it printed: " + read(log))
          .isTrue();
      assertThat(process.exitValue()).as(() -> read(log)).isZero();
      return read(page);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static ForwarderStatus statusWith(String rule, String... clients) {
    return Statuses.rule(
        rule,
        List.of(clients).stream()
            .map(StatusPageBrowserTest::behindProxy)
            .toArray(ForwarderStatus.Connection[]::new));
  }

  private static ForwarderStatus.Connection behindProxy(String client) {
    return Statuses.connection(Statuses.address(client, 45678), Statuses.address("10.0.0.1", 3333));
  }

  private static ForwarderStatus busy() {
    return new ForwarderStatus(
        false,
        List.of(
            Statuses.rule(
                "game",
                25565,
                List.of("10.0.0.0/24"),
                List.of(
                    new ForwarderStatus.Target("10.1.0.5:25565", true, 2, 0),
                    new ForwarderStatus.Target("10.1.0.6:25566", true, 1, 0)),
                connection("203.0.113.7", "10.0.0.1", "10.1.0.5:25565", 4_812, 19),
                connection("2001:db8::1f:203", "10.0.0.2", "10.1.0.6:25566", 93_110, 127),
                connection("198.51.100.24", "10.0.0.1", "10.1.0.5:25565", 7_340_032, 8_040)),
            Statuses.rule(
                "mail",
                25,
                List.of(),
                List.of(
                    new ForwarderStatus.Target("10.2.0.5:2525", true, 1, 0),
                    new ForwarderStatus.Target("10.2.0.6:2526", false, 0, 7)),
                connection("203.0.113.81", "203.0.113.81", "10.2.0.5:2525", 511, 2))));
  }

  private static ForwarderStatus.Connection connection(
      String client, String peer, String target, long bytes, long seconds) {
    return new ForwarderStatus.Connection(
        Statuses.address(client, 45678),
        Statuses.address(peer, peer.equals(client) ? 45678 : 50312),
        target,
        bytes,
        21 * bytes,
        Duration.ofSeconds(seconds));
  }
}
