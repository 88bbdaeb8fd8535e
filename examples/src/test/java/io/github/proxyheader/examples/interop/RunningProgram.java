/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import io.github.proxyheader.examples.ExternalProgram;
import io.github.proxyheader.examples.Loopback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A program of the matrix that runs, in a directory of its own which is deleted at the end. */
public final class RunningProgram implements AutoCloseable {
  private static final Pattern PLACEHOLDER = Pattern.compile("@([A-Z]+\\d*)@");
  private static final int COMMAND_LIMIT_SECONDS = 120;

  private final Program program;
  private final Path directory;
  private final Map<String, String> values = new HashMap<>();
  private ExternalProgram process;

  private RunningProgram(Program program, Path directory, Map<String, String> given) {
    this.program = program;
    this.directory = directory;
    values.putAll(given);
    values.put("DIR", directory.toString());
    values.put("USER", System.getProperty("user.name"));
    values.put("UNPRIVILEGED", Program.isRoot() ? "nobody" : "");
  }

  /**
   * Starts a program and waits until it listens on its first port, over TCP at 127.0.0.1.
   *
   * @param given values for further placeholders of the configurations
   */
  public static RunningProgram start(Program program, Map<String, String> given)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("proxyheader-interop");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    RunningProgram running = new RunningProgram(program, directory, given);
    try {
      running.start();
      return running;
    } catch (IOException | InterruptedException | RuntimeException e) {
      running.close();
      throw e;
    }
  }

  private void start() throws IOException, InterruptedException {
    copyConfigurations();
    for (List<String> command : program.preparations()) {
      run(command);
    }
    if (program.command().isEmpty()) {
      return;
    }
    List<String> command = Program.located(filled(program.command()));
    process = ExternalProgram.start(directory.resolve("log"), command.toArray(String[]::new));
    process.awaitPort(Loopback.V4, port(1));
  }

  /** Starts another command of the program. */
  ExternalProgram launch(String line) throws IOException {
    List<String> command = Program.located(filled(List.of(line.split(" "))));
    return ExternalProgram.start(directory.resolve("log"), command.toArray(String[]::new));
  }

  private void copyConfigurations() throws IOException {
    URL resource = RunningProgram.class.getResource("/interop/" + program.id());
    if (resource == null) {
      return;
    }
    try (Stream<Path> files = Files.list(Path.of(resource.toURI()))) {
      for (Path file : files.toList()) {
        String text =
            Files.readString(file)
                .lines()
                .filter(line -> Loopback.hasV6() || !line.contains("::1"))
                .map(this::filled)
                .collect(Collectors.joining("\n", "", "\n"));
        Files.writeString(directory.resolve(file.getFileName().toString()), text);
      }
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private void run(List<String> command) throws IOException, InterruptedException {
    Path output = directory.resolve("prepare.log");
    Process run =
        new ProcessBuilder(Program.located(filled(command)))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
            .start();
    if (!run.waitFor(COMMAND_LIMIT_SECONDS, TimeUnit.SECONDS)) {
      run.destroyForcibly();
      throw new IOException(command + " does not end:\n" + Files.readString(output));
    }
    if (run.exitValue() != 0) {
      throw new IOException(
          command + " ended with " + run.exitValue() + ":\n" + Files.readString(output));
    }
  }

  private List<String> filled(List<String> words) {
    return words.stream().map(this::filled).toList();
  }

  private String filled(String text) {
    return PLACEHOLDER.matcher(text).replaceAll(m -> Matcher.quoteReplacement(value(m.group(1))));
  }

  private String value(String name) {
    return values.computeIfAbsent(
        name,
        key -> {
          if (key.equals("ORIGIN")) {
            return Integer.toString(Origin.port());
          }
          if (!key.startsWith("PORT")) {
            throw new IllegalStateException(program.id() + ": no value for " + key);
          }
          try {
            return Integer.toString(ExternalProgram.freePort());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Returns the port that replaced {@code @PORT@} (1), {@code @PORT2@} (2) and so on. */
  public int port(int number) {
    return Integer.parseInt(value(number == 1 ? "PORT" : "PORT" + number));
  }

  /** Returns the address of the first port. */
  public InetSocketAddress address() {
    return new InetSocketAddress(Loopback.V4, port(1));
  }

  /** Returns the directory of this run. */
  public Path directory() {
    return directory;
  }

  /**
   * Returns what stands in a file of the program's directory so far; {@code log} is what it prints.
   */
  public String read(String file) throws IOException {
    Path path = directory.resolve(file);
    return Files.exists(path) ? new String(Files.readAllBytes(path), StandardCharsets.UTF_8) : "";
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
    try {
      if (process != null && !program.stopCommand().isEmpty()) {
        run(program.stopCommand());
      }
    } catch (IOException e) {
      System.err.println(program.title() + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      delete(directory);
    }
  }

  /** Deletes a directory, whatever a program that is about to end still does in it. */
  private static void delete(Path directory) {
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        path.toFile().delete();
      }
    } catch (IOException | UncheckedIOException e) {
      System.err.println("cannot delete " + directory + ": " + e.getMessage());
    }
  }
}
