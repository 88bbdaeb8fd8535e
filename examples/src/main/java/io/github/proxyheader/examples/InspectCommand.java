/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.proxyheader.examples.inspect.Dissector;
import io.github.proxyheader.examples.inspect.Escapes;
import io.github.proxyheader.examples.inspect.InputException;
import io.github.proxyheader.examples.inspect.Inspection;
import io.github.proxyheader.examples.inspect.Inspection.Format;
import io.github.proxyheader.examples.inspect.Inspector;
import io.github.proxyheader.examples.inspect.JsonReport;
import io.github.proxyheader.examples.inspect.TextReport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes headers apart, byte range by byte range. */
@Command(
    name = "inspect",
    description = {
      "Takes headers apart, byte range by byte range, and tells why one is refused.",
      "Without an input it reads standard input. What an input is, is found out: a pcap or pcapng"
          + " file, hexadecimal text or a dump, base64, or the bytes themselves."
    },
    footer = {
      "",
      "Exit status: 0 all headers are valid, 1 a header is invalid or there is none, 2 a wrong call"
          + " or input."
    },
    versionProvider = Main.Version.class,
    mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
  private final PrintStream out;
  private final PrintStream err;
  private final InputStream in;

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "INPUT",
      description = "A file, - for standard input, or hexadecimal digits.")
  private List<String> inputs = List.of();

  @Option(names = "--hex", paramLabel = "TEXT", description = "Hexadecimal digits or a dump.")
  private @Nullable String hex;

  @Option(names = "--base64", paramLabel = "TEXT", description = "Base64, of either alphabet.")
  private @Nullable String base64;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "What a file or standard input is: raw, hex, base64 or pcap.")
  private @Nullable Format format;

  @Option(
      names = "--max-header-size",
      paramLabel = "BYTES",
      description = "Refuse larger headers (default: ${DEFAULT-VALUE}, the protocol's limit).")
  private int maxHeaderSize = Dissector.MAX_HEADER_SIZE;

  @Option(
      names = "--limit",
      paramLabel = "COUNT",
      description = "Show so many connections and datagrams of a capture (default: 1000).")
  private int limit = 1_000;

  @Option(names = "--json", description = "Write JSON, for machines.")
  private boolean json;

  InspectCommand(PrintStream out, PrintStream err, InputStream in) {
    this.out = out;
    this.err = err;
    this.in = in;
  }

  @Override
  public Integer call() {
    validate();
    try {
      Inspection inspection = inspect(new Inspector(maxHeaderSize, limit));
      String report =
          json ? JsonReport.of(inspection) : TextReport.of(inspection, Terminal.takesColours(out));
      out.print(report);
      if (out.checkError()) {
        return failed("standard output cannot be written");
      }
      return inspection.isValid() ? ExitCode.OK : ExitCode.SOFTWARE;
    } catch (InputException e) {
      return failed(source() + ": " + e.getMessage());
    } catch (NoSuchFileException e) {
      return failed(source() + ": there is no such file");
    } catch (AccessDeniedException e) {
      return failed(source() + ": this user may not read it");
    } catch (IOException e) {
      return failed(source() + ": cannot be read: " + Escapes.text(String.valueOf(e.getMessage())));
    } catch (OutOfMemoryError e) {
      return failed(source() + ": the report needs more memory; --limit makes it shorter");
    }
  }

  private void validate() {
    int given = (inputs.isEmpty() ? 0 : 1) + (hex == null ? 0 : 1) + (base64 == null ? 0 : 1);
    if (given > 1) {
      throw new ParameterException(spec.commandLine(), "More than one input");
    }
    if (format != null && (hex != null || base64 != null)) {
      throw new ParameterException(spec.commandLine(), "--format is for files and standard input");
    }
    if (maxHeaderSize < 16 || maxHeaderSize > Dissector.MAX_HEADER_SIZE) {
      throw new ParameterException(spec.commandLine(), "--max-header-size: 16 to 65551");
    }
    if (limit < 1 || limit > 100_000) {
      throw new ParameterException(spec.commandLine(), "--limit: 1 to 100000");
    }
  }

  private int failed(String message) {
    err.println("inspect: " + message);
    return ExitCode.USAGE;
  }

  private String source() {
    if (hex != null || base64 != null) {
      return hex != null ? "--hex" : "--base64";
    }
    String input = String.join(" ", inputs);
    if (input.isEmpty() || input.equals("-")) {
      return "standard input";
    }
    String text = Escapes.text(input);
    return text.length() <= 80 ? text : text.substring(0, 77) + "...";
  }

  private Inspection inspect(Inspector inspector) throws IOException {
    if (hex != null) {
      return inspector.inspect(source(), text(hex), Format.HEX);
    }
    if (base64 != null) {
      return inspector.inspect(source(), text(base64), Format.BASE64);
    }
    String input = String.join(" ", inputs);
    if (inputs.isEmpty() || input.equals("-")) {
      return inspector.inspect(source(), in, format);
    }
    return file(inspector, input);
  }

  /** Takes an input that is no file as digits, if it can be nothing else. */
  private Inspection file(Inspector inspector, String input) throws IOException {
    boolean isDigits = input.matches("(0[xX])?[0-9a-fA-F][0-9a-fA-F\\s:,xX-]{3,}");
    Path path;
    try {
      path = Path.of(input);
    } catch (InvalidPathException e) {
      throw new InputException("this is no name of a file");
    }
    if (isDigits && format == null && !Files.exists(path)) {
      return inspector.inspect(source(), text(input), Format.HEX);
    }
    if (Files.isDirectory(path)) {
      throw new InputException("this is a directory");
    }
    try (InputStream stream = Files.newInputStream(path)) {
      return inspector.inspect(source(), stream, format);
    }
  }

  private static InputStream text(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }
}
