/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Headless Chromium, which asks no other host for anything. */
final class Browser {
  private Browser() {}

  /**
   * Returns the command that opens a page.
   *
   * @param profile the folder of the browser's own files
   * @param options further options, and at the end the page's address
   */
  static List<String> command(Path profile, List<String> options) {
    Path browser =
        ExternalProgram.find("chromium-headless-shell").orElseGet(() -> Peers.require("chromium"));
    List<String> command = new ArrayList<>();
    command.add(browser.toString());
    command.addAll(
        List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--no-proxy-server",
            "--disable-background-networking",
            "--user-data-dir=" + profile));
    command.addAll(options);
    return command;
  }
}
