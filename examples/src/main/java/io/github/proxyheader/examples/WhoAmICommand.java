/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import io.github.proxyheader.examples.whoami.SelfSigned;
import io.github.proxyheader.examples.whoami.WhoAmI;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.NetUtil;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the web server that tells each client who it is. */
@Command(
    name = "whoami",
    description = "Serves a page and JSON that show each client its address and its proxies.",
    versionProvider = Main.Version.class,
    mixinStandardHelpOptions = true)
final class WhoAmICommand implements Callable<Integer> {
  private final PrintStream out;
  private final PrintStream err;

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Option(
      names = "--address",
      defaultValue = "127.0.0.1",
      paramLabel = "IP",
      description = "Where to listen, default: ${DEFAULT-VALUE}.")
  private String address = "127.0.0.1";

  @Option(
      names = "--port",
      defaultValue = "8080",
      description = "TLS and plain HTTP, default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--http3",
      defaultValue = "-1",
      paramLabel = "PORT",
      description = "UDP port of HTTP/3, which needs a certificate.")
  private int http3;

  @Option(
      names = "--trust",
      split = ",",
      paramLabel = "CIDR",
      description = "The proxies: they must send a header, others must not.")
  private List<String> trusted = new ArrayList<>();

  @ArgGroup private @Nullable Tls tls;

  private static final class Tls {
    @Option(
        names = "--self-signed",
        required = true,
        description = "Makes a certificate for localhost.")
    private boolean selfSigned;

    @ArgGroup(exclusive = false)
    private @Nullable Files files;
  }

  private static final class Files {
    @SuppressWarnings("NullAway.Init")
    @Option(names = "--certificate", required = true, description = "The chain, in PEM.")
    private Path certificate;

    @SuppressWarnings("NullAway.Init")
    @Option(names = "--key", required = true, description = "The key in PEM, PKCS#8.")
    private Path key;
  }

  WhoAmICommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() throws Exception {
    InetAddress ip = NetUtil.createInetAddressFromIpAddressString(address);
    if (ip == null) {
      throw new ParameterException(spec.commandLine(), "--address is not an IP address");
    }
    if (port < 0 || port > 65_535 || http3 < -1 || http3 > 65_535) {
      throw new ParameterException(spec.commandLine(), "A port is not in 0 to 65535");
    }
    if (http3 >= 0 && tls == null) {
      throw new ParameterException(
          spec.commandLine(), "--http3 needs --certificate and --key, or --self-signed");
    }
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
    try (WhoAmI server =
        WhoAmI.start(
            group, new InetSocketAddress(ip, port), http3, certificate(), trusted, err::println)) {
      out.println("ready: " + NetUtil.toSocketAddressString(server.address()));
      InetSocketAddress udp = server.http3Address();
      if (udp != null) {
        out.println("ready for HTTP/3: " + NetUtil.toSocketAddressString(udp));
      }
      server.awaitClose();
      return 0;
    } finally {
      group.shutdownGracefully();
    }
  }

  private WhoAmI.@Nullable Certificate certificate() throws Exception {
    if (tls == null) {
      return null;
    }
    Files files = tls.files;
    if (files != null) {
      return new WhoAmI.Certificate(files.certificate, files.key);
    }
    return SelfSigned.create();
  }
}
