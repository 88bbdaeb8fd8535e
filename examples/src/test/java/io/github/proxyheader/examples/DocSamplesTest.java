/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each Java sample of the documentation is a part of a file that the build compiles. */
class DocSamplesTest {
  private static final Path ROOT = Path.of(System.getProperty("basedir", "")).resolve("..");
  private static final Pattern FENCED =
      Pattern.compile("^ *```java *\\n(.*?)^ *``` *$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern JAVADOC =
      Pattern.compile("<pre>\\s*\\{@code(.*?)\\}\\s*</pre>", Pattern.DOTALL);
  private static final Pattern MARGIN = Pattern.compile("^ *\\* ?", Pattern.MULTILINE);

  private static List<String> compiled;

  @BeforeAll
  static void readCompiledFiles() throws IOException {
    compiled = new ArrayList<>();
    for (String root : List.of("examples/src", "codec/src/test")) {
      for (Path file : files(ROOT.resolve(root), ".java")) {
        compiled.add(normalise(Files.readString(file)));
      }
    }
  }

  @Test
  void readmeHasSamples() throws IOException {
    assertThat(fencedSamples(Files.readString(ROOT.resolve("README.md")))).isNotEmpty();
  }

  @TestFactory
  Stream<DynamicTest> samplesOfTheDocumentation() throws IOException {
    List<Path> documents = new ArrayList<>();
    Path readme = ROOT.resolve("README.md");
    assertThat(readme).exists();
    documents.add(readme);
    if (Files.exists(ROOT.resolve("docs"))) {
      documents.addAll(files(ROOT.resolve("docs"), ".md"));
    }
    List<DynamicTest> tests = new ArrayList<>();
    for (Path document : documents) {
      addTests(tests, document, fencedSamples(Files.readString(document)));
    }
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> samplesOfTheJavadoc() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path file : files(ROOT.resolve("codec/src/main/java"), ".java")) {
      addTests(tests, file, javadocSamples(Files.readString(file)));
    }
    assertThat(tests).isNotEmpty();
    return tests.stream();
  }

  @Test
  void samplesAreFound() {
    assertThat(fencedSamples("a\n```java\nint i;\n```\nb\n```sh\nls\n```\n```java\nlong l;\n```\n"))
        .containsExactly("int i;\n", "long l;\n");
    assertThat(javadocSamples("/**\n * A <pre>{@code\n * int i = {1};\n * i();\n * }</pre>\n */"))
        .hasSize(1)
        .allMatch(sample -> normalise(sample).equals("int i={1};i();"));
  }

  @Test
  void codeThatIsNowhereIsNoticed() {
    assertThat(isCompiled("final class DocSamplesTest {")).isTrue();
    String elsewhere = "final class DocSamplesTest " + "implements Nothing {";
    assertThat(isCompiled(elsewhere)).isFalse();
  }

  private static void addTests(List<DynamicTest> tests, Path file, List<String> samples) {
    for (int i = 0; i < samples.size(); i++) {
      String name = file.getFileName() + ", sample " + (i + 1);
      String sample = samples.get(i);
      tests.add(
          DynamicTest.dynamicTest(
              name,
              () ->
                  assertThat(isCompiled(sample))
                      .as("%s is a part of a compiled file:%n%s", name, sample)
                      .isTrue()));
    }
  }

  private static boolean isCompiled(String sample) {
    String wanted = normalise(sample);
    return !wanted.isEmpty() && compiled.stream().anyMatch(text -> text.contains(wanted));
  }

  private static List<String> fencedSamples(String markdown) {
    return FENCED.matcher(markdown).results().map(result -> result.group(1)).toList();
  }

  private static List<String> javadocSamples(String java) {
    return JAVADOC
        .matcher(java)
        .results()
        .map(result -> MARGIN.matcher(result.group(1)).replaceAll(""))
        .toList();
  }

  /** Drops all white space but that between two words: the formatter may break lines anywhere. */
  private static String normalise(String text) {
    return text.replaceAll("\\s+", " ").replaceAll("(?<!\\w) | (?!\\w)", "");
  }

  private static List<Path> files(Path root, String suffix) throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }
}
