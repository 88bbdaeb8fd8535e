/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.proxyheader.testing.Bytes;
import io.github.proxyheader.testing.Vectors;
import io.github.proxyheader.testing.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Compares the vectors that are published for other projects with those that are tested here. */
class ConformanceFileTest {
  private static final Path FILE = Path.of("..", "docs", "conformance", "vectors.jsonl");

  private static List<JsonNode> lines() throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(FILE)) {
      lines.add(json.readTree(line));
    }
    return lines;
  }

  @Test
  void publishedFileIsTheOneThatTheSuiteRuns() throws IOException {
    try (InputStream tested = Vectors.class.getResourceAsStream("/vectors/vectors.jsonl")) {
      assertThat(tested).isNotNull();
      assertThat(tested.readAllBytes()).isEqualTo(Files.readAllBytes(FILE));
    }
    assertThat(lines()).hasSameSizeAs(Vectors.all());
  }

  @Test
  void eachLineHasAnIdOfItsOwnAndAllFields() throws IOException {
    assertThat(lines()).extracting(line -> line.get("id").asText()).doesNotHaveDuplicates();
    assertThat(lines())
        .allSatisfy(
            line -> {
              assertThat(line.fieldNames())
                  .toIterable()
                  .contains(
                      "source", "mode", "expect", "reason", "rule", "consumed", "hex", "note");
              assertThat(line.get("expect").asText())
                  .isIn("proxied", "local", "reject", "incomplete", "absent");
              assertThat(line.get("rule").asText()).matches("R\\d+");
            });
  }

  @Test
  void reasonsAreThoseOfTheReader() throws IOException {
    for (JsonNode line : lines()) {
      Verdict verdict = Verdict.of(Bytes.hex(line.get("hex").asText()));
      String expect = line.get("expect").asText();
      if (Set.of("proxied", "local").contains(expect)) {
        assertThat(line.get("reason").isNull()).as("no reason in %s", line).isTrue();
      } else if (verdict.isRejected() && line.get("mode").asText().equals("stream")) {
        String reason = expect.equals("incomplete") ? "TRUNCATED" : verdict.reason().name();
        assertThat(line.get("reason").asText()).as("reason in %s", line).isEqualTo(reason);
      }
    }
  }
}
