/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import io.github.proxyheader.examples.forward.ForwarderException;
import io.github.proxyheader.examples.forward.config.ConfigException;
import io.github.proxyheader.examples.forward.config.ConfigFile;
import io.github.proxyheader.examples.forward.config.ForwarderConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import sun.misc.Signal;

/** Runs the forwarder until a signal ends it. */
@Command(
    name = "forward",
    description = "Forwards connections, and tells targets who the clients are.",
    footer = {
      "",
      "SIGTERM and SIGINT: let connections end, up to drain_timeout; a second one: break them off.",
      "SIGHUP: read the file again, and open the access log anew.",
      "Exit status: 0 stopped by a signal, 1 failed, 2 a wrong call or file."
    },
    versionProvider = Main.Version.class,
    mixinStandardHelpOptions = true)
final class ForwardCommand implements Callable<Integer> {
  private enum Order {
    RELOAD,
    STOP,
    ENDED
  }

  private final PrintStream out;
  private final PrintStream err;
  private final BlockingQueue<Order> orders = new LinkedBlockingQueue<>();

  @SuppressWarnings("NullAway.Init")
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "What is forwarded, in TOML.")
  private Path file;

  @Option(names = "--check", description = "Only tell what is wrong with the file.")
  private boolean check;

  ForwardCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!check) {
      heed("HUP", Order.RELOAD);
    }
    try {
      ForwarderConfig config = ConfigFile.read(file);
      if (!check) {
        return run(config);
      }
      out.println(file + ": good, rules: " + config.rules().size());
      return ExitCode.OK;
    } catch (ConfigException e) {
      err.println(e.getMessage());
      return ExitCode.USAGE;
    } catch (ForwarderException | IOException e) {
      err.println("forward: " + e.getMessage());
      return ExitCode.SOFTWARE;
    }
  }

  private int run(ForwarderConfig config)
      throws ForwarderException, IOException, InterruptedException {
    heed("TERM", Order.STOP);
    heed("INT", Order.STOP);
    try (ForwarderService service = ForwarderService.start(config)) {
      out.println("ready: " + service);
      while (orders.take() == Order.RELOAD) {
        reload(service);
      }
      stop(service);
    }
    out.println("stopped");
    return ExitCode.OK;
  }

  /** Where there is no such signal, or the virtual machine keeps it, nobody sends it. */
  private void heed(String signal, Order order) {
    try {
      Signal.handle(new Signal(signal), received -> orders.add(order));
    } catch (IllegalArgumentException e) {
      err.println("forward: SIG" + signal + " is not heeded: " + e.getMessage());
    }
  }

  /** All goes on as before if the file is wrong, but for the log. */
  private void reload(ForwarderService service) {
    try {
      service.reopenLog();
    } catch (IOException e) {
      err.println("forward: " + e.getMessage() + "; the log goes on in the old file");
    }
    try {
      String unchanged = service.reload(ConfigFile.read(file));
      out.println("reloaded: " + service);
      if (!unchanged.isEmpty()) {
        err.println("forward: these change only with a new start: " + unchanged);
      }
    } catch (ConfigException e) {
      err.println(e.getMessage());
      err.println("forward: not reloaded, all goes on as before");
    } catch (ForwarderException | RuntimeException e) {
      err.println("forward: not reloaded, all goes on as before: " + e.getMessage());
    }
  }

  private void stop(ForwarderService service) throws InterruptedException {
    service.stop().thenRun(() -> orders.add(Order.ENDED));
    out.println("stopping: connections may go on for " + service.drainTimeout().toMillis() + " ms");
    for (Order order = orders.take(); order != Order.ENDED; order = orders.take()) {
      if (order == Order.STOP) {
        service.reset();
      }
    }
  }
}
