/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.config;

import io.github.proxyheader.examples.forward.config.ConfigProblem.Code;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Collects what is wrong with a file. */
final class Problems {
  /** What a line says for itself, whatever other lines say. */
  private static final Set<Code> LOCAL =
      EnumSet.of(Code.SYNTAX, Code.WRONG_TYPE, Code.INVALID_VALUE, Code.PROXY_PROTOCOL_INVALID);

  private final Path file;
  private final List<ConfigProblem> problems = new ArrayList<>();

  Problems(Path file) {
    this.file = file;
  }

  void add(int line, String key, Code code, String text) {
    problems.add(new ConfigProblem(file, line, key, code, text));
  }

  /**
   * @throws ConfigException if there are problems; behind an error of syntax, without those that
   *     may only follow from it
   */
  void check() throws ConfigException {
    if (problems.isEmpty()) {
      return;
    }
    if (problems.stream().anyMatch(problem -> problem.code() == Code.SYNTAX)) {
      problems.removeIf(problem -> !LOCAL.contains(problem.code()));
    }
    problems.sort(Comparator.comparingInt(ConfigProblem::line));
    throw new ConfigException(problems);
  }
}
