/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.config;

import static java.util.stream.Collectors.joining;

import java.util.List;

/** A configuration file is wrong. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<ConfigProblem> problems;

  ConfigException(List<ConfigProblem> problems) {
    super(problems.stream().map(ConfigProblem::toString).collect(joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** Returns all that is wrong, in the order of lines; the message has one line for each. */
  public List<ConfigProblem> problems() {
    return problems;
  }
}
