/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds {@code docs/RULES.md} to the sources: the classes and tests that it names exist, the tests
 * cite its rules, and no number that the sources cite is missing from it.
 */
class RulesTest {
  private static final Path MAIN = Path.of("src", "main", "java", "io", "github", "proxyheader");
  private static final Path TESTS = Path.of("src", "test", "java", "io", "github", "proxyheader");
  private static final Path PAGE = Path.of("..", "docs", "RULES.md");

  /** A number of a rule or of a hostile case, as comments and the names of tests cite it. */
  private static final Pattern CITATION = Pattern.compile("\\b(R[1-9][0-9]?|T[1-9][0-9]?b?)\\b");

  private static final Pattern LINE = Pattern.compile("(?m)^\\| ([RT]\\d+b?) \\| ");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| R(\\d+) \\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\|$");
  private static final Pattern CLASS =
      Pattern.compile("`(?:(tlv|handler|datagram)\\.)?([A-Z]\\w+)[^`]*`");
  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|Properties))`");

  /** The rules that the reader and the writer hold; the others are the handlers'. */
  private static final int FIRST_OF_THE_FORMAT = 12;

  private static final int LAST_OF_THE_FORMAT = 62;

  record Rule(int number, String text, String classes, String tests) {
    @Override
    public String toString() {
      return "R" + number;
    }
  }

  static List<Rule> rules() throws IOException {
    return ROW.matcher(Files.readString(PAGE))
        .results()
        .map(r -> new Rule(Integer.parseInt(r.group(1)), r.group(2), r.group(3), r.group(4)))
        .toList();
  }

  @Test
  void everyRuleHasItsLine() throws IOException {
    assertThat(rules())
        .extracting(Rule::number)
        .containsExactlyElementsOf(Stream.iterate(1, n -> n + 1).limit(65).toList());
  }

  @ParameterizedTest
  @MethodSource("rules")
  void namedClassesExist(Rule rule) {
    for (MatchResult name : CLASS.matcher(rule.classes).results().toList()) {
      String folder = name.group(1) == null ? "protocol" : name.group(1);
      assertThat(MAIN.resolve(folder).resolve(name.group(2) + ".java")).isRegularFile();
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void namedTestsExistAndOneOfThemCitesTheRule(Rule rule) throws IOException {
    List<String> texts = new ArrayList<>();
    for (MatchResult name : TEST.matcher(rule.tests).results().toList()) {
      texts.add(Files.readString(find(name.group(1) + ".java")));
    }
    if (FIRST_OF_THE_FORMAT <= rule.number && rule.number <= LAST_OF_THE_FORMAT) {
      Pattern citation =
          Pattern.compile("@(DisplayName|Label)\\(\\s*\"[^\"]*\\bR" + rule.number + "\\b");
      assertThat(texts).anyMatch(text -> citation.matcher(text).find());
    }
  }

  @Test
  void everyCitedNumberHasItsLine() throws IOException {
    Set<String> cited = new TreeSet<>();
    for (Path folder : List.of(MAIN, TESTS)) {
      for (Path file : sources(folder)) {
        CITATION.matcher(Files.readString(file)).results().forEach(r -> cited.add(r.group()));
      }
    }
    assertThat(LINE.matcher(Files.readString(PAGE)).results().map(r -> r.group(1)))
        .doesNotHaveDuplicates()
        .containsAll(cited);
  }

  @Test
  void everyHostileCaseIsCitedByATest() throws IOException {
    StringBuilder tests = new StringBuilder();
    for (Path file : sources(TESTS)) {
      tests.append(Files.readString(file));
    }
    List<String> cases =
        LINE.matcher(Files.readString(PAGE))
            .results()
            .map(r -> r.group(1))
            .filter(number -> number.startsWith("T"))
            .toList();
    assertThat(cases).hasSize(29);
    for (String number : cases) {
      assertThat(tests).containsPattern("\\b" + number + "\\b");
    }
  }

  private static List<Path> sources(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(path -> path.toString().endsWith(".java")).toList();
    }
  }

  private static Path find(String file) throws IOException {
    try (Stream<Path> files = Files.walk(TESTS)) {
      List<Path> found = files.filter(path -> path.endsWith(file)).toList();
      assertThat(found).as(file).hasSize(1);
      return found.get(0);
    }
  }
}
