/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import io.github.proxyheader.examples.minecraft.MinecraftServer;
import io.github.proxyheader.handler.ProxyHeaderListener;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.github.proxyheader.protocol.ProxyTransport;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.NetUtil;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a status server for players of Minecraft, Java edition. */
@Command(
    name = "minecraft",
    description =
        "Answers players of Minecraft, Java edition, with the address that the server sees: in the"
            + " list of servers, and when they log in. Runs until it is stopped.",
    versionProvider = Main.Version.class,
    mixinStandardHelpOptions = true)
final class MinecraftCommand implements Callable<Integer> {
  private final PrintStream out;

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "The IP address to listen on. Default: ${DEFAULT-VALUE}")
  private String host = "0.0.0.0";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The port to listen on, 0 for a free one. Default: ${DEFAULT-VALUE}")
  private int port = 25_565;

  @Option(
      names = "--trust",
      split = ",",
      paramLabel = "CIDR",
      description =
          "The proxies in front, such as 10.0.0.0/8. Only they can connect, and each connection"
              + " needs a header. Without this option players connect themselves, and a header is"
              + " refused.")
  private List<String> trust = List.of();

  @Option(
      names = "--direct",
      description =
          "Players may also connect themselves, beside the proxies of --trust, whose header is"
              + " optional then. A header from anybody else is refused.")
  private boolean direct;

  @Option(names = "--motd", paramLabel = "TEXT", description = "Stands before the address.")
  private String motd = "Hello!";

  @Option(
      names = "--max-connections-per-client",
      paramLabel = "N",
      description = "Connections of a client at a time. Default: ${DEFAULT-VALUE}")
  private int maxConnections = 8;

  @Option(
      names = "--connections-per-second-per-client",
      paramLabel = "N",
      description = "New connections of a client in a second. Default: ${DEFAULT-VALUE}")
  private int maxPerSecond = 10;

  MinecraftCommand(PrintStream out) {
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    ReceiverOptions options;
    MinecraftServer.Settings settings;
    InetSocketAddress address;
    try {
      options = options();
      settings = new MinecraftServer.Settings(motd, maxConnections, maxPerSecond);
      byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
      if (bytes == null) {
        throw new IllegalArgumentException("--host: not an IP address");
      }
      address = new InetSocketAddress(InetAddress.getByAddress(bytes), port);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
    try (MinecraftServer server =
        MinecraftServer.start(group, address, options, settings, out::println)) {
      out.println("listens on " + NetUtil.toSocketAddressString(server.address()));
      server.awaitEnd();
    } finally {
      group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
    }
    return ExitCode.OK;
  }

  private ReceiverOptions options() {
    ReceiverOptions.Builder options =
        ReceiverOptions.builder()
            .reader(
                ProxyHeaderReader.builder()
                    .transports(ProxyTransport.TCP4, ProxyTransport.TCP6)
                    .build())
            .listener(new Refusals(out));
    if (trust.isEmpty()) {
      return options.policy(ProxyHeaderPolicy.REJECT).build();
    }
    TrustedProxies proxies = TrustedProxies.of(trust);
    return options
        .policy(
            direct
                ? proxies.withPolicies(ProxyHeaderPolicy.USE, ProxyHeaderPolicy.REJECT)
                : proxies)
        .build();
  }

  /** Logs the connections without a good header; no other handler has seen them. */
  private record Refusals(PrintStream out) implements ProxyHeaderListener {
    @Override
    public void rejected(Channel channel, ProxyHeaderException cause) {
      String peer =
          channel.remoteAddress() instanceof InetSocketAddress inet
              ? NetUtil.toSocketAddressString(inet)
              : "a closed socket";
      out.println(peer + " header refused: " + cause.reason());
    }
  }
}
