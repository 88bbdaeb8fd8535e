/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a run saw, for the page. */
final class Results {
  private final Map<String, String> versions = new LinkedHashMap<>();
  private final Map<String, Map<Kind, String>> cells = new LinkedHashMap<>();

  private final Map<String, Map<DatagramKind, String>> datagramCells = new LinkedHashMap<>();

  private final Map<String, Map<String, String>> sent = new LinkedHashMap<>();

  private final Map<String, String> chains = new LinkedHashMap<>();
  private final Map<String, String> captures = new LinkedHashMap<>();

  void version(String title, String version) {
    versions.put(title, version);
  }

  void cell(String title, Kind kind, String cell) {
    cells.computeIfAbsent(title, key -> new EnumMap<>(Kind.class)).put(kind, cell);
  }

  void datagramCell(String title, DatagramKind kind, String cell) {
    datagramCells.computeIfAbsent(title, key -> new EnumMap<>(DatagramKind.class)).put(kind, cell);
  }

  Map<String, Map<DatagramKind, String>> datagramCells() {
    return datagramCells;
  }

  void sent(String title, String mode, String seen) {
    sent.computeIfAbsent(title, key -> new LinkedHashMap<>()).put(mode, seen);
  }

  Map<String, Map<String, String>> sent() {
    return sent;
  }

  void chain(String title, String seen) {
    chains.put(title, seen);
  }

  Map<String, String> chains() {
    return chains;
  }

  void capture(String title, String seen) {
    captures.put(title, seen);
  }

  Map<String, String> captures() {
    return captures;
  }

  Map<String, String> versions() {
    return versions;
  }

  Map<String, Map<Kind, String>> cells() {
    return cells;
  }
}
