/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.probe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.proxyheader.examples.probe.ProbeResult.Outcome;
import io.github.proxyheader.examples.probe.ProbeResult.Verdict;
import java.util.List;
import java.util.Locale;

/** Results as a table and as JSON; docs/probe.md describes both. */
public final class ProbeReport {
  private static final String ROW = "%-34s  %-4s  %-8s  %-13s  %-8s  %s\n";

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .build();

  private ProbeReport() {}

  /** Returns a table; every line of it ends with a line feed. */
  public static String table(String target, List<ProbeResult> results) {
    StringBuilder text = new StringBuilder(target).append('\n');
    text.append(row("case", "rule", "expected", "end", "outcome", "verdict"));
    for (ProbeResult result : results) {
      ProbeCase probe = result.probe();
      text.append(
          row(
              probe.id(),
              probe.rule(),
              lower(probe.expected()),
              result.end(),
              lower(result.outcome()),
              lower(result.verdict())));
    }
    for (Verdict verdict : Verdict.values()) {
      text.append(lower(verdict)).append(": ").append(count(results, verdict)).append('\n');
    }
    return text.append(summary(results)).append('\n').toString();
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, ROW, cells);
  }

  /** Returns the results as JSON, which ends with a line feed. */
  public static String json(String target, List<ProbeResult> results) {
    ObjectNode root = JSON.createObjectNode().put("target", target).put("use", summary(results));
    ObjectNode verdicts = root.putObject("verdicts");
    for (Verdict verdict : Verdict.values()) {
      verdicts.put(lower(verdict), count(results, verdict));
    }
    ArrayNode cases = root.putArray("cases");
    for (ProbeResult result : results) {
      ProbeCase probe = result.probe();
      ArrayNode permitted =
          cases
              .addObject()
              .put("id", probe.id())
              .put("group", probe.group())
              .put("rule", probe.rule())
              .put("expected", lower(probe.expected()))
              .put("outcome", lower(result.outcome()))
              .put("end", result.end())
              .put("verdict", lower(result.verdict()))
              .putArray("permitted");
      probe.permitted().forEach(each -> permitted.add(lower(each)));
    }
    try {
      return JSON.writeValueAsString(root) + '\n';
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns how many results have a verdict. */
  public static long count(List<ProbeResult> results, Verdict verdict) {
    return results.stream().filter(result -> result.verdict() == verdict).count();
  }

  /** Returns what the receiver makes of headers in general, compared with the baseline. */
  public static String summary(List<ProbeResult> results) {
    boolean plain = false;
    boolean header = false;
    boolean believed = false;
    boolean ignored = false;
    for (ProbeResult result : results) {
      Outcome outcome = result.outcome();
      if (result.probe().group().equals("baseline")) {
        plain = outcome.isServed();
      } else if (result.probe().group().equals("valid")) {
        header |= outcome.isServed();
        believed |= outcome == Outcome.TAKEN;
        ignored |= outcome == Outcome.LOCAL && result.probe().source() != null;
      }
    }
    if (!header) {
      return plain
          ? "the receiver refuses headers, and serves clients without one"
          : "the receiver serves nobody, with a header or without";
    }
    String use = ignored ? "accepts headers and ignores their addresses" : "accepts headers";
    return "the receiver "
        + (believed ? "takes headers and believes them" : use)
        + (plain ? "; it needs none" : "; it needs one");
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
