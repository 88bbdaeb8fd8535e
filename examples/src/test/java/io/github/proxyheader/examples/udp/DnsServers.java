/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.udp;

import io.github.proxyheader.examples.Loopback;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The configurations of DNS servers that the documentation gives, at other ports. */
final class DnsServers {
  private static final Path PAGE =
      Path.of(System.getProperty("basedir", "")).resolve("../docs/udp-dns.md");
  private static final String DOCUMENTED_PORT = "5353";

  private DnsServers() {}

  /**
   * Returns the block of configuration under a heading, without the lines for ::1 where the machine
   * does not have it.
   *
   * @param port where the server is to listen
   */
  static String documented(String heading, int port) throws IOException {
    Matcher block =
        Pattern.compile(
                "^### " + Pattern.quote(heading) + "\n.*?^```\\w+\n(.*?)^```$",
                Pattern.MULTILINE | Pattern.DOTALL)
            .matcher(Files.readString(PAGE));
    if (!block.find()) {
      throw new IllegalStateException("no configuration under " + heading);
    }
    return block
        .group(1)
        .lines()
        .filter(line -> Loopback.hasV6() || !line.matches(".*::1.*" + DOCUMENTED_PORT + ".*"))
        .map(line -> line.replace(DOCUMENTED_PORT, Integer.toString(port)))
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
