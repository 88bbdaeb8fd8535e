/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import static io.github.proxyheader.examples.forward.Stage.address;
import static io.github.proxyheader.examples.forward.Stage.assertReset;
import static io.github.proxyheader.examples.forward.Stage.awaitTunnel;
import static io.github.proxyheader.examples.forward.Stage.local;
import static io.github.proxyheader.examples.forward.Stage.readHeader;
import static io.github.proxyheader.examples.forward.Stage.receive;
import static io.github.proxyheader.examples.forward.Stage.receiveAll;
import static io.github.proxyheader.examples.forward.Stage.reset;
import static io.github.proxyheader.examples.forward.Stage.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.proxyheader.examples.forward.ConnectionEnd.Reason;
import io.github.proxyheader.examples.forward.config.ForwarderConfig.Transport;
import io.github.proxyheader.examples.forward.config.TargetConfig.HeaderTlv;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.tlv.Tlvs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class ForwarderTrafficTest {
  private static final InetSocketAddress CLIENT = new InetSocketAddress("203.0.113.7", 45678);
  private static final InetSocketAddress SERVER = new InetSocketAddress("198.51.100.9", 8443);

  /** How much goes each way: 5000 for ten gigabytes in all. */
  private static final int MEGABYTES = Integer.getInteger("forwarder.megabytes", 100);

  @RegisterExtension final Stage stage = new Stage();

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void eachTargetGetsTheHeaderThatItsRuleNames(Transport transport) throws Exception {
    ServerSocket first = stage.target();
    ServerSocket second = stage.target();
    ServerSocket third = stage.target();
    stage.start(
        transport,
        Rules.to(
            Rules.version1(address(first)),
            Rules.version2(address(second), HeaderTlv.UNIQUE_ID, HeaderTlv.CRC32C),
            Rules.plain(address(third))));

    Socket client1 = stage.connect();
    ProxyHeader header1 = readHeader(stage.accept(first).getInputStream());
    Socket client2 = stage.connect();
    ProxyHeader header2 = readHeader(stage.accept(second).getInputStream());
    Socket client3 = stage.connect();
    send(client3, "plain");

    assertThat(header1.version()).isEqualTo(ProxyVersion.V1);
    assertThat(header1.source()).isEqualTo(local(client1));
    assertThat(header1.destination()).isEqualTo(stage.status().listening());
    assertThat(header2.version()).isEqualTo(ProxyVersion.V2);
    assertThat(header2.source()).isEqualTo(local(client2));
    assertThat(header2.tlvs().uniqueId()).isPresent();
    assertThat(receive(stage.accept(third), 5)).isEqualTo("plain");
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void clientOfATrustedProxyIsTold(Transport transport) throws Exception {
    ServerSocket target = stage.target();
    stage.start(
        transport,
        Rules.to(Rules.version2(address(target), HeaderTlv.RECEIVED)).trust("127.0.0.0/8"));
    ProxyHeader sent =
        ProxyHeader.builder()
            .source(CLIENT)
            .destination(SERVER)
            .tlvs(Tlvs.builder().authority("www.example.org").build())
            .build();

    Socket proxy = stage.connect();
    InetSocketAddress peer = local(proxy);
    proxy.getOutputStream().write(ProxyHeaderWriter.toBytes(sent));
    send(proxy, "payload");
    Socket served = stage.accept(target);
    ProxyHeader told = readHeader(served.getInputStream());

    assertThat(told.source()).isEqualTo(CLIENT);
    assertThat(told.destination()).isEqualTo(SERVER);
    assertThat(told.tlvs().authority()).contains("www.example.org");
    assertThat(receive(served, 7)).isEqualTo("payload");
    ForwarderStatus.Connection status = stage.status().sample().get(0);
    assertThat(status.client()).isEqualTo(CLIENT);
    assertThat(status.peer()).isEqualTo(peer);
    proxy.close();
    served.close();
    ConnectionEnd end = stage.ends.await();
    assertThat(end.client()).isEqualTo(CLIENT);
    assertThat(end.peer()).isEqualTo(peer);
    assertThat(end.received()).isEqualTo(7);
    assertThat(end.reason()).isEqualTo(Reason.DONE);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void bytesAreToldOnceEachAlsoWhileTheConnectionLasts(Transport transport) throws Exception {
    ServerSocket target = stage.target();
    Forwarder forwarder = stage.start(transport, Rules.to(Rules.version2(address(target))));
    Socket client = stage.connect();
    send(client, "hello");
    Socket served = stage.accept(target);
    readHeader(served.getInputStream());
    assertThat(receive(served, 5)).isEqualTo("hello");
    send(served, "hi");
    assertThat(receive(client, 2)).isEqualTo("hi");

    assertThat(stage.ends.received).hasValue(0);
    forwarder.tellTraffic();
    forwarder.tellTraffic();
    assertThat(stage.ends.received).hasValue(5);
    assertThat(stage.ends.sent).hasValue(2);
    send(client, " again");
    assertThat(receive(served, 6)).isEqualTo(" again");
    client.close();
    served.close();
    stage.ends.await();
    forwarder.tellTraffic();

    assertThat(stage.ends.received).hasValue(11);
    assertThat(stage.ends.sent).hasValue(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void behindAnotherForwarderTheFirstClientIsTold(Transport transport) throws Exception {
    ServerSocket target = stage.target();
    InetSocketAddress back = Stage.dead();
    stage.start(
        transport,
        Rules.to(Rules.version2(back)).name("front"),
        Rules.to(Rules.version1(address(target))).listen(back).trust("127.0.0.1").name("back"));

    Socket client = stage.connect();
    send(client, "hello");
    client.shutdownOutput();
    Socket served = stage.accept(target);
    ProxyHeader header = readHeader(served.getInputStream());

    assertThat(header.source()).isEqualTo(local(client));
    assertThat(header.destination()).isEqualTo(stage.status().listening());
    assertThat(receiveAll(served)).isEqualTo("hello");
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void targetThatSpeaksFirstIsHeard(Transport transport) throws Exception {
    ServerSocket target = stage.target();
    stage.start(transport, Rules.to(Rules.version2(address(target))));

    Socket client = stage.connect();
    Socket served = stage.accept(target);
    readHeader(served.getInputStream());
    send(served, "220 ready");

    assertThat(receive(client, 9)).isEqualTo("220 ready");
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void peerThatIsNotTrustedIsRefused(Transport transport) throws Exception {
    ServerSocket target = stage.target();
    stage.start(transport, Rules.to(Rules.version2(address(target))).trust("192.0.2.0/24"));

    stage.connect();

    stage.ends.awaitReason(Reason.HEADER_REFUSED);
    assertThat(stage.ends.refusals).containsExactly(ProxyHeaderException.Reason.UNTRUSTED);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void badOrLateHeaderIsRefused(Transport transport) throws Exception {
    ServerSocket target = stage.target();
    InetSocketAddress impatient = Stage.dead();
    stage.start(
        transport,
        Rules.to(Rules.version2(address(target))).trust("127.0.0.1"),
        Rules.to(Rules.version2(address(target)))
            .listen(impatient)
            .trust("127.0.0.1")
            .headerTimeout(Duration.ofSeconds(1)));

    send(stage.connect(), "GET / HTTP/1.1\r\n\r\n");
    stage.ends.awaitReason(Reason.HEADER_REFUSED);
    send(stage.connect(impatient), "PROXY ");
    stage.ends.awaitReason(Reason.HEADER_REFUSED);

    assertThat(stage.ends.refusals)
        .containsExactly(ProxyHeaderException.Reason.MISSING, ProxyHeaderException.Reason.TIMEOUT);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void checkOfAProxyInFrontIsNoFailure(Transport transport) throws Exception {
    stage.start(transport, Rules.to(Rules.version2(Stage.dead())).trust("127.0.0.1"));

    stage.connect().close();

    stage.ends.awaitReason(Reason.DONE);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void halfCloseOfEitherSideIsKept(Transport transport) throws Exception {
    ServerSocket target = stage.target();
    stage.start(transport, Rules.to(Rules.plain(address(target))));

    Socket client = stage.connect();
    send(client, "question");
    client.shutdownOutput();
    Socket served = stage.accept(target);
    assertThat(receiveAll(served)).isEqualTo("question");
    send(served, "answer");
    served.close();
    assertThat(receiveAll(client)).isEqualTo("answer");
    ConnectionEnd first = stage.ends.await();
    assertThat(first.reason()).isEqualTo(Reason.DONE);
    assertThat(first.client()).isEqualTo(local(client));

    client = stage.connect();
    served = stage.accept(target);
    send(served, "greeting");
    served.shutdownOutput();
    assertThat(receiveAll(client)).isEqualTo("greeting");
    send(client, "late");
    client.close();
    assertThat(receiveAll(served)).isEqualTo("late");
    ConnectionEnd end = stage.ends.await();
    assertThat(end.reason()).isEqualTo(Reason.DONE);
    assertThat(end.received()).isEqualTo(4);
    assertThat(end.sent()).isEqualTo(8);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void resetOfEitherSideIsPassedOn(Transport transport) throws Exception {
    ServerSocket target = stage.target();
    stage.start(transport, Rules.to(Rules.plain(address(target))));

    Socket client = stage.connect();
    Socket served = stage.accept(target);
    awaitTunnel(client, served);
    reset(client);
    assertReset(served);
    stage.ends.awaitReason(Reason.CLIENT_RESET);

    client = stage.connect();
    served = stage.accept(target);
    awaitTunnel(client, served);
    reset(served);
    assertReset(client);
    stage.ends.awaitReason(Reason.TARGET_RESET);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void resetAfterAHalfCloseIsPassedOn(Transport transport) throws Exception {
    ServerSocket target = stage.target();
    stage.start(transport, Rules.to(Rules.plain(address(target))));

    Socket client = stage.connect();
    Socket served = stage.accept(target);
    client.shutdownOutput();
    assertThat(served.getInputStream().read()).isEqualTo(-1);
    reset(served);

    assertReset(client);
    stage.ends.awaitReason(Reason.TARGET_RESET);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  @Timeout(value = 1, unit = TimeUnit.HOURS) // the sockets and futures have their own
  void longStreamsArriveAsTheyWereSent(Transport transport) throws Exception {
    ServerSocket target = stage.target();
    stage.start(transport, Rules.to(Rules.version2(address(target))));
    Socket client = stage.connect();
    Socket served = stage.accept(target);
    readHeader(served.getInputStream());

    CompletableFuture<byte[]> up = async(() -> pour(client, MEGABYTES, 1));
    CompletableFuture<byte[]> down = async(() -> pour(served, MEGABYTES, 2));
    CompletableFuture<byte[]> atTarget = async(() -> drink(served));

    assertThat(drink(client)).isEqualTo(down.join());
    assertThat(atTarget.join()).isEqualTo(up.join());
    ConnectionEnd end = stage.ends.await();
    assertThat(end.reason()).isEqualTo(Reason.DONE);
    assertThat(end.received()).isEqualTo(MEGABYTES * 1_000_000L);
    assertThat(end.sent()).isEqualTo(MEGABYTES * 1_000_000L);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void slowReaderStopsTheWriterOnTheOtherSide(Transport transport) throws Exception {
    int megabytes = 64;
    ServerSocket target = stage.target();
    target.setReceiveBufferSize(64 << 10);
    stage.start(transport, Rules.to(Rules.plain(address(target))));
    Socket client = stage.connect();
    Socket served = stage.accept(target);

    CompletableFuture<byte[]> up = async(() -> pour(client, megabytes, 1));
    awaitStall(up, this::received);
    assertThat(drink(served)).isEqualTo(up.join());
    served.shutdownOutput();
    assertThat(client.getInputStream().read()).isEqualTo(-1);
    stage.ends.awaitReason(Reason.DONE);

    Socket slow = new Socket();
    stage.closeLater(slow).setReceiveBufferSize(64 << 10);
    slow.connect(stage.status().listening());
    slow.setSoTimeout(20_000);
    Socket writer = stage.accept(target);
    CompletableFuture<byte[]> down = async(() -> pour(writer, megabytes, 2));
    awaitStall(down, () -> stage.status().sample().get(0).sent());
    assertThat(drink(slow)).isEqualTo(down.join());
  }

  private long received() {
    return stage.status().sample().get(0).received();
  }

  /** What the system's own buffers take, often 4 MiB, and some more. */
  private static long buffered() throws IOException {
    Path limits = Path.of("/proc/sys/net/ipv4/tcp_wmem"); // least, first, most
    long most = 4 << 20;
    if (Files.exists(limits)) {
      try (BufferedReader in = Files.newBufferedReader(limits)) { // at once, else it ends early
        most = Long.parseLong(in.readLine().split("\\s+")[2]);
      }
    }
    return most + 2_000_000;
  }

  private static void awaitStall(CompletableFuture<?> writer, Callable<Long> passed)
      throws Exception {
    long before = -1;
    for (long now = passed.call(); now != before || now == 0; now = passed.call()) {
      before = now;
      Thread.sleep(500);
    }
    assertThat(before).isLessThan(10_000_000 + buffered());
    assertThat(writer).isNotDone();
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void endOfADirectionIsNoReasonToReadFasterThanCanBeWritten(Transport transport) throws Exception {
    int megabytes = 64;
    ServerSocket target = stage.target();
    target.setReceiveBufferSize(64 << 10);
    stage.start(transport, Rules.to(Rules.plain(address(target))));
    Socket client = stage.connect();
    Socket served = stage.accept(target);
    CompletableFuture<byte[]> up = async(() -> pour(client, megabytes, 1));
    awaitStall(up, this::received);

    long most = 0; // of what the forwarder has read and the target has not
    InputStream in = served.getInputStream();
    for (long read = 0; read < megabytes * 1_000_000L; read += in.readNBytes(250_000).length) {
      Thread.sleep(10);
      most = Math.max(most, received() - read);
    }

    assertThat(most).isLessThan(buffered());
    assertThat(in.read()).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void connectionOverTheLimitIsReset(Transport transport) throws Exception {
    ServerSocket target = stage.target();
    stage.start(transport, Rules.to(Rules.plain(address(target))).maxConnections(1));
    Socket first = stage.connect();
    Socket served = stage.accept(target);

    assertThatThrownBy(() -> stage.connect().getInputStream().read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reset");
    ConnectionEnd refused = stage.ends.await();
    assertThat(refused.reason()).isEqualTo(Reason.LIMIT);
    assertThat(refused.target()).isNull();

    send(first, "still here");
    assertThat(receive(served, 10)).isEqualTo("still here");
    reset(first);
    stage.ends.awaitReason(Reason.CLIENT_RESET);
    Stage.await("room", () -> stage.status().connections() == 0);
    send(stage.connect(), "next");
    assertThat(receive(stage.accept(target), 4)).isEqualTo("next");
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void silentConnectionIsBrokenOff(Transport transport) throws Exception {
    ServerSocket target = stage.target();
    Duration idleTimeout = Duration.ofSeconds(2);
    stage.start(transport, Rules.to(Rules.plain(address(target))).idleTimeout(idleTimeout));
    Socket client = stage.connect();
    Socket served = stage.accept(target);
    awaitTunnel(client, served);

    long before = System.nanoTime();
    long lastSent = before;
    try {
      for (int i = 0; i < 6; i++) {
        Thread.sleep(500);
        long now = System.nanoTime();
        send(i % 2 == 0 ? client : served, "x");
        assertThat(receive(i % 2 == 0 ? served : client, 1)).isEqualTo("x");
        lastSent = now;
      }
      assertReset(client);
      assertReset(served);
    } catch (IOException e) {
      // Broken off before: right if this thread was held up, which the duration shows.
    }

    ConnectionEnd end = stage.ends.await();
    assertThat(end.reason()).isEqualTo(Reason.IDLE);
    assertThat(end.duration()).isGreaterThanOrEqualTo(idleTimeout.plusNanos(lastSent - before));
  }

  /** Sends bytes that all differ in pieces of random sizes, and ends the direction. */
  private static byte[] pour(Socket socket, int megabytes, int seed) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("MD5");
    Random random = new Random(seed);
    byte[] block = new byte[1 << 17];
    random.nextBytes(block);
    OutputStream out = socket.getOutputStream();
    for (long left = megabytes * 1_000_000L; left > 0; ) {
      int size = random.nextInt(100) == 0 ? 1 : 1 + random.nextInt(block.length);
      int length = (int) Math.min(left, size);
      block[random.nextInt(length)]++;
      digest.update(block, 0, length);
      out.write(block, 0, length);
      left -= length;
    }
    socket.shutdownOutput();
    return digest.digest();
  }

  private static byte[] drink(Socket socket) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("MD5");
    byte[] block = new byte[1 << 16];
    InputStream in = socket.getInputStream();
    for (int length = in.read(block); length >= 0; length = in.read(block)) {
      digest.update(block, 0, length);
    }
    return digest.digest();
  }

  private static <T> CompletableFuture<T> async(Callable<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(task.call());
              } catch (Throwable e) {
                result.completeExceptionally(new CompletionException(e));
              }
            });
    thread.setDaemon(true);
    thread.start();
    return result.orTimeout(100 + MEGABYTES / 2, TimeUnit.SECONDS);
  }
}
