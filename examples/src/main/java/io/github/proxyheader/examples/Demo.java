/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import io.github.proxyheader.examples.forward.Forwarder;
import io.github.proxyheader.examples.forward.ForwarderException;
import io.github.proxyheader.examples.forward.config.ForwarderConfig;
import io.github.proxyheader.examples.forward.config.ForwarderConfig.Transport;
import io.github.proxyheader.examples.forward.config.RuleConfig;
import io.github.proxyheader.examples.forward.config.RuleConfig.Balance;
import io.github.proxyheader.examples.forward.config.RuleConfig.Protocol;
import io.github.proxyheader.examples.forward.config.TargetConfig;
import io.github.proxyheader.examples.forward.config.TargetConfig.HeaderTlv;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.protocol.ProxyVersion;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Sends HTTP requests through proxies to a server, all of it on loopback, and shows at each hop
 * what the server's socket saw and what the client's real address is.
 */
final class Demo {
  private static final String ROW = "%-32s  %-19s  %-15s  %s%n";
  private static final int REQUEST_TIMEOUT_MILLIS = 10_000;

  private final PrintStream out;

  Demo(PrintStream out) {
    this.out = out;
  }

  /** Runs the demo, and fails if a hop does not show the client's real address. */
  void run() throws Exception {
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try (WhoAmIServer server =
        WhoAmIServer.start(
            group,
            loopback(0),
            ReceiverOptions.builder().policy(TrustedProxies.loopback()).build())) {
      out.printf(ROW, "hop", "server's socket saw", "real client", "header");
      forwarderHop(server, "client -> forwarder v1 -> server", ProxyVersion.V1, Set.of());
      forwarderHop(
          server,
          "client -> forwarder v2 -> server",
          ProxyVersion.V2,
          Set.of(HeaderTlv.UNIQUE_ID, HeaderTlv.CRC32C));
      Optional<Path> haproxy = ExternalProgram.find("haproxy");
      if (haproxy.isPresent()) {
        haproxyHop(haproxy.get(), server);
        out.printf(
            "%nThe last hop went through the real HAProxy (send-proxy-v2), %s.%n", haproxy.get());
      } else {
        out.printf("%nNo hop went through the real HAProxy: there is no haproxy program here.%n");
      }
      out.println("The server knew the client's real address every time.");
    } finally {
      group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  private void forwarderHop(
      WhoAmIServer server, String hop, ProxyVersion version, Set<HeaderTlv> tlvs)
      throws IOException, DemoException {
    TargetConfig target = new TargetConfig(server.address(), version, tlvs, null);
    try (Forwarder forwarder = Forwarder.start(config(rule(target)), List.of())) {
      SocketAddress listening = forwarder.status().rules().get(0).listening();
      request(hop, (InetSocketAddress) listening, version.name());
    } catch (ForwarderException e) {
      throw new DemoException(hop + ": " + e.getMessage());
    }
  }

  private static ForwarderConfig config(RuleConfig rule) {
    return new ForwarderConfig(1, Transport.AUTO, Duration.ZERO, null, null, List.of(rule));
  }

  private static RuleConfig rule(TargetConfig target) {
    Duration timeout = Duration.ofMillis(REQUEST_TIMEOUT_MILLIS);
    return new RuleConfig(
        "demo",
        loopback(0),
        Protocol.TCP,
        List.of(),
        timeout,
        Balance.ROUND_ROBIN,
        timeout,
        timeout,
        10,
        false,
        null,
        null,
        List.of(target));
  }

  private void haproxyHop(Path program, WhoAmIServer server)
      throws IOException, InterruptedException, DemoException {
    Path directory = Files.createTempDirectory("proxyheader-demo");
    Path config = directory.resolve("haproxy.cfg");
    Path log = directory.resolve("haproxy.log");
    try {
      InetSocketAddress listen = loopback(ExternalProgram.freePort());
      Files.writeString(config, haproxyConfig(listen, server.address()));
      try (ExternalProgram haproxy =
          ExternalProgram.start(log, program.toString(), "-db", "-f", config.toString())) {
        haproxy.awaitPort(listen.getAddress(), listen.getPort());
        request("client -> HAProxy v2 -> server", listen, "V2");
      } catch (IOException e) {
        throw new DemoException(program + ": " + e.getMessage());
      }
    } finally {
      Files.deleteIfExists(config);
      Files.deleteIfExists(log);
      Files.delete(directory);
    }
  }

  private static String haproxyConfig(InetSocketAddress listen, InetSocketAddress server) {
    return """
        global
            maxconn 10
        listen demo
            mode tcp
            timeout connect 5s
            timeout client 5s
            timeout server 5s
            bind %s
            source %s
            server whoami %s send-proxy-v2
        """
        .formatted(
            NetUtil.toSocketAddressString(listen),
            ownAddress("127.0.0.3").getHostAddress(),
            NetUtil.toSocketAddressString(server));
  }

  private void request(String hop, InetSocketAddress proxy, String version)
      throws IOException, DemoException {
    String client;
    String answer;
    try (Socket socket = new Socket()) {
      socket.connect(proxy, REQUEST_TIMEOUT_MILLIS);
      socket.setSoTimeout(REQUEST_TIMEOUT_MILLIS);
      client = NetUtil.toSocketAddressString((InetSocketAddress) socket.getLocalSocketAddress());
      answer = PlainHttp.get(socket);
    } catch (IOException e) {
      throw new DemoException(hop + ": " + e.getMessage());
    }
    String told = field(hop, answer, "client");
    String header = field(hop, answer, "header");
    out.printf(ROW, hop, field(hop, answer, "peer"), told, header);
    verify(hop, client, told, version, header);
  }

  /** Fails if what the server was told is not what the client's own socket says. */
  static void verify(String hop, String client, String told, String version, String header)
      throws DemoException {
    if (!told.equals(client)) {
      throw new DemoException(
          hop + ": the server took " + told + " for the client (expected: " + client + ")");
    }
    if (!header.startsWith(version + ' ')) {
      throw new DemoException(hop + ": the header was " + header + " (expected: " + version + ")");
    }
  }

  private static String field(String hop, String answer, String name) throws DemoException {
    return answer
        .lines()
        .filter(line -> line.startsWith(name + ": "))
        .map(line -> line.substring(name.length() + 2))
        .findFirst()
        .orElseThrow(() -> new DemoException(hop + ": no " + name + " in the answer: " + answer));
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(address("127.0.0.1"), port);
  }

  /** A loopback address that a proxy connects from, to tell it from the client's. */
  private static InetAddress ownAddress(String literal) {
    InetAddress address = address(literal);
    try (ServerSocket probe = new ServerSocket(0, 1, address)) {
      return probe.getInetAddress();
    } catch (IOException e) {
      return address("127.0.0.1"); // not all systems have more than that one
    }
  }

  private static InetAddress address(String literal) {
    return new InetSocketAddress(literal, 0).getAddress();
  }
}
