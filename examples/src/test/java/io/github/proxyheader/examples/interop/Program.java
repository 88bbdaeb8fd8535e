/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import io.github.proxyheader.examples.ExternalProgram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real program of the matrix: what has to be installed for it, and how it is started.
 *
 * <p>Its configurations are the files of the directory {@code interop/<id>} of the test resources.
 * Before a start they are copied to a directory of the program's own. In them and in commands,
 * {@code @DIR@} stands for that directory, {@code @PORT@}, {@code @PORT2@} and so on for free
 * ports, and {@code @USER@} for the user who runs the tests. A line with {@code ::1} is left out
 * where the machine does not have that address.
 */
public final class Program {
  private static final Pattern VERSION = Pattern.compile("\\d+(\\.\\d+)+[\\w.+~-]*");

  private final String id;
  private final String title;
  private final List<List<String>> preparations = new ArrayList<>();
  private final List<String> files = new ArrayList<>();
  private List<String> packages = List.of();
  private List<String> version = List.of();
  private List<String> command = List.of();
  private List<String> stop = List.of();
  private boolean root;

  private Program(String id, String title) {
    this.id = id;
    this.title = title;
  }

  /** Begins a row: the id names the directory of its configurations. */
  static Program named(String id, String title) {
    return new Program(id, title);
  }

  /** Begins another row of the same program. */
  Program titled(String other) {
    Program copy = new Program(id, other);
    copy.preparations.addAll(preparations);
    copy.files.addAll(files);
    copy.packages = packages;
    copy.version = version;
    copy.command = command;
    copy.stop = stop;
    copy.root = root;
    return copy;
  }

  /** Sets the packages of Debian that the program needs. */
  Program packages(String... names) {
    packages = List.of(names);
    return this;
  }

  /** Adds a file that must be there, such as a module of the program. */
  Program file(String path) {
    files.add(path);
    return this;
  }

  /** Sets the command that prints the version. */
  Program version(String line) {
    version = words(line);
    return this;
  }

  /** Adds a command that runs before the program, and must succeed. */
  Program prepare(String line) {
    preparations.add(words(line));
    return this;
  }

  /** Sets the command that starts the program in the foreground. */
  Program command(String line) {
    command = words(line);
    return this;
  }

  /** Sets a command that ends the program, where the signal TERM does not. */
  Program stop(String line) {
    stop = words(line);
    return this;
  }

  /** Says that only root can start the program. */
  Program asRoot() {
    root = true;
    return this;
  }

  private static List<String> words(String line) {
    return List.of(line.strip().split("\\s+"));
  }

  /** Returns the name of the program's directory of configurations. */
  public String id() {
    return id;
  }

  /** Returns the name that people know. */
  public String title() {
    return title;
  }

  /** Returns the packages of Debian that have to be installed. */
  public List<String> packages() {
    return packages;
  }

  List<List<String>> preparations() {
    return preparations;
  }

  List<String> command() {
    return command;
  }

  List<String> stopCommand() {
    return stop;
  }

  /** Returns what is missing on this machine, empty if the program is installed. */
  public Optional<String> missing() {
    for (String file : files) {
      if (!Files.exists(Path.of(file))) {
        return Optional.of(title + " (" + String.join(", ", packages) + ") is not installed");
      }
    }
    List<List<String>> commands = new ArrayList<>(preparations);
    commands.add(version);
    if (!command.isEmpty()) {
      commands.add(command);
    }
    for (List<String> each : commands) {
      if (!each.get(0).startsWith("@") && !Path.of(each.get(0)).isAbsolute()) {
        if (ExternalProgram.find(each.get(0)).isEmpty()) {
          return Optional.of(title + " (" + String.join(", ", packages) + ") is not installed");
        }
      }
    }
    return Optional.empty();
  }

  /** Returns whether the program needs root, and the tests are not run by root. */
  public boolean lacksRoot() {
    return root && !isRoot();
  }

  /** Compares versions by their numbers. */
  static int compareVersions(String one, String other) {
    return Arrays.compare(numbers(one), numbers(other));
  }

  private static int[] numbers(String version) {
    Matcher leading = Pattern.compile("\\d+(\\.\\d+)*").matcher(version);
    return leading.find()
        ? Arrays.stream(leading.group().split("\\.")).mapToInt(Integer::parseInt).toArray()
        : new int[0];
  }

  static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  /** Returns the version that the installed program prints. */
  public String installedVersion() throws IOException, InterruptedException {
    Process process = new ProcessBuilder(located(version)).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    Matcher found = VERSION.matcher(output);
    return found.find() ? found.group() : "unknown";
  }

  /** Returns the command with its program's whole path. */
  static List<String> located(List<String> command) throws IOException {
    String name = command.get(0);
    List<String> located = new ArrayList<>(command);
    if (!Path.of(name).isAbsolute()) {
      located.set(
          0,
          ExternalProgram.find(name)
              .orElseThrow(() -> new IOException(name + " is not installed"))
              .toString());
    }
    return located;
  }

  @Override
  public String toString() {
    return title;
  }
}
