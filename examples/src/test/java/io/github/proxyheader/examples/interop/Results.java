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

  Map<String, String> versions() {
    return versions;
  }

  Map<String, Map<Kind, String>> cells() {
    return cells;
  }
}
