/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Tells whether a stream is a terminal, so that nobody finds colours in a file. */
final class Terminal {
  private Terminal() {}

  /** Returns whether text for this stream may be coloured. */
  static boolean takesColours(PrintStream stream) {
    return takesColours(isTerminal(stream), System.getenv());
  }

  /** See <a href="https://no-color.org">no-color.org</a> for NO_COLOR. */
  static boolean takesColours(boolean isTerminal, Map<String, String> environment) {
    return isTerminal
        && environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "").equals("dumb");
  }

  /** Returns whether a stream is the process's own, and goes to a terminal. */
  static boolean isTerminal(PrintStream stream) {
    if (stream != System.out && stream != System.err) {
      return false;
    }
    Path descriptor = Path.of("/proc/self/fd", stream == System.out ? "1" : "2");
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return System.console() != null; // Elsewhere this is what Java 17 can tell.
    }
  }
}
