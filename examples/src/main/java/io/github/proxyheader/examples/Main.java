/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import java.io.PrintStream;

/** The jar's entry: runs the program that its first argument names. */
public final class Main {
  private static final String USAGE =
      """
      usage: java -jar proxyheader.jar <command>

      commands:
        demo   sends HTTP requests through proxies on loopback, and shows at each hop
               what the server's socket saw and what the client's real address is
      """;

  private Main() {}

  /** Runs a command and exits: 0 for success, 1 for a failure, 2 for a wrong call. */
  public static void main(String[] args) {
    System.exit(run(args, System.out, System.err));
  }

  static int run(String[] args, PrintStream out, PrintStream err) {
    if (args.length != 1 || !args[0].equals("demo")) {
      err.print(USAGE);
      return 2;
    }
    try {
      new Demo(out).run();
      return 0;
    } catch (Exception e) {
      err.println("The demo failed: " + (e instanceof DemoException ? e.getMessage() : e));
      return 1;
    }
  }
}
