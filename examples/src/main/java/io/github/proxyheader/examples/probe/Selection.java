/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.probe;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Chooses cases by patterns. */
public final class Selection {
  private Selection() {}

  /**
   * Returns the cases of which the id, the group or the rule matches a pattern, in which {@code *}
   * stands for any characters; the baseline is always among them. Without patterns all are
   * returned.
   *
   * @throws ProbeException if a pattern matches no case
   */
  public static List<ProbeCase> of(List<String> patterns) throws ProbeException {
    List<ProbeCase> all = ProbeCases.all();
    if (patterns.isEmpty()) {
      return all;
    }
    List<Pattern> compiled = patterns.stream().map(Selection::compiled).toList();
    for (int i = 0; i < compiled.size(); i++) {
      Pattern pattern = compiled.get(i);
      if (all.stream().noneMatch(probe -> matches(pattern, probe))) {
        throw new ProbeException("--only: no case matches pattern " + (i + 1));
      }
    }
    return all.stream()
        .filter(
            probe ->
                probe.group().equals("baseline")
                    || compiled.stream().anyMatch(pattern -> matches(pattern, probe)))
        .toList();
  }

  private static Pattern compiled(String glob) {
    return Pattern.compile(
        Stream.of(glob.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
        Pattern.CASE_INSENSITIVE);
  }

  private static boolean matches(Pattern pattern, ProbeCase probe) {
    return Stream.of(probe.id(), probe.group(), probe.rule())
        .anyMatch(text -> pattern.matcher(text).matches());
  }
}
