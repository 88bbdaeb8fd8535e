/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What Netty and the library log during a test, at the levels that are on by default; meanwhile it
 * does not go to the console.
 */
public final class Logs implements BeforeEachCallback, AfterEachCallback {
  private static final Logger ROOT = Logger.getLogger("");

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Handler handler =
      new Handler() {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord entry) {
          if (entry.getLoggerName() != null && entry.getLoggerName().startsWith("io.")) {
            formatter.format(entry).lines().forEach(lines::add);
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private Handler[] others = {};

  /** The lines as they would stand in a file, those of stack traces too. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    others = ROOT.getHandlers();
    for (Handler other : others) {
      ROOT.removeHandler(other);
    }
    ROOT.addHandler(handler);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    ROOT.removeHandler(handler);
    for (Handler other : others) {
      ROOT.addHandler(other);
    }
  }
}
