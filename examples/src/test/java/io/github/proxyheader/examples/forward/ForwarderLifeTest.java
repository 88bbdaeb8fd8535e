/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import static io.github.proxyheader.examples.forward.Stage.address;
import static io.github.proxyheader.examples.forward.Stage.assertReset;
import static io.github.proxyheader.examples.forward.Stage.awaitTunnel;
import static io.github.proxyheader.examples.forward.Stage.config;
import static io.github.proxyheader.examples.forward.Stage.receive;
import static io.github.proxyheader.examples.forward.Stage.receiveAll;
import static io.github.proxyheader.examples.forward.Stage.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.proxyheader.examples.forward.ConnectionEnd.Reason;
import io.github.proxyheader.examples.forward.config.ForwarderConfig.Transport;
import io.github.proxyheader.examples.forward.config.TargetConfig;
import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Start, reload and stop. */
@Timeout(60)
class ForwarderLifeTest {
  @RegisterExtension final Stage stage = new Stage();

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void portInUseStartsNothing(Transport transport) throws Exception {
    ServerSocket taken = stage.target();
    InetSocketAddress free = Stage.dead();

    assertThatThrownBy(
            () ->
                stage.start(
                    transport,
                    Rules.to(Rules.plain(free)).listen(free).name("first"),
                    Rules.to(Rules.plain(free)).listen(address(taken)).name("second")))
        .isInstanceOf(ForwarderException.class)
        .hasMessageStartingWith(
            "rule second: cannot listen on " + NetUtil.toSocketAddressString(address(taken)));

    assertThatThrownBy(() -> stage.connect(free)).isInstanceOf(ConnectException.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void rulesThatTakeAnyFreePortEachHaveOne(Transport transport) throws Exception {
    Rules first = Rules.to(Rules.plain(Stage.dead())).name("first");
    Rules second = Rules.to(Rules.plain(Stage.dead())).name("second");
    Forwarder forwarder = stage.start(transport, first, second);
    List<SocketAddress> ports = listening(forwarder);

    assertThat(ports).hasSize(2).doesNotHaveDuplicates();

    forwarder.reload(config(transport, second, first));

    assertThat(listening(forwarder)).containsExactly(ports.get(1), ports.get(0));
  }

  private static List<SocketAddress> listening(Forwarder forwarder) {
    return forwarder.status().rules().stream().map(ForwarderStatus.Rule::listening).toList();
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void drainLetsConnectionsEnd(Transport transport) throws Exception {
    ServerSocket target = stage.target();
    Forwarder forwarder = stage.start(transport, Rules.to(Rules.plain(address(target))));
    InetSocketAddress listening = (InetSocketAddress) stage.status().listening();
    Socket client = stage.connect();
    Socket served = stage.accept(target);

    CompletableFuture<Void> stopped = forwarder.stop(Duration.ofMinutes(5));

    assertThat(forwarder.status().draining()).isTrue();
    awaitNobodyListens(listening);
    send(client, "question");
    assertThat(receive(served, 8)).isEqualTo("question");
    assertThat(stopped).isNotDone();
    client.close();
    assertThat(receiveAll(served)).isEmpty();
    served.close();
    stopped.get(20, TimeUnit.SECONDS);
    stage.ends.awaitReason(Reason.DONE);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void drainBreaksConnectionsOffAtItsLimit(Transport transport) throws Exception {
    ServerSocket target = stage.target();
    Forwarder forwarder =
        stage.start(transport, Rules.to(Rules.plain(address(target))).trust("127.0.0.1"));
    Socket waiting = stage.connect(); // for its header
    Stage.await("a connection", () -> stage.status().connections() == 1);

    CompletableFuture<Void> stopped = forwarder.stop(Duration.ofSeconds(1));

    assertReset(waiting);
    stage.ends.awaitReason(Reason.STOPPED);
    stopped.get(20, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void drainBreaksOffWhatATargetDoesNotTake(Transport transport) throws Exception {
    ServerSocket target = stage.target();
    target.setReceiveBufferSize(16 << 10);
    Forwarder forwarder = stage.start(transport, Rules.to(Rules.plain(address(target))));
    Socket first = stage.connect();
    stage.accept(target);
    int room = (int) fillUntilItStalls(first);
    // Among these there are some that the forwarder has read to their end and could not pass on.
    for (int less = 16 << 10; less <= 256 << 10; less += 16 << 10) {
      Socket client = stage.connect();
      stage.accept(target).shutdownOutput();
      client.getOutputStream().write(new byte[Math.max(0, room - less)]);
      client.shutdownOutput();
      assertThat(client.getInputStream().read()).isEqualTo(-1);
      client.close();
    }

    CompletableFuture<Void> stopped = forwarder.stop(Duration.ofSeconds(1));

    stopped.get(20, TimeUnit.SECONDS);
    assertThat(stage.ends.closed).hasValue(17);
  }

  /** Returns how many bytes the forwarder has taken from the client when it takes no more. */
  private long fillUntilItStalls(Socket client) throws Exception {
    Thread writer =
        new Thread(
            () -> {
              try {
                client.getOutputStream().write(new byte[32 << 20]);
              } catch (IOException e) {
                // The end of the test.
              }
            });
    writer.setDaemon(true);
    writer.start();
    long before = -1;
    for (long now = 0; now != before || now == 0; now = received()) {
      before = now;
      Thread.sleep(500);
    }
    return before;
  }

  private long received() {
    return stage.status().sample().get(0).received();
  }

  @Test
  void headerThatIsUnderWayWhenAConnectionIsBrokenOffIsNotRefused() throws Exception {
    Ends ends = new Ends();
    Plan plan =
        Plan.of(Rules.to(Rules.version2(Stage.dead())).trust("127.0.0.1").build(), null, ends);
    EmbeddedChannel client =
        new EmbeddedChannel() {
          @Override
          protected SocketAddress remoteAddress0() {
            return new InetSocketAddress(NetUtil.LOCALHOST4, 45678);
          }
        };
    Connection connection = Connection.begin(new Traffic("test", ends), client, ends::closed);
    client.pipeline().addLast(new ProxyHeaderDecoder(Objects.requireNonNull(plan.receiver())));
    client.writeInbound(Unpooled.copiedBuffer("PROXY TCP4 ", StandardCharsets.US_ASCII));

    connection.reset();
    client.runPendingTasks();

    ends.awaitReason(Reason.STOPPED);
    assertThat(ends.refusals).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void closeEndsADrainAtOnce(Transport transport) throws Exception {
    ServerSocket target = stage.target();
    Forwarder forwarder = stage.start(transport, Rules.to(Rules.plain(address(target))));
    Socket client = stage.connect();
    Socket served = stage.accept(target);
    awaitTunnel(client, served);
    CompletableFuture<Void> stopped = forwarder.stop(Duration.ofMinutes(5));

    forwarder.close();

    stopped.get(20, TimeUnit.SECONDS);
    assertReset(client);
    assertReset(served);
    stage.ends.awaitReason(Reason.STOPPED);
    assertThatThrownBy(() -> forwarder.reload(config(transport)))
        .isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void connectionsThatTheSystemHasQueuedAreServedWhenItStops(Transport transport) throws Exception {
    ServerSocket target = stage.target();
    for (int round = 0; round < 10; round++) {
      Forwarder forwarder = stage.start(transport, Rules.to(Rules.plain(address(target))));
      List<Socket> clients = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        clients.add(stage.connect());
      }
      CompletableFuture<Void> stopped = forwarder.stop(Duration.ofMinutes(5));
      for (Socket client : clients) {
        client.shutdownOutput();
        Socket served = stage.accept(target);
        send(served, "served");
        served.close();
      }
      for (Socket client : clients) {
        assertThat(receiveAll(client)).isEqualTo("served");
      }
      stopped.get(20, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void reloadKeepsSocketsConnectionsAndWhatIsKnownOfTargets(Transport transport) throws Exception {
    ServerSocket first = stage.target();
    ServerSocket second = stage.target();
    TargetConfig dead = Rules.plain(Stage.dead());
    InetSocketAddress listen = Stage.dead();
    InetSocketAddress removed = Stage.dead();
    Forwarder forwarder =
        stage.start(
            transport,
            Rules.to(dead, Rules.plain(address(first))).listen(listen),
            Rules.to(Rules.plain(address(first))).listen(removed).name("removed"));
    for (int i = 0; i < 2 * TargetState.PATIENCE; i++) {
      Socket client = stage.connect();
      stage.accept(first).close();
      client.close();
      stage.ends.await();
    }
    assertThat(stage.status().targets().get(0).up()).isFalse();
    Socket old = stage.connect();
    Socket oldServed = stage.accept(first);
    Socket ofRemoved = stage.connect(removed);
    Socket ofRemovedServed = stage.accept(first);

    forwarder.reload(
        config(transport, Rules.to(dead, Rules.plain(address(second))).listen(listen).name("new")));

    awaitNobodyListens(removed);
    assertThat(forwarder.status().rules()).hasSize(1);
    assertThat(stage.status().config().name()).isEqualTo("new");
    assertThat(stage.status().targets().get(0).up()).isFalse();
    send(stage.connect(), "to the second");
    assertThat(receive(stage.accept(second), 13)).isEqualTo("to the second");
    send(old, "old");
    assertThat(receive(oldServed, 3)).isEqualTo("old");
    send(ofRemoved, "removed");
    assertThat(receive(ofRemovedServed, 7)).isEqualTo("removed");
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void ruleThatWasRemovedCanComeBackAtOnce(Transport transport) throws Exception {
    ServerSocket target = stage.target();
    InetSocketAddress listen = Stage.dead();
    Rules stays = Rules.to(Rules.plain(address(target))).listen(Stage.dead());
    Rules goes = Rules.to(Rules.plain(address(target))).listen(listen).name("goes");
    Forwarder forwarder = stage.start(transport, stays, goes);

    for (int i = 0; i < 50; i++) {
      forwarder.reload(config(transport, stays));
      forwarder.reload(config(transport, stays, goes));
    }

    send(stage.connect(listen), "back");
    assertThat(receive(stage.accept(target), 4)).isEqualTo("back");
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void reloadThatFailsChangesNothing(Transport transport) throws Exception {
    ServerSocket target = stage.target();
    ServerSocket taken = stage.target();
    InetSocketAddress listen = Stage.dead();
    InetSocketAddress added = Stage.dead();
    Forwarder forwarder =
        stage.start(transport, Rules.to(Rules.plain(address(target))).listen(listen));

    assertThatThrownBy(
            () ->
                forwarder.reload(
                    config(
                        transport,
                        Rules.to(Rules.plain(address(taken))).listen(added),
                        Rules.to(Rules.plain(address(taken))).listen(address(taken)))))
        .isInstanceOf(ForwarderException.class);

    awaitNobodyListens(added);
    send(stage.connect(), "as before");
    assertThat(receive(stage.accept(target), 9)).isEqualTo("as before");
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void reloadReadsCertificatesAgain(Transport transport, @TempDir Path directory) throws Exception {
    ServerSocket target = stage.target();
    InetSocketAddress listen = Stage.dead();
    Authority authority = Authority.in(directory);
    Rules rule =
        Rules.to(Rules.plain(address(target)))
            .listen(listen)
            .tls(authority.server(authority.issue("old.example.org")));
    Forwarder forwarder = stage.start(transport, rule);
    assertThat(certificateName(authority)).isEqualTo("CN=old.example.org");

    authority.server(authority.issue("new.example.org"));
    forwarder.reload(config(transport, rule));

    assertThat(certificateName(authority)).isEqualTo("CN=new.example.org");
  }

  private String certificateName(Authority authority) throws Exception {
    Socket under = stage.connect();
    SSLSocket client =
        (SSLSocket)
            authority.context(null).getSocketFactory().createSocket(under, "localhost", 0, true);
    client.startHandshake();
    X509Certificate seen = (X509Certificate) client.getSession().getPeerCertificates()[0];
    return seen.getSubjectX500Principal().getName();
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void reloadUnderLoadDropsNoConnection(Transport transport) throws Exception {
    ServerSocket first = stage.target();
    ServerSocket second = stage.target();
    AtomicInteger atSecond = new AtomicInteger();
    serve(first, new AtomicInteger());
    serve(second, atSecond);
    InetSocketAddress listen = Stage.dead();
    Rules toFirst = Rules.to(Rules.version2(address(first))).listen(listen);
    Rules toSecond = Rules.to(Rules.version1(address(second))).listen(listen);
    Forwarder forwarder = stage.start(transport, toFirst);
    AtomicBoolean enough = new AtomicBoolean();
    AtomicInteger exchanges = new AtomicInteger();
    List<CompletableFuture<Void>> clients = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      clients.add(CompletableFuture.runAsync(() -> exchangeUntil(enough, exchanges, listen)));
    }

    for (int i = 0; i < 20; i++) {
      int before = exchanges.get();
      Stage.await("more exchanges", () -> exchanges.get() > before + 5 || anyFailed(clients));
      forwarder.reload(config(transport, i % 2 == 0 ? toSecond : toFirst));
      assertThat(forwarder.status().rules().get(0).connections()).isBetween(0, 10_000);
    }
    enough.set(true);
    for (CompletableFuture<Void> client : clients) {
      client.get(20, TimeUnit.SECONDS);
    }

    assertThat(atSecond.get()).isBetween(1, exchanges.get());
    Stage.await("all ends", () -> stage.ends.closed.get() == exchanges.get());
    assertThat(stage.ends.failedTargets).isEmpty();
    for (int i = 0; i < exchanges.get(); i++) {
      stage.ends.awaitReason(Reason.DONE);
    }
  }

  private static boolean anyFailed(List<CompletableFuture<Void>> clients) {
    return clients.stream().anyMatch(CompletableFuture::isCompletedExceptionally);
  }

  private static void exchangeUntil(
      AtomicBoolean enough, AtomicInteger exchanges, InetSocketAddress address) {
    while (!enough.get()) {
      try (Socket client = new Socket()) {
        client.connect(address, 20_000);
        client.setSoTimeout(20_000);
        send(client, "question");
        client.shutdownOutput();
        assertThat(receiveAll(client)).isEqualTo("answer");
        exchanges.incrementAndGet();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Answers all connections until the socket is closed. */
  private static void serve(ServerSocket server, AtomicInteger served) {
    Thread thread =
        new Thread(
            () -> {
              while (!server.isClosed()) {
                try (Socket connection = server.accept()) {
                  String all = receiveAll(connection);
                  served.incrementAndGet();
                  send(connection, all.endsWith("question") ? "answer" : "not the question");
                } catch (IOException e) {
                  // The next one, or the end.
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void severalProcessesCanShareAPort(Transport transport) throws Exception {
    ServerSocket target = stage.target();
    InetSocketAddress listen = Stage.dead();
    Rules rule = Rules.to(Rules.plain(address(target))).listen(listen).reusePort();

    stage.start(transport, rule);
    Forwarder second = stage.start(transport, rule);

    assertThat(second.status().rules().get(0).listening()).isEqualTo(listen);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void sampleHasTheNewestConnections(Transport transport) throws Exception {
    ServerSocket target = stage.target();
    stage.start(transport, Rules.to(Rules.plain(address(target))));
    Socket last = null;
    for (int i = 0; i < 120; i++) {
      last = stage.connect();
      stage.accept(target);
    }
    Stage.await("all", () -> stage.status().connections() == 120);

    ForwarderStatus.Rule status = stage.status();
    assertThat(status.sample()).hasSize(100);
    assertThat(status.sample().get(0).client()).isEqualTo(last.getLocalSocketAddress());
    assertThat(status.targets().get(0).connections()).isEqualTo(120);
  }

  /** Connecting would be served, if it came early enough. */
  private static void awaitNobodyListens(InetSocketAddress address) throws InterruptedException {
    Stage.await(
        "the port to be closed",
        () -> {
          try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address);
            return true;
          } catch (IOException e) {
            return false;
          }
        });
  }
}
