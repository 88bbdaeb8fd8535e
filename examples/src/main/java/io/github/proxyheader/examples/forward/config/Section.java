/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.config;

import io.github.proxyheader.examples.forward.config.ConfigProblem.Code;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * A table of the file, whose values are asked for by key. What is wrong is collected; a value that
 * is wrong then counts as absent.
 */
final class Section {
  /** Makes a value of what TOML knows. */
  interface Parser<T> {
    T parse(Object value) throws InvalidValueException;
  }

  private final TomlTable table;
  private final String path;
  private final int line;
  private final String owner;
  private final Problems problems;
  private final Set<String> known = new HashSet<>();

  private Section(TomlTable table, String path, int line, String owner, Problems problems) {
    this.table = table;
    this.path = path;
    this.line = line;
    this.owner = owner;
    this.problems = problems;
  }

  static Section whole(TomlTable table, Problems problems) {
    return new Section(table, "", 1, "", problems);
  }

  /** Returns this section, whose problems tell whose it is. */
  Section of(String what, String key) {
    return table.get(List.of(key)) instanceof String name
        ? new Section(table, path, line, ", " + what + " " + Text.shown(name), problems)
        : this;
  }

  <T> @Nullable T optional(String key, Parser<T> parser) {
    Object value = find(key);
    return value == null ? null : parse(value, pathOf(key), lineOf(key), parser);
  }

  <T> T optional(String key, Parser<T> parser, T absent) {
    T value = optional(key, parser);
    return value == null ? absent : value;
  }

  <T> @Nullable T required(String key, Parser<T> parser) {
    T value = optional(key, parser);
    if (!has(key)) {
      problem(key, Code.MISSING_KEY, "missing");
    }
    return value;
  }

  /** Returns the good values of an array, each of which may be there once; absent: none. */
  <T> List<T> list(String key, Parser<T> parser) {
    TomlArray array = optional(key, value -> array(value, "an array"));
    List<T> values = new ArrayList<>();
    for (int i = 0; array != null && i < array.size(); i++) {
      String element = pathOf(key) + "[" + i + "]";
      T value = parse(array.get(i), element, lineOf(array.inputPositionOf(i)), parser);
      if (value != null && values.contains(value)) {
        add(lineOf(array.inputPositionOf(i)), element, Code.DUPLICATE, "is there twice");
      } else if (value != null) {
        values.add(value);
      }
    }
    return values;
  }

  @Nullable Section section(String key) {
    TomlTable found = optional(key, Section::table);
    return found == null ? null : new Section(found, pathOf(key), lineOf(key), owner, problems);
  }

  /** Returns the tables of an array of tables, of which there must be one. */
  List<Section> requiredSections(String key) {
    List<Section> sections = sections(key);
    String expected = "(expected: one or more of " + headerOf(key) + ")";
    if (!has(key)) {
      problem(key, Code.MISSING_KEY, "missing " + expected);
    } else if (table.get(List.of(key)) instanceof TomlArray array && array.isEmpty()) {
      problem(key, Code.INVALID_VALUE, "empty " + expected);
    }
    return sections;
  }

  /** Returns the tables of an array of tables; absent: none. */
  List<Section> sections(String key) {
    List<Section> sections = new ArrayList<>();
    TomlArray array = optional(key, value -> array(value, headerOf(key) + ", an array of tables"));
    for (int i = 0; array != null && i < array.size(); i++) {
      String element = pathOf(key) + "[" + i + "]";
      int at = lineOf(array.inputPositionOf(i));
      TomlTable found = parse(array.get(i), element, at, Section::table);
      if (found != null) {
        sections.add(new Section(found, element, at, owner, problems));
      }
    }
    return sections;
  }

  boolean has(String key) {
    return find(key) != null;
  }

  int lineOf(String key) {
    return lineOf(table.inputPositionOf(List.of(key)));
  }

  void problem(String key, Code code, String text) {
    add(lineOf(key), pathOf(key), code, text);
  }

  /** Tells of keys that nobody has asked for. */
  void end() {
    for (String key : table.keySet()) {
      if (!known.contains(key)) {
        problem(key, Code.UNKNOWN_KEY, "there is no such key here");
      }
    }
  }

  private @Nullable Object find(String key) {
    known.add(key);
    return table.get(List.of(key));
  }

  private <T> @Nullable T parse(Object value, String key, int at, Parser<T> parser) {
    try {
      return parser.parse(value);
    } catch (InvalidValueException e) {
      add(at, key, e.code(), String.valueOf(e.getMessage()));
      return null;
    }
  }

  private void add(int at, String key, Code code, String text) {
    problems.add(at, key, code, text + owner);
  }

  private String pathOf(String key) {
    String name = known.contains(key) ? key : Text.escaped(Toml.joinKeyPath(List.of(key)));
    return path.isEmpty() ? name : path + "." + name;
  }

  private String headerOf(String key) {
    return "[[" + pathOf(key).replaceAll("\\[[0-9]+]", "") + "]]";
  }

  private int lineOf(@Nullable TomlPosition position) {
    return position == null ? line : position.line();
  }

  private static TomlArray array(Object value, String expected) throws InvalidValueException {
    if (value instanceof TomlArray array) {
      return array;
    }
    throw InvalidValueException.wrongType(value, expected);
  }

  private static TomlTable table(Object value) throws InvalidValueException {
    if (value instanceof TomlTable table) {
      return table;
    }
    throw InvalidValueException.wrongType(value, "a table");
  }
}
