/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The jar's entry: runs the program that its first argument names. */
@Command(
    name = "proxyheader",
    description = "Programs on netty-codec-proxyheader.",
    versionProvider = Main.Version.class,
    mixinStandardHelpOptions = true)
public final class Main implements Runnable {
  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  private final PrintStream out;

  private Main(PrintStream out) {
    this.out = out;
  }

  /** Runs a command and exits: 0 for success, 1 for a failure, 2 for a wrong call or file. */
  public static void main(String[] args) {
    System.exit(run(args, System.out, System.err));
  }

  static int run(String[] args, PrintStream out, PrintStream err) {
    return new CommandLine(new Main(out))
        .addSubcommand(new ForwardCommand(out, err))
        .addSubcommand(new InspectCommand(out, err, System.in))
        .addSubcommand(new ProbeCommand(out, err))
        .addSubcommand(new MinecraftCommand(out))
        .addSubcommand(new WhoAmICommand(out, err))
        .setOut(new PrintWriter(out, true, Charset.defaultCharset()))
        .setErr(new PrintWriter(err, true, Charset.defaultCharset()))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Main::failed)
        .execute(args);
  }

  private static int failed(Exception e, CommandLine command, CommandLine.ParseResult ignored) {
    String message = e instanceof DemoException ? e.getMessage() : e.toString();
    command.getErr().println("The " + command.getCommandName() + " failed: " + message);
    return CommandLine.ExitCode.SOFTWARE;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which command?");
  }

  @Command(
      name = "demo",
      description =
          "Sends HTTP requests through proxies on loopback, and shows at each hop what the"
              + " server's socket saw and what the client's real address is.",
      versionProvider = Version.class,
      mixinStandardHelpOptions = true)
  void demo() throws Exception {
    new Demo(out).run();
  }

  /** The version that the jar's manifest tells. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"proxyheader " + (version == null ? "(not of a jar)" : version)};
    }
  }
}
