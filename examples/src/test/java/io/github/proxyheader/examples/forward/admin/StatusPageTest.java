/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.examples.forward.ForwarderStatus;
import io.netty.channel.unix.DomainSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusPageTest {
  private static final Instant NOW = Instant.parse("2026-11-21T11:12:13.456Z");

  @Test
  void aConnectionIsShownHopByHop() {
    assertThat(
            page(
                Statuses.rule(
                    "game",
                    Statuses.connection(
                        Statuses.address("203.0.113.7", 45678),
                        Statuses.address("10.0.0.1", 3333)))))
        .containsSubsequence(
            "203.0.113.7:45678",
            "10.0.0.1:3333",
            "192.0.2.1:25565",
            "10.1.0.5:25565",
            "1.5 KiB",
            "5.0 MiB",
            "1 min 15 s",
            "2026-11-21T11:12:13Z");
  }

  @Test
  void withoutProxyTheClientIsShownOnce() {
    var client = Statuses.address("203.0.113.7", 45678);

    String page = page(Statuses.rule("game", Statuses.connection(client, client)));

    assertThat(page).containsOnlyOnce("203.0.113.7:45678").contains(">none</td>");
  }

  @Test
  void aConnectionWithoutTargetIsShown() {
    var client = Statuses.address("203.0.113.7", 45678);
    var connection = new ForwarderStatus.Connection(client, client, null, 0, 0, Duration.ZERO);

    assertThat(page(Statuses.rule("game", connection))).contains(">not yet</td>");
  }

  @Test
  void targetsAndTheirHeadersAreShown() {
    var down = new ForwarderStatus.Target("10.1.0.6:25566", false, 0, 7);
    var rule =
        Statuses.rule(
            "game", 25565, List.of("10.0.0.0/8"), List.of(Statuses.target("10.1.0.5:25565"), down));

    assertThat(page(new ForwarderStatus(false, List.of(rule))))
        .containsSubsequence(
            "Targets up</dt><dd>1<",
            "Targets down</dt><dd>1<",
            "10.0.0.0/8",
            "1 of 2 up",
            "10.1.0.5:25565",
            "● up",
            "PROXY v2",
            "10.1.0.6:25566",
            "○ down",
            "none",
            ">7<");
  }

  @Test
  void drainingIsShown() {
    assertThat(page(Statuses.idle(true))).contains(">draining<").doesNotContain(">serving<");
    assertThat(page(Statuses.idle(false))).contains(">serving<").doesNotContain(">draining<");
  }

  @Test
  void aSampleIsSaidToBeOne() {
    var client = Statuses.address("203.0.113.7", 45678);
    var one = Statuses.rule("game", Statuses.connection(client, client)).rules().get(0);
    var rule =
        new ForwarderStatus.Rule(one.config(), one.listening(), 5000, one.targets(), one.sample());

    assertThat(page(new ForwarderStatus(false, List.of(rule))))
        .contains("Connections: the newest 1 of 5000");
  }

  @Test
  void namesAndPathsAreNoMarkup() {
    var client = new DomainSocketAddress("<script>alert('1')</script>&\"\u202e\n");

    String page =
        page(Statuses.rule("<img src=x onerror=\"f()\">", Statuses.connection(client, client)));

    assertThat(page)
        .contains("unix:&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;\\u202e\\u000a")
        .contains("&lt;img src=x onerror=&quot;f()&quot;&gt;")
        .doesNotContain("<script>", "<img");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "1048576, 1.0 MiB",
    "1610612736, 1.5 GiB",
    "9223372036854775807, 8.0 EiB"
  })
  void bytesAreShort(long count, String text) {
    assertThat(StatusPage.bytes(count)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"PT0S, 0 s", "PT59.9S, 59 s", "PT1M, 1 min 0 s", "PT50H3M, 50 h 3 min"})
  void agesAreShort(Duration age, String text) {
    assertThat(StatusPage.age(age)).isEqualTo(text);
  }

  private static String page(ForwarderStatus status) {
    return StatusPage.of(status, NOW);
  }
}
