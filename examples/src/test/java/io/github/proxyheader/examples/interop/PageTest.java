/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Holds the page of the last run to the matrix of today. */
class PageTest {
  private static final Pattern WHEN = Pattern.compile("(?m)^(Last run: .*?\\.) The command");
  private static final Pattern VERSIONED = Pattern.compile("(?m)^\\| ([^|]+) \\| ([^|]+) \\| .*$");

  @Test
  @DisplayName("docs/INTEROP.md is what a run of today's matrix writes")
  void pageIsOfTheMatrix() throws Exception {
    String page = Files.readString(Page.FILE);
    String when =
        WHEN.matcher(page).results().findFirst().map(match -> match.group(1)).orElseThrow();

    assertThat(Page.render(expected(page), when)).isEqualTo(page);
  }

  @Test
  @DisplayName("no cell of the page is unexplained or without a result")
  void pageIsComplete() throws Exception {
    assertThat(Files.readString(Page.FILE)).doesNotContain("unexplained").doesNotContain("unknown");
    assertThat(
            Files.readString(Page.FILE)
                .lines()
                .filter(line -> line.contains("| not run |") && !line.contains("| needs "))
                .collect(Collectors.toList()))
        .isEmpty();
  }

  /** What a run sees if all is as the matrix says, with the versions of the page. */
  private static Results expected(String page) {
    Results results = new Results();
    Matrix.rows()
        .forEach(
            (title, row) -> {
              results.version(title, version(page, title));
              row.forEach((kind, cell) -> results.cell(title, kind, cell));
            });
    Datagrams.rows()
        .forEach(
            (title, row) -> {
              results.version(title, version(page, title));
              row.forEach((kind, cell) -> results.datagramCell(title, kind, cell));
            });
    for (SendingProgram sender : SendingPrograms.all()) {
      String title = sender.program().title();
      if (!page.contains("| needs " + sender.since() + " |")) {
        results.version(title, senderVersion(page, title));
        sender.modes().forEach(mode -> results.sent(title, mode.title(), mode.expected()));
      }
    }
    Chain.all().forEach(chain -> results.chain(chain.title(), chain.said()));
    Published.all().forEach(each -> results.capture(each.sender(), each.expected()));
    return results;
  }

  private static String version(String page, String title) {
    return VERSIONED
        .matcher(page)
        .results()
        .filter(row -> row.group(1).equals(title))
        .findFirst()
        .map(row -> row.group(2))
        .orElse("no row");
  }

  private static String senderVersion(String page, String title) {
    String senders = page.substring(page.indexOf("## Senders to our decoder"));
    return version(senders, title.replaceAll(", .*", ""));
  }
}
