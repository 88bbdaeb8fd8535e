/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.config;

import io.github.proxyheader.examples.forward.config.ConfigProblem.Code;
import io.github.proxyheader.examples.forward.config.ForwarderConfig.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseOptions;
import org.tomlj.TomlParseResult;

/** Reads a configuration file, in TOML, as a whole or not at all. */
public final class ConfigFile {
  // The parser's time grows with the cube of the lines in a row that hold nothing.
  private static final int MAX_BYTES = 128 << 10;
  private static final int MAX_EMPTY_LINES = 200;
  private static final int MAX_DEPTH = 16;
  private static final int MOST_THREADS = 1_024;
  private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(10);
  private static final String NO_KEY = "-";
  private static final String BYTE_ORDER_MARK = "\ufeff";

  private final Path folder;
  private final Problems problems;

  private ConfigFile(Path file) {
    folder = Objects.requireNonNullElse(file.toAbsolutePath().getParent(), file);
    problems = new Problems(file);
  }

  /**
   * Reads a file, up to 128 KiB of UTF-8, and the certificates and keys that it names; resolves the
   * names of targets. Blocks meanwhile.
   *
   * @throws ConfigException if anything is wrong with it; holds all that is
   */
  public static ForwarderConfig read(Path file) throws ConfigException {
    return new ConfigFile(file).parse(file);
  }

  private ForwarderConfig parse(Path file) throws ConfigException {
    ForwarderConfig config = config(Section.whole(toml(text(file)), problems));
    problems.check();
    return config;
  }

  private String text(Path file) throws ConfigException {
    byte[] bytes = {};
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      problems.add(1, NO_KEY, Code.UNREADABLE_FILE, "the file can not be read: " + reason(e));
    }
    if (bytes.length > MAX_BYTES) {
      problems.add(1, NO_KEY, Code.UNREADABLE_FILE, "the file is larger than 128 KiB");
    }
    problems.check();
    return decode(ByteBuffer.wrap(bytes));
  }

  private String decode(ByteBuffer bytes) throws ConfigException {
    CharBuffer text = CharBuffer.allocate(bytes.remaining());
    CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(bytes, text, true);
    text.flip();
    if (result.isError()) {
      int line = 1 + (int) text.chars().filter(character -> character == '\n').count();
      problems.add(line, NO_KEY, Code.SYNTAX, "not UTF-8");
      problems.check();
    }
    String all = text.toString();
    return all.startsWith(BYTE_ORDER_MARK) ? all.substring(1) : all;
  }

  private void checkEmptyLines(String text) throws ConfigException {
    int line = 0;
    int empty = 0;
    for (String content : text.lines().map(String::strip).toList()) {
      line++;
      empty = content.isEmpty() || content.startsWith("#") ? empty + 1 : 0;
      if (empty > MAX_EMPTY_LINES) {
        String what = "more than " + MAX_EMPTY_LINES + " empty lines or comments in a row";
        problems.add(line, NO_KEY, Code.SYNTAX, what);
        problems.check();
      }
    }
  }

  private TomlParseResult toml(String text) throws ConfigException {
    checkEmptyLines(text);
    TomlParseOptions options = TomlParseOptions.sourceless().withMaxNestingDepth(MAX_DEPTH);
    TomlParseResult result = Toml.parse(text, options);
    for (TomlParseError error : result.errors()) {
      problems.add(
          error.position().line(),
          NO_KEY,
          Code.SYNTAX,
          Text.escaped(String.valueOf(error.getMessage())));
    }
    return result;
  }

  private ForwarderConfig config(Section top) {
    int threads =
        top.optional(
            "threads",
            Values.number(1, MOST_THREADS),
            Math.min(Runtime.getRuntime().availableProcessors(), MOST_THREADS));
    Transport transport = top.optional("transport", Values.oneOf(Transport.class), Transport.AUTO);
    Duration drainTimeout =
        top.optional("drain_timeout", Values.duration(Duration.ZERO), DRAIN_TIMEOUT);
    InetSocketAddress admin = top.optional("admin", Addresses::loopback);
    String accessLog = top.optional("access_log", this::accessLog);
    List<RuleConfig> rules = rules(top, admin);
    top.end();
    return new ForwarderConfig(threads, transport, drainTimeout, admin, accessLog, rules);
  }

  private List<RuleConfig> rules(Section top, @Nullable InetSocketAddress admin) {
    RuleReader reader = new RuleReader(new TlsReader(new PemFiles(folder)));
    if (admin != null) {
      reader.reserve(admin, top.lineOf("admin"));
    }
    List<RuleConfig> rules = new ArrayList<>();
    for (Section section : top.requiredSections("rule")) {
      RuleConfig rule = reader.read(section);
      if (rule != null) {
        rules.add(rule);
      }
    }
    return rules;
  }

  private String accessLog(Object value) throws InvalidValueException {
    String name = Values.text(value);
    return name.equals("-") ? name : Values.file(folder, name).toString();
  }

  private static String reason(IOException e) {
    return e instanceof java.nio.file.NoSuchFileException
        ? "there is no such file"
        : e instanceof java.nio.file.AccessDeniedException
            ? "access is denied"
            : Text.escaped(String.valueOf(e.getMessage()));
  }
}
