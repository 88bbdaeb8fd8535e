/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the matrix says of each receiver, from {@code interop/receivers.txt}. */
final class Matrix {
  private static final Map<String, Map<Kind, String>> ROWS = readRows();
  private static final List<Note> NOTES = readNotes();

  private Matrix() {}

  /** Why cells are not what a sender wants. */
  record Note(List<Kind> kinds, List<String> receivers, String text) {
    boolean explains(String receiver, Kind kind) {
      return kinds.contains(kind) && receivers.contains(receiver);
    }
  }

  /** Returns the cells of all receivers, by their titles. */
  static Map<String, Map<Kind, String>> rows() {
    return ROWS;
  }

  /** Returns the cells of a receiver. */
  static Map<Kind, String> row(String receiver) {
    Map<Kind, String> row = ROWS.get(receiver);
    if (row == null) {
      throw new IllegalStateException("receivers.txt has no row for " + receiver);
    }
    return row;
  }

  /** Returns whether a cell is one of those that the matrix allows, separated by slashes. */
  static boolean allows(String expected, String cell) {
    return List.of(expected.split("/")).contains(cell);
  }

  /** Returns the explanations, in the order of the file. */
  static List<Note> notes() {
    return NOTES;
  }

  /** Returns whether a cell has to be explained. */
  static boolean isRed(Kind kind, String cell) {
    return Arrays.stream(cell.split("/")).anyMatch(each -> isRedAlternative(kind, each));
  }

  private static boolean isRedAlternative(Kind kind, String cell) {
    if (kind.isWrong()) {
      return !cell.equals(Said.REFUSED);
    }
    return cell.equals(Said.REFUSED) || kind.carriesAddress() && !cell.matches("A[^s]*");
  }

  private static Map<String, Map<Kind, String>> readRows() {
    Map<String, Map<Kind, String>> rows = new LinkedHashMap<>();
    for (String line : lines("receivers.txt")) {
      String[] parts = line.split("\\|", 2);
      String[] cells = parts[1].replace("|", " ").strip().split("\\s+");
      if (cells.length != Kind.values().length) {
        throw new IllegalStateException(
            parts[0] + ": " + cells.length + " cells, but " + Kind.values().length + " kinds");
      }
      Map<Kind, String> row = new EnumMap<>(Kind.class);
      for (Kind kind : Kind.values()) {
        row.put(kind, cells[kind.ordinal()]);
      }
      rows.put(parts[0].strip(), row);
    }
    return rows;
  }

  private static List<Note> readNotes() {
    return lines("notes.txt").stream().map(Matrix::note).toList();
  }

  private static Note note(String line) {
    String[] parts = line.split("\\|", 3);
    List<Kind> kinds = words(parts[0]).stream().map(Kind::valueOf).toList();
    return new Note(kinds, words(parts[1]), parts[2].strip());
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.split(",")).map(String::strip).toList();
  }

  /** Returns the lines of a resource that are no comments. */
  static List<String> lines(String resource) {
    return text(resource).lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
  }

  /** Returns a resource. */
  static String text(String resource) {
    try (InputStream in = Matrix.class.getResourceAsStream("/interop/" + resource)) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
