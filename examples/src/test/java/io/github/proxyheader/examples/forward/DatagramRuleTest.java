/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import static io.github.proxyheader.examples.forward.DatagramRules.address;
import static io.github.proxyheader.examples.forward.DatagramRules.plain;
import static io.github.proxyheader.examples.forward.DatagramRules.to;
import static io.github.proxyheader.examples.forward.DatagramRules.version2;
import static io.github.proxyheader.examples.forward.DatagramStage.config;
import static io.github.proxyheader.examples.forward.DatagramStage.listening;
import static io.github.proxyheader.examples.forward.DatagramStage.receive;
import static io.github.proxyheader.examples.forward.DatagramStage.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nettyplus.leakdetector.junit.NettyLeakDetectorExtension;
import io.github.proxyheader.examples.ExternalProgram;
import io.github.proxyheader.examples.Loopback;
import io.github.proxyheader.examples.forward.ConnectionEnd.Reason;
import io.github.proxyheader.examples.forward.DatagramStage.Passed;
import io.github.proxyheader.examples.forward.DatagramStage.Received;
import io.github.proxyheader.examples.forward.config.ForwarderConfig;
import io.github.proxyheader.examples.forward.config.ForwarderConfig.Transport;
import io.github.proxyheader.examples.forward.config.TargetConfig.HeaderTlv;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
@ExtendWith(NettyLeakDetectorExtension.class)
class DatagramRuleTest {
  private static final InetAddress V4 = NetUtil.LOCALHOST4;
  private static final ProxyHeader TOLD =
      ProxyHeader.builder()
          .transport(ProxyTransport.UDP4)
          .source(new InetSocketAddress("192.0.2.1", 1001))
          .destination(new InetSocketAddress("192.0.2.2", 1002))
          .tlvs(Tlvs.builder().authority("game.example").build())
          .build();

  @RegisterExtension final DatagramStage stage = new DatagramStage();

  @ParameterizedTest
  @CsvSource({"NIO, IPv4", "NIO, IPv6", "EPOLL, IPv4", "EPOLL, IPv6"})
  void eachDatagramHasAHeaderAndEachAnswerComesFromTheListeningAddress(
      Transport transport, String family) throws Exception {
    InetAddress local = Loopback.address(family);
    DatagramSocket target = stage.socket(local);
    DatagramSocket client = stage.socket(local);
    InetSocketAddress rule =
        listening(
            stage.start(transport, to(version2(target)).listen(new InetSocketAddress(local, 0))));

    InetSocketAddress flow = null;
    for (String text : List.of("one", "", "three")) {
      send(client, rule, text);
      Received received = receive(target);

      assertThat(received.payload()).isEqualTo(text);
      assertThat(received.header())
          .isEqualTo(
              ProxyHeader.builder()
                  .transport(family.equals("IPv6") ? ProxyTransport.UDP6 : ProxyTransport.UDP4)
                  .source(address(client))
                  .destination(rule)
                  .build());
      assertThat(flow).isIn(null, received.from());
      flow = received.from();
      send(target, flow, "re: " + text);
      assertThat(receive(client)).isEqualTo(new Received(rule, null, "re: " + text));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void targetsOfARuleAreMixed(Transport transport) throws Exception {
    DatagramSocket told = stage.socket(V4);
    DatagramSocket untold = stage.socket(V4);
    Forwarder forwarder = stage.start(transport, to(version2(told), plain(untold)));
    DatagramSocket one = stage.socket(V4);
    DatagramSocket other = stage.socket(V4);

    send(one, listening(forwarder), "from one");
    send(other, listening(forwarder), "from other");

    assertThat(receive(untold).header()).isNull();
    assertThat(receive(told).header()).isNotNull();
    send(one, listening(forwarder), "again");
    send(other, listening(forwarder), "again");
    assertThat(receive(untold).payload()).isEqualTo("again");
    assertThat(receive(told).payload()).isEqualTo("again");
    assertThat(forwarder.status().rules().get(0).connections()).isEqualTo(2);
    assertThat(forwarder.status().rules().get(0).sample())
        .extracting(ForwarderStatus.Connection::client)
        .containsExactlyInAnyOrder(address(one), address(other));
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void headerTellsWhatTheTargetWants(Transport transport) throws Exception {
    DatagramSocket target = stage.socket(V4);
    DatagramSocket proxy = stage.socket(V4);
    Forwarder forwarder =
        stage.start(
            transport,
            to(version2(target, HeaderTlv.RECEIVED, HeaderTlv.UNIQUE_ID, HeaderTlv.CRC32C))
                .trust("127.0.0.1"));

    send(proxy, listening(forwarder), TOLD, "one");
    send(proxy, listening(forwarder), TOLD, "two");
    ProxyHeader first = receive(target).header();

    assertThat(first.transport()).isEqualTo(ProxyTransport.UDP4);
    assertThat(first.source()).isEqualTo(TOLD.source());
    assertThat(first.destination()).isEqualTo(TOLD.destination());
    assertThat(first.tlvs().authority()).contains("game.example");
    assertThat(first.tlvs().uniqueId()).isPresent();
    assertThat(first.hasChecksum()).isTrue();
    assertThat(receive(target).header()).isEqualTo(first);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void twoForwardersInARowTellTheClientOfTheFirst(Transport transport) throws Exception {
    DatagramSocket target = stage.socket(V4);
    Forwarder second = stage.start(transport, to(version2(target)).trust("127.0.0.0/8"));
    InetSocketAddress between = listening(second);
    Forwarder first = stage.start(transport, to(version2(between)));
    DatagramSocket one = stage.socket(V4);
    DatagramSocket other = stage.socket(V4);

    send(one, listening(first), "from one");
    Received ofOne = receive(target);
    send(other, listening(first), "from other");
    Received ofOther = receive(target);

    assertThat(ofOne.header().source()).isEqualTo(address(one));
    assertThat(ofOne.header().destination()).isEqualTo(listening(first));
    assertThat(ofOther.header().source()).isEqualTo(address(other));
    send(target, ofOther.from(), "to other");
    send(target, ofOne.from(), "to one");
    assertThat(receive(one).payload()).isEqualTo("to one");
    assertThat(receive(other).payload()).isEqualTo("to other");
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void datagramsOfTrustedProxiesWithoutAGoodHeaderAreDropped(Transport transport) throws Exception {
    DatagramSocket target = stage.socket(V4);
    DatagramSocket proxy = stage.socket(V4);
    Forwarder forwarder = stage.start(transport, to(version2(target)).trust("127.0.0.1"));

    send(proxy, listening(forwarder), "no header");
    assertThat(stage.awaitTold(ProxyHeaderException.Reason.class))
        .isEqualTo(ProxyHeaderException.Reason.MISSING);
    send(proxy, listening(forwarder), "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n");
    assertThat(stage.awaitTold(ProxyHeaderException.Reason.class)).isNotNull();
    send(proxy, listening(forwarder), "\r\n\r\n\0\r\nQUIT\n!\022\0\014");
    assertThat(stage.awaitTold(ProxyHeaderException.Reason.class))
        .isEqualTo(ProxyHeaderException.Reason.TRUNCATED);
    assertThat(forwarder.status().rules().get(0).connections()).isZero();
    send(proxy, listening(forwarder), TOLD, "good");
    assertThat(receive(target).payload()).isEqualTo("good");
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void datagramsOfOthersThanTrustedProxiesAreDropped(Transport transport) throws Exception {
    DatagramSocket client = stage.socket(V4);
    DatagramRules rule = to(plain(stage.socket(V4))).trust("192.0.2.0/24");
    Forwarder forwarder = stage.start(transport, rule);

    send(client, listening(forwarder), TOLD, "spoofed");

    assertThat(stage.awaitTold(ProxyHeaderException.Reason.class))
        .isEqualTo(ProxyHeaderException.Reason.UNTRUSTED);
    assertThat(forwarder.status().rules().get(0).connections()).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void localHeaderStaysLocal(Transport transport) throws Exception {
    DatagramSocket target = stage.socket(V4);
    DatagramSocket proxy = stage.socket(V4);
    Forwarder forwarder = stage.start(transport, to(version2(target)).trust("127.0.0.1"));

    send(proxy, listening(forwarder), ProxyHeader.local(), "check");
    Received check = receive(target);
    send(target, check.from(), "alive");

    assertThat(check.header()).isEqualTo(ProxyHeader.local());
    assertThat(receive(proxy).payload()).isEqualTo("alive");
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void bytesAreToldWhileTheFlowLasts(Transport transport) throws Exception {
    DatagramSocket target = stage.socket(V4);
    DatagramSocket client = stage.socket(V4);
    Forwarder forwarder = stage.start(transport, to(version2(target)));
    send(client, listening(forwarder), "hello");
    send(target, receive(target).from(), "hi");
    receive(client);

    forwarder.tellTraffic();
    assertThat(stage.awaitTold(Passed.class)).isEqualTo(new Passed(5, 2));
    send(client, listening(forwarder), "again!");
    receive(target);
    forwarder.tellTraffic();
    assertThat(stage.awaitTold(Passed.class)).isEqualTo(new Passed(6, 0));
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void idleFlowEnds(Transport transport) throws Exception {
    DatagramSocket target = stage.socket(V4);
    DatagramSocket client = stage.socket(V4);
    Forwarder forwarder =
        stage.start(transport, to(plain(target)).idleTimeout(Duration.ofMillis(100)));

    send(client, listening(forwarder), "hello");
    receive(target);
    ConnectionEnd end = stage.awaitTold(ConnectionEnd.class);

    assertThat(end.reason()).isEqualTo(Reason.IDLE);
    assertThat(end.client()).isEqualTo(address(client));
    assertThat(end.received()).isEqualTo(5);
    assertThat(end.sent()).isZero();
    assertThat(forwarder.status().rules().get(0).targets().get(0).connections()).isZero();
    send(client, listening(forwarder), "again");
    assertThat(receive(target).payload()).isEqualTo("again");
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void atTheLimitANewFlowTakesThePlaceOfTheOldestUnconfirmedOne(Transport transport)
      throws Exception {
    DatagramSocket target = stage.socket(V4);
    Forwarder forwarder = stage.start(transport, to(plain(target)).maxFlows(2));
    DatagramSocket player = stage.socket(V4);
    confirm(player, target, listening(forwarder));
    DatagramSocket madeUp = stage.socket(V4);
    send(madeUp, listening(forwarder), "made up");
    receive(target);

    DatagramSocket newcomer = stage.socket(V4);
    confirm(newcomer, target, listening(forwarder));

    ConnectionEnd end = stage.awaitTold(ConnectionEnd.class);
    assertThat(end.reason()).isEqualTo(Reason.LIMIT);
    assertThat(end.client()).isEqualTo(address(madeUp));
    send(madeUp, listening(forwarder), "no room");
    assertThat(stage.awaitTold(DatagramDrop.class)).isEqualTo(DatagramDrop.LIMIT);
    confirm(player, target, listening(forwarder));
    confirm(newcomer, target, listening(forwarder));
    assertThat(forwarder.status().rules().get(0).connections()).isEqualTo(2);
  }

  /** Is answered and goes on. */
  private static void confirm(DatagramSocket client, DatagramSocket target, InetSocketAddress rule)
      throws IOException {
    send(client, rule, "hello");
    send(target, receive(target).from(), "hi");
    assertThat(receive(client).payload()).isEqualTo("hi");
    send(client, rule, "thanks");
    assertThat(receive(target).payload()).isEqualTo("thanks");
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void manyMadeUpClientsKeepToTheLimit(Transport transport) throws Exception {
    DatagramSocket target = stage.socket(V4);
    DatagramSocket proxy = stage.socket(V4);
    Forwarder forwarder = stage.start(transport, to(plain(target)).trust("127.0.0.1").maxFlows(5));

    for (int i = 0; i < 200; i++) {
      ProxyHeader header =
          TOLD.toBuilder().source(new InetSocketAddress("198.51.100.1", 1 + i)).build();
      send(proxy, listening(forwarder), header, "spoofed");
      assertThat(receive(target).payload()).isEqualTo("spoofed");
      assertThat(forwarder.status().rules().get(0).connections()).isLessThanOrEqualTo(5);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void deadTargetKillsNothing(Transport transport) throws Exception {
    InetSocketAddress address = freeAddress();
    DatagramSocket target = stage.socket(address);
    DatagramSocket client = stage.socket(V4);
    Forwarder forwarder = stage.start(transport, to(version2(target)));
    target.close();

    for (int i = 0; i < 5; i++) {
      send(client, listening(forwarder), "anybody?");
      assertThat(stage.awaitTold(String.class)).isEqualTo(NetUtil.toSocketAddressString(address));
    }
    assertThat(forwarder.status().rules().get(0).connections()).isEqualTo(1);
    assertThat(forwarder.status().rules().get(0).targets().get(0).up()).isFalse();

    DatagramSocket restarted = stage.socket(address);
    send(client, listening(forwarder), "back?"); // may be lost to the last error
    send(client, listening(forwarder), "back?");
    Received received = receive(restarted);
    assertThat(received.payload()).isEqualTo("back?");
    send(restarted, received.from(), "yes");
    assertThat(receive(client).payload()).isEqualTo("yes");
    assertThat(forwarder.status().rules().get(0).targets().get(0).up()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void flowMovesFromADeadTargetToALiveOne(Transport transport) throws Exception {
    DatagramSocket dead = stage.socket(freeAddress());
    DatagramSocket alive = stage.socket(V4);
    DatagramSocket client = stage.socket(V4);
    Forwarder forwarder = stage.start(transport, to(plain(dead), plain(alive)));
    dead.close();

    for (int i = 0; i < TargetState.PATIENCE; i++) {
      send(client, listening(forwarder), "anybody?");
      stage.awaitTold(String.class);
    }
    assertThat(stage.awaitTold(ConnectionEnd.class).reason()).isEqualTo(Reason.TARGET_RESET);
    send(client, listening(forwarder), "hello");

    assertThat(receive(alive).payload()).isEqualTo("hello");
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void flowThatEndsWhileItIsWrittenHoldsUpNoOther(Transport transport) throws Exception {
    DatagramSocket dead = stage.socket(freeAddress());
    DatagramSocket alive = stage.socket(V4);
    DatagramSocket burst = stage.socket(V4);
    DatagramSocket client = stage.socket(V4);
    DatagramSocket newcomer = stage.socket(V4);
    Forwarder forwarder = stage.start(transport, to(plain(dead), plain(alive)));
    send(burst, listening(forwarder), "begin");
    receive(dead);
    send(client, listening(forwarder), "begin");
    receive(alive);
    dead.close();

    stage.holdNextFlow(); // so that what follows is read at once
    send(newcomer, listening(forwarder), "hold");
    for (int i = 0; i < 2 * TargetState.PATIENCE; i++) {
      send(burst, listening(forwarder), "anybody?");
    }
    send(client, listening(forwarder), "hello");
    stage.releaseFlow();

    assertThat(receive(alive).payload()).isEqualTo("hello");
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void answerThatCannotBeSentIsToldOf(Transport transport) throws Exception {
    DatagramSocket target = stage.socket(NetUtil.LOCALHOST6);
    DatagramSocket client = stage.socket(V4);
    Forwarder forwarder = stage.start(transport, to(plain(target)));
    send(client, listening(forwarder), "how much?");
    InetSocketAddress flow = receive(target).from();

    send(target, flow, "x".repeat(65_507 + 1)); // more than a datagram of IPv4 holds
    assertThat(stage.awaitTold(DatagramDrop.class)).isEqualTo(DatagramDrop.FAILED);
    send(target, flow, "less");
    assertThat(receive(client).payload()).isEqualTo("less");
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void datagramWithoutRoomForTheHeaderIsDropped(Transport transport) throws Exception {
    DatagramSocket untold = stage.socket(V4);
    DatagramSocket told = stage.socket(V4);
    DatagramSocket client = stage.socket(V4);
    DatagramSocket other = stage.socket(V4);
    Forwarder forwarder = stage.start(transport, to(plain(untold), version2(told)));
    String longest = "x".repeat(65_507);

    send(client, listening(forwarder), longest);
    assertThat(receive(untold).payload()).isEqualTo(longest);
    send(other, listening(forwarder), longest);
    assertThat(stage.awaitTold(DatagramDrop.class)).isEqualTo(DatagramDrop.TOO_LONG);
    send(other, listening(forwarder), longest.substring(28));
    assertThat(receive(told).payload()).hasSize(65_507 - 28);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void wildcardAddressServesBothFamilies(Transport transport) throws Exception {
    DatagramSocket target = stage.socket(V4);
    Forwarder forwarder = stage.start(transport, to(version2(target)).listen(any()));
    int port = listening(forwarder).getPort();

    for (InetAddress local : Loopback.all()) {
      DatagramSocket client = stage.socket(local);
      InetSocketAddress rule = new InetSocketAddress(local, port);
      send(client, rule, "hello");
      Received received = receive(target);
      send(target, received.from(), "hi");

      assertThat(received.header().source()).isEqualTo(address(client));
      assertThat(((InetSocketAddress) received.header().destination()).getPort()).isEqualTo(port);
      if (transport == Transport.EPOLL && local.equals(V4)) {
        assertThat(received.header().destination()).isEqualTo(rule);
      }
      assertThat(receive(client)).isEqualTo(new Received(rule, null, "hi"));
    }
  }

  private static InetSocketAddress any() {
    return new InetSocketAddress(0);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void reloadKeepsFlowsAndSendsNewOnesToNewTargets(Transport transport) throws Exception {
    DatagramSocket before = stage.socket(V4);
    DatagramSocket after = stage.socket(V4);
    DatagramSocket known = stage.socket(V4);
    DatagramSocket fresh = stage.socket(V4);
    InetSocketAddress listen = freeAddress();
    Forwarder forwarder = stage.start(transport, to(plain(before)).listen(listen));
    send(known, listen, "before");
    InetSocketAddress flow = receive(before).from();

    forwarder.reload(config(transport, to(version2(after)).listen(listen)));
    send(fresh, listen, "fresh");
    send(known, listen, "known");

    assertThat(receive(after).header().source()).isEqualTo(address(fresh));
    assertThat(receive(before)).isEqualTo(new Received(flow, null, "known"));
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void ruleThatIsRemovedServesItsFlowsAndCanComeBack(Transport transport) throws Exception {
    DatagramSocket target = stage.socket(V4);
    DatagramSocket known = stage.socket(V4);
    DatagramSocket fresh = stage.socket(V4);
    InetSocketAddress listen = freeAddress();
    DatagramRules rule = to(plain(target)).listen(listen);
    DatagramRules another = to(plain(target));
    Forwarder forwarder = stage.start(transport, rule);
    send(known, listen, "before");
    receive(target);

    forwarder.reload(config(transport, another));
    send(fresh, listen, "too late");
    assertThat(stage.awaitTold(DatagramDrop.class)).isEqualTo(DatagramDrop.STOPPED);
    send(known, listen, "known");
    assertThat(receive(target).payload()).isEqualTo("known");

    forwarder.reload(config(transport, rule));
    send(fresh, listen, "in time");
    assertThat(receive(target).payload()).isEqualTo("in time");
    assertThat(forwarder.status().rules().get(0).connections()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void reloadThatFailsChangesNothing(Transport transport) throws Exception {
    DatagramSocket target = stage.socket(V4);
    DatagramSocket client = stage.socket(V4);
    Forwarder forwarder = stage.start(transport, to(plain(target)));
    ForwarderConfig bad = config(transport, to(plain(target)).listen(address(target)));

    assertThatThrownBy(() -> forwarder.reload(bad))
        .isInstanceOf(ForwarderException.class)
        .hasMessageContaining("rule game: cannot listen on");
    send(client, listening(forwarder), "hello");

    assertThat(receive(target).payload()).isEqualTo("hello");
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void drainServesFlowsUntilTheLimit(Transport transport) throws Exception {
    DatagramSocket target = stage.socket(V4);
    DatagramSocket known = stage.socket(V4);
    DatagramSocket fresh = stage.socket(V4);
    Forwarder forwarder = stage.start(transport, to(plain(target)));
    InetSocketAddress rule = listening(forwarder);
    send(known, rule, "before");
    send(target, receive(target).from(), "hi");
    assertThat(receive(known).payload()).isEqualTo("hi");

    CompletableFuture<Void> stopped = forwarder.stop(Duration.ofMinutes(5));
    send(fresh, rule, "too late");
    assertThat(stage.awaitTold(DatagramDrop.class)).isEqualTo(DatagramDrop.STOPPED);
    send(known, rule, "known");
    assertThat(receive(target).payload()).isEqualTo("known");
    assertThat(stopped).isNotDone();
    forwarder.stop(Duration.ZERO);

    ConnectionEnd end = stage.awaitTold(ConnectionEnd.class);
    assertThat(end.reason()).isEqualTo(Reason.STOPPED);
    assertThat(end.received()).isEqualTo(11);
    assertThat(end.sent()).isEqualTo(2);
    stopped.get(20, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void drainEndsWithTheLastFlow(Transport transport) throws Exception {
    DatagramSocket target = stage.socket(V4);
    DatagramSocket client = stage.socket(V4);
    Forwarder forwarder =
        stage.start(transport, to(plain(target)).idleTimeout(Duration.ofMillis(200)));
    send(client, listening(forwarder), "before");
    receive(target);

    forwarder.stop(Duration.ofMinutes(5)).get(20, TimeUnit.SECONDS);

    assertThat(stage.awaitTold(ConnectionEnd.class).reason()).isEqualTo(Reason.IDLE);
  }

  private static InetSocketAddress freeAddress() throws IOException {
    return new InetSocketAddress(V4, ExternalProgram.freePort());
  }
}
