/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.config;

import java.nio.file.Path;
import java.util.Locale;

/**
 * One thing that is wrong with a configuration file.
 *
 * @param file the file, as it was named
 * @param line the line, from 1
 * @param key the path of the key, such as {@code rule[0].target[1].proxy_protocol}, or {@code "-"}
 *     where there is none
 * @param code what kind of problem it is
 * @param text what is wrong and what was expected; control characters of the file are escaped
 */
public record ConfigProblem(Path file, int line, String key, Code code, String text) {

  /** The kinds of problems. */
  public enum Code {
    /** It is not TOML. */
    SYNTAX,
    UNKNOWN_KEY,
    MISSING_KEY,
    /** For instance a number where a text is expected. */
    WRONG_TYPE,
    INVALID_VALUE,
    /** Two rules have the same name or address, or a list holds a value twice. */
    DUPLICATE,
    /** A target's name has no address. */
    UNKNOWN_HOST,
    /** The file itself, or one that it names, can not be read. */
    UNREADABLE_FILE,
    /** A version of the PROXY protocol that there is not. */
    PROXY_PROTOCOL_INVALID,
    /** A version of the PROXY protocol that does not work with the rule's protocol. */
    PROXY_PROTOCOL_ON_UNSUPPORTED_RULE;

    @Override
    public String toString() {
      return "validation." + name().toLowerCase(Locale.ROOT);
    }
  }

  /** Returns the line that is told: {@code FILE:LINE: KEY: CODE: TEXT}. */
  @Override
  public String toString() {
    return file + ":" + line + ": " + key + ": " + code + ": " + text;
  }
}
