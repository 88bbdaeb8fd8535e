/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nettyplus.leakdetector.junit.NettyLeakDetectorExtension;
import io.github.proxyheader.datagram.DatagramReceiverOptions;
import io.github.proxyheader.examples.Loopback;
import io.github.proxyheader.examples.forward.Forwarder;
import io.github.proxyheader.examples.forward.config.ForwarderConfig;
import io.github.proxyheader.examples.forward.config.ForwarderConfig.Transport;
import io.github.proxyheader.examples.forward.config.RuleConfig;
import io.github.proxyheader.examples.forward.config.RuleConfig.Balance;
import io.github.proxyheader.examples.forward.config.RuleConfig.Protocol;
import io.github.proxyheader.examples.forward.config.TargetConfig;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.protocol.ProxyVersion;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
@ExtendWith(NettyLeakDetectorExtension.class)
class GameServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(4);
  private static final int PLAYERS = 300;

  private EventLoopGroup group;
  private GameServer server;
  private Forwarder forwarder;

  @AfterEach
  void close() {
    if (forwarder != null) {
      forwarder.close();
    }
    if (server != null) {
      server.close();
      group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  @ParameterizedTest
  @CsvSource({"NIO, IPv4", "NIO, IPv6", "EPOLL, IPv4", "EPOLL, IPv6"})
  void playersBehindTheForwarderAreToldTheirRealAddresses(Transport transport, String family)
      throws Exception {
    InetAddress local = Loopback.address(family);
    startServer(transport, local, TrustedProxies.loopback());
    InetSocketAddress front = startForwarder(transport, local);

    try (Players players = new Players(local)) {
      players.pingAll(front);
      players.pingAll(front);
    }

    assertThat(forwarder.status().rules().get(0).connections()).isEqualTo(PLAYERS);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void playersCanAlsoComeDirectly(Transport transport) throws Exception {
    startServer(transport, NetUtil.LOCALHOST4, TrustedProxies.of("192.0.2.1"));

    try (DatagramSocket player = new DatagramSocket(0, NetUtil.LOCALHOST4)) {
      assertThat(GamePing.ping(player, server.address(), PATIENCE))
          .startsWith("MCPE;You are " + text(player) + ";");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void strangerWithoutAHeaderIsNotAnswered(Transport transport) throws Exception {
    startServer(transport, NetUtil.LOCALHOST4, TrustedProxies.loopback());

    try (DatagramSocket stranger = new DatagramSocket(0, NetUtil.LOCALHOST4)) {
      assertThatThrownBy(() -> GamePing.ping(stranger, server.address(), Duration.ofMillis(50)))
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void hostileDatagramsChangeNothing(Transport transport) throws Exception {
    startServer(transport, NetUtil.LOCALHOST4, TrustedProxies.loopback());
    InetSocketAddress front = startForwarder(transport, NetUtil.LOCALHOST4);

    try (DatagramSocket player = new DatagramSocket(0, NetUtil.LOCALHOST4)) {
      for (int length : new int[] {0, 1, 16, 32, 33, 34, 1500, 9000}) {
        byte[] noise = new byte[length];
        Arrays.fill(noise, (byte) 1);
        player.send(new DatagramPacket(noise, length, front));
        player.send(new DatagramPacket(noise, length, server.address()));
      }
      assertThat(GamePing.ping(player, front, PATIENCE)).contains("You are " + text(player));
    }
  }

  private void startServer(Transport transport, InetAddress local, TrustedProxies proxies) {
    boolean epoll = transport == Transport.EPOLL;
    group =
        new MultiThreadIoEventLoopGroup(
            1, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    server =
        GameServer.start(
            group,
            epoll ? EpollDatagramChannel.class : NioDatagramChannel.class,
            new InetSocketAddress(local, 0),
            DatagramReceiverOptions.builder()
                .policy(proxies.withPolicies(ProxyHeaderPolicy.REQUIRE, ProxyHeaderPolicy.REJECT))
                .build());
  }

  private InetSocketAddress startForwarder(Transport transport, InetAddress local)
      throws Exception {
    TargetConfig target = new TargetConfig(server.address(), ProxyVersion.V2, Set.of(), null);
    RuleConfig rule =
        new RuleConfig(
            "game",
            new InetSocketAddress(local, 0),
            Protocol.UDP,
            List.of(),
            Duration.ofSeconds(5),
            Balance.ROUND_ROBIN,
            Duration.ofSeconds(5),
            Duration.ofMinutes(1),
            10_000,
            false,
            null,
            null,
            List.of(target));
    forwarder =
        Forwarder.start(
            new ForwarderConfig(2, transport, Duration.ZERO, null, null, List.of(rule)), List.of());
    return (InetSocketAddress) forwarder.status().rules().get(0).listening();
  }

  private static String text(DatagramSocket socket) {
    return NetUtil.toSocketAddressString((InetSocketAddress) socket.getLocalSocketAddress());
  }

  /** Many players who ask at the same time. */
  private static final class Players implements AutoCloseable {
    private final List<DatagramSocket> sockets = new ArrayList<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(50);

    Players(InetAddress local) throws IOException {
      for (int i = 0; i < PLAYERS; i++) {
        sockets.add(new DatagramSocket(0, local));
      }
    }

    void pingAll(InetSocketAddress server) throws Exception {
      List<Future<String>> answers = new ArrayList<>();
      for (DatagramSocket socket : sockets) {
        answers.add(threads.submit(() -> GamePing.ping(socket, server, PATIENCE)));
      }
      for (int i = 0; i < PLAYERS; i++) {
        assertThat(answers.get(i).get()).startsWith("MCPE;You are " + text(sockets.get(i)) + ";");
      }
    }

    @Override
    public void close() {
      threads.shutdownNow();
      sockets.forEach(DatagramSocket::close);
    }
  }
}
