/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import static io.github.proxyheader.examples.forward.Stage.address;
import static io.github.proxyheader.examples.forward.Stage.local;
import static io.github.proxyheader.examples.forward.Stage.readHeader;
import static io.github.proxyheader.examples.forward.Stage.receive;
import static io.github.proxyheader.examples.forward.Stage.receiveAll;
import static io.github.proxyheader.examples.forward.Stage.reset;
import static io.github.proxyheader.examples.forward.Stage.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.examples.Peers;
import io.github.proxyheader.examples.forward.ConnectionEnd.Reason;
import io.github.proxyheader.examples.forward.config.ForwarderConfig.Transport;
import io.github.proxyheader.examples.forward.config.TargetConfig;
import io.github.proxyheader.protocol.ProxyCommand;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.protocol.ProxyVersion;
import io.netty.channel.ChannelException;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ForwarderTargetsTest {
  @RegisterExtension final Stage stage = new Stage();

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void deadTargetIsSteppedOverAndNothingIsLost(Transport transport) throws Exception {
    ServerSocket alive = stage.target();
    TargetConfig dead = Rules.version1(Stage.dead());
    stage.start(transport, Rules.to(dead, Rules.version2(address(alive))).trust("127.0.0.1"));

    Socket client = stage.connect();
    ProxyHeader header =
        ProxyHeader.of(
            new InetSocketAddress("203.0.113.7", 45678),
            new InetSocketAddress("198.51.100.9", 443));
    client.getOutputStream().write(ProxyHeaderWriter.toBytes(header));
    send(client, "payload in the segment of the header");
    client.shutdownOutput();
    Socket served = stage.accept(alive);

    ProxyHeader told = readHeader(served.getInputStream());
    assertThat(told.version()).isEqualTo(ProxyVersion.V2);
    assertThat(told.source()).isEqualTo(header.source());
    assertThat(receiveAll(served)).isEqualTo("payload in the segment of the header");
    assertThat(stage.ends.failedTargets)
        .containsExactly(NetUtil.toSocketAddressString(dead.address()));
    served.close();
    ConnectionEnd end = stage.ends.await();
    assertThat(end.reason()).isEqualTo(Reason.DONE);
    assertThat(end.target()).isEqualTo(NetUtil.toSocketAddressString(address(alive)));
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void targetThatStandsTwiceTakesTwiceAsMany(Transport transport) throws Exception {
    ServerSocket target = stage.target();
    TargetConfig twice = Rules.plain(address(target));
    stage.start(transport, Rules.to(twice, twice).leastConnections());

    for (int i = 0; i < 4; i++) {
      Stage.awaitTunnel(stage.connect(), stage.accept(target));
    }

    assertThat(stage.status().targets())
        .extracting(ForwarderStatus.Target::connections)
        .containsExactly(2, 2);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void eachTargetIsTriedOnce(Transport transport) throws Exception {
    stage.start(transport, Rules.to(Rules.plain(Stage.dead()), Rules.version2(Stage.dead())));

    stage.assertResetOfConnect();

    ConnectionEnd end = stage.ends.await();
    assertThat(end.reason()).isEqualTo(Reason.NO_TARGET);
    assertThat(end.target()).isNull();
    assertThat(stage.ends.failedTargets).hasSize(2);
    assertThat(stage.status().targets()).allMatch(target -> target.connections() == 0);
  }

  @Test
  void lackOfFileDescriptorsIsNoTargetsFault() throws Exception {
    Sockets sockets = Sockets.open(Transport.NIO, 1);
    stage.closeLater(() -> sockets.loops().shutdownGracefully(0, 5, TimeUnit.SECONDS).sync());
    Plan plan =
        Plan.of(
            Rules.to(Rules.version2(Stage.dead())).check(Duration.ofMillis(10), 1, 1).build(),
            null,
            stage.ends);
    StreamRule rule =
        StreamRule.start(
            new Sockets(sockets.loops(), sockets.server(), Exhausted.class, sockets.datagram()),
            stage.ends,
            plan);
    stage.closeLater(rule::close);
    Exhausted.ATTEMPTS.set(0);
    rule.follow(plan);
    Stage.await("checks", () -> Exhausted.ATTEMPTS.get() >= 3);

    for (int i = 0; i < TargetState.PATIENCE; i++) {
      stage.assertResetOfConnect((InetSocketAddress) rule.status().listening());
      stage.ends.awaitReason(Reason.NO_TARGET);
    }
    assertThat(rule.status().targets().get(0).up()).isTrue();
    assertThat(stage.ends.failedTargets).isEmpty();
    rule.stopListening();
  }

  /** A socket for which there is no file descriptor left. */
  public static final class Exhausted extends NioSocketChannel {
    static final AtomicInteger ATTEMPTS = new AtomicInteger();

    public Exhausted() {
      super(refuse());
    }

    private static SelectorProvider refuse() {
      ATTEMPTS.incrementAndGet();
      throw new ChannelException("too many open files");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void targetThatDoesNotAnswerInTimeIsSteppedOver(Transport transport) throws Exception {
    ServerSocket full = stage.closeLater(new ServerSocket(0, 1, NetUtil.LOCALHOST4));
    for (int i = 0; i < 2; i++) {
      stage.connect(address(full)); // as many as the system queues
    }
    ServerSocket alive = stage.target();
    stage.start(
        transport,
        Rules.to(Rules.plain(address(full)), Rules.plain(address(alive)))
            .connectTimeout(Duration.ofSeconds(1)));

    send(stage.connect(), "payload");

    assertThat(receive(stage.accept(alive), 7)).isEqualTo("payload");
    assertThat(stage.ends.failedTargets).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void firstBytesLeaveInTheSegmentOfTheHeader(Transport transport) throws Exception {
    ServerSocket target = stage.closeLater(new ServerSocket(0, 1, NetUtil.LOCALHOST4));
    for (int i = 0; i < 2; i++) {
      stage.connect(address(target)); // until these are accepted nobody else is
    }
    stage.start(
        transport,
        Rules.to(Rules.version2(address(target))).connectTimeout(Duration.ofSeconds(30)));
    Socket client = stage.connect();
    send(client, "payload");
    Stage.await("that it is read, behind the attempt", () -> unread(client) == 0);

    client.shutdownOutput();
    stage.accept(target);
    stage.accept(target);
    Socket served = stage.accept(target);

    assertThat(readHeader(served.getInputStream()).source()).isEqualTo(local(client));
    assertThat(receiveAll(served)).isEqualTo("payload");
    assertThat(segmentsWithData(served)).isOne();
  }

  /** How many segments with data the system has received on a connection. */
  private static int segmentsWithData(Socket socket) {
    return told((InetSocketAddress) socket.getRemoteSocketAddress(), "data_segs_in:(\\d+)");
  }

  /** How many bytes of a socket the system keeps for the other side to read. */
  private static int unread(Socket socket) {
    return told(local(socket), "^\\S+ +(\\d+) ");
  }

  /** Returns a number that the system tells of the socket that is connected to a peer. */
  private static int told(InetSocketAddress peer, String pattern) {
    String ss = Peers.require("ss").toString();
    try {
      Process process =
          new ProcessBuilder(ss, "-tinH", "dst", NetUtil.toSocketAddressString(peer)).start();
      String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      Matcher number = Pattern.compile(pattern).matcher(told);
      assertThat(number.find()).as(told).isTrue();
      return Integer.parseInt(number.group(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void clientThatLeavesWhileItIsConnectedForIsNoFailure(Transport transport) throws Exception {
    ServerSocket full = stage.closeLater(new ServerSocket(0, 1, NetUtil.LOCALHOST4));
    for (int i = 0; i < 2; i++) {
      stage.connect(address(full));
    }
    Forwarder forwarder = stage.start(transport, Rules.to(Rules.plain(address(full))));
    Socket client = stage.connect();
    Stage.await("the attempt", () -> stage.status().targets().get(0).connections() == 1);

    Stage.reset(client);
    forwarder.close();

    assertThat(stage.ends.await().reason()).isIn(Reason.CLIENT_RESET, Reason.STOPPED);
    assertThat(stage.ends.failedTargets).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void leastConnectionsGoesWhereThereAreFewest(Transport transport) throws Exception {
    ServerSocket first = stage.target();
    ServerSocket second = stage.target();
    stage.start(
        transport,
        Rules.to(Rules.plain(address(first)), Rules.plain(address(second))).leastConnections());

    List<Socket> atFirst = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Socket client = stage.connect();
      Socket served = stage.accept(i % 2 == 0 ? first : second);
      Stage.awaitTunnel(client, served);
      if (i % 2 == 0) {
        atFirst.add(served);
      }
    }
    assertThat(stage.status().targets()).allMatch(target -> target.connections() == 2);
    for (Socket served : atFirst) {
      reset(served);
    }
    Stage.await("the ends at the first", () -> stage.status().targets().get(0).connections() == 0);
    stage.connect();
    stage.connect();
    Stage.await("connections", () -> targetConnections() == 4);
    assertThat(stage.status().targets()).allMatch(target -> target.connections() == 2);
  }

  private int targetConnections() {
    return stage.status().targets().stream().mapToInt(ForwarderStatus.Target::connections).sum();
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void targetThatFailsAgainAndAgainRests(Transport transport) throws Exception {
    ServerSocket alive = stage.target();
    InetSocketAddress dead = Stage.dead();
    stage.start(transport, Rules.to(Rules.plain(dead), Rules.plain(address(alive))));

    for (int i = 0; i < 2 * TargetState.PATIENCE; i++) {
      Socket client = stage.connect();
      send(client, "x");
      receive(stage.accept(alive), 1);
    }

    ForwarderStatus.Target status = stage.status().targets().get(0);
    assertThat(status.up()).isFalse();
    assertThat(status.failures()).isGreaterThanOrEqualTo(TargetState.PATIENCE);
    ServerSocket back = stage.closeLater(new ServerSocket());
    back.setReuseAddress(true);
    back.bind(dead);
    Stage.await(
        "the target to be tried again",
        () -> {
          try {
            stage.connect();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return stage.status().targets().get(0).up();
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void checksTakeATargetDownAndUp(Transport transport) throws Exception {
    ServerSocket target = stage.target();
    InetSocketAddress address = address(target);
    stage.start(transport, Rules.to(Rules.version2(address)).check(Duration.ofMillis(100), 2, 3));

    ProxyHeader header = readHeader(stage.accept(target).getInputStream());
    assertThat(header.command()).isEqualTo(ProxyCommand.LOCAL);
    assertThat(up()).isTrue();

    target.close();
    Stage.await("down", () -> !up());
    assertThat(stage.status().targets().get(0).failures()).isGreaterThanOrEqualTo(3);

    ServerSocket back = stage.closeLater(new ServerSocket());
    back.setReuseAddress(true);
    back.bind(address);
    Stage.await("up", this::up);
    assertThat(stage.ends.opened).hasValue(0);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void checkInVersion1TellsItsOwnAddresses(Transport transport) throws Exception {
    ServerSocket target = stage.target();
    stage.start(
        transport, Rules.to(Rules.version1(address(target))).check(Duration.ofSeconds(30), 1, 1));

    Socket check = stage.accept(target);
    ProxyHeader header = readHeader(check.getInputStream());

    assertThat(header.version()).isEqualTo(ProxyVersion.V1);
    assertThat(header.source()).isEqualTo(check.getRemoteSocketAddress());
    assertThat(header.destination()).isEqualTo(address(target));
    assertThat(check.getInputStream().read()).isEqualTo(-1);
  }

  private boolean up() {
    return stage.status().targets().get(0).up();
  }
}
