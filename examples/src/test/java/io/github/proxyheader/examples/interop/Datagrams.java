/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the matrix says of each receiver over UDP, from {@code interop/datagrams.txt}. */
final class Datagrams {
  private static final Map<String, Map<DatagramKind, String>> ROWS = new LinkedHashMap<>();
  private static final Map<String, String> NOTES = new LinkedHashMap<>();

  static {
    for (String line : Matrix.lines("datagrams.txt")) {
      String[] parts = line.split("\\|", 3);
      String[] cells = parts[1].strip().split("\\s+");
      Map<DatagramKind, String> row = new EnumMap<>(DatagramKind.class);
      for (DatagramKind kind : DatagramKind.values()) {
        row.put(kind, cells[kind.ordinal()]);
      }
      ROWS.put(parts[0].strip(), row);
      NOTES.put(parts[0].strip(), parts[2].strip());
    }
  }

  private Datagrams() {}

  /** Returns the cells of all receivers, by their titles. */
  static Map<String, Map<DatagramKind, String>> rows() {
    return ROWS;
  }

  /** Returns the cells of a receiver. */
  static Map<DatagramKind, String> row(String receiver) {
    return ROWS.get(receiver);
  }

  /** Returns the explanation of a receiver's red cells, empty if it has none. */
  static String note(String receiver) {
    return NOTES.get(receiver);
  }

  /** Returns whether a cell has to be explained. */
  static boolean isRed(DatagramKind kind, String cell) {
    return kind.isWrong() != cell.equals(Said.REFUSED);
  }
}
