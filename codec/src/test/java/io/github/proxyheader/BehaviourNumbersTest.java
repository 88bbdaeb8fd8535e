/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The numbers with which names of tests begin are explained in {@code docs/ARCHITECTURE.md}. */
class BehaviourNumbersTest {
  private static final Path PAGE = Path.of("..", "docs", "ARCHITECTURE.md");
  private static final Pattern NAME =
      Pattern.compile("@(?:DisplayName|Label)\\(\\s*\"((?:(?:\\d(?:\\.\\d)?|[RT]\\d+b?),? )+)");
  private static final Pattern NUMBER = Pattern.compile("(?<![\\w.])\\d(?:\\.\\d)?(?=,? )");
  private static final Pattern EXPLAINED = Pattern.compile("(?m)^- \\*\\*(\\d(?:\\.\\d)?)\\*\\* ");

  @Test
  void everyNumberInTheNameOfATestIsExplained() throws IOException {
    Set<String> cited = new TreeSet<>();
    for (String module : new String[] {"codec", "examples"}) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "test", "java"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          NAME.matcher(Files.readString(file))
              .results()
              .forEach(
                  name ->
                      NUMBER.matcher(name.group(1)).results().forEach(n -> cited.add(n.group())));
        }
      }
    }
    assertThat(cited).contains("3", "4.5", "6.2");
    assertThat(EXPLAINED.matcher(Files.readString(PAGE)).results().map(r -> r.group(1)))
        .doesNotHaveDuplicates()
        .containsAll(cited);
  }
}
