/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.testing.Bytes.text;
import static io.github.proxyheader.testing.Bytes.tlv;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.testing.Await;
import io.github.proxyheader.testing.Connection;
import io.github.proxyheader.testing.SocketServer;
import io.github.proxyheader.testing.Transport;
import io.github.proxyheader.testing.Wire;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The decoder on real connections, with a peer that does not use Netty. */
@Timeout(120)
class ProxyHeaderDecoderSocketTest {
  private static final String ON_AND_OFF =
      "io.github.proxyheader.testing.Transport#withAutoReadOnAndOff";

  /** Long enough for what must not happen to show. */
  private static final Duration A_WHILE = Duration.ofMillis(200);

  @RegisterExtension final SocketServer server = new SocketServer();

  private Connection connection(Transport transport) throws Exception {
    server.start(transport);
    return new Connection(server);
  }

  @ParameterizedTest(name = "{0}, AUTO_READ {1}")
  @MethodSource(ON_AND_OFF)
  @DisplayName("4.1 4.2 header and payload in one segment")
  void headerAndPayloadInOneSegment(Transport transport, boolean autoRead) throws Exception {
    Connection connection = connection(transport).autoRead(autoRead).connect();

    connection.send(Wire.v2(), text("first;")).awaitSeen("complete");

    assertThat(connection.seen()).containsExactly("address", "active", "read first;", "complete");
    assertThat(ProxiedAddress.of(connection.channel()).source()).isEqualTo(Wire.SOURCE);
    assertThat(ProxiedAddress.of(connection.channel()).peer())
        .isEqualTo(connection.peer().getLocalSocketAddress());
    connection.send(text("second;")).awaitSeen("read second;");
  }

  @ParameterizedTest(name = "{0}, AUTO_READ {1}")
  @MethodSource(ON_AND_OFF)
  @DisplayName("4.1 fifty clients at once, every header byte by byte")
  void everyByteAlone(Transport transport, boolean autoRead) throws Exception {
    server.start(transport);
    int clients = 50;
    int lines = 20;
    List<byte[]> headers = List.of(Wire.v1(), Wire.v2(), Wire.v2(tlv(0xE5, text("vector"))));
    List<Connection> connections = new ArrayList<>();
    for (int client = 0; client < clients; client++) {
      connections.add(new Connection(server).autoRead(autoRead).connect());
    }

    int longest = headers.stream().mapToInt(header -> header.length).max().orElseThrow();
    for (int at = 0; at < longest; at++) {
      for (int client = 0; client < clients; client++) {
        byte[] header = headers.get(client % headers.size());
        if (at < header.length) {
          connections.get(client).send(new byte[] {header[at]});
        }
      }
    }
    for (int line = 0; line < lines; line++) {
      for (int client = 0; client < clients; client++) {
        connections.get(client).send(text(client + ":" + line + ";"));
      }
    }

    for (int client = 0; client < clients; client++) {
      Connection connection = connections.get(client);
      StringBuilder expected = new StringBuilder();
      for (int line = 0; line < lines; line++) {
        expected.append(client).append(':').append(line).append(';');
      }
      Await.until(() -> connection.payload().length() >= expected.length());
      assertThat(connection.payload()).isEqualTo(expected.toString());
      assertThat(connection.seen()).startsWith("address", "active");
      assertThat(ProxiedAddress.of(connection.channel()).source()).isEqualTo(Wire.SOURCE);
      connection.assertTold("proxied");
    }
  }

  @ParameterizedTest
  @MethodSource(Transport.WITH_PROXIED_NIO)
  @DisplayName("4.4 without AUTO_READ nothing is delivered that nobody asked for")
  void nothingUnaskedBehindAHeader(Transport transport) throws Exception {
    Connection connection = connection(transport).with(ChannelOption.AUTO_READ, false).connect();

    connection.send(Wire.v2()).awaitSeen("complete");
    Await.pause(A_WHILE);
    connection.send(text("data;"));
    Await.pause(A_WHILE);

    assertThat(connection.seen()).containsExactly("address", "active", "complete");
    assertThat(connection.front.received()).as("bytes read").isEqualTo(Wire.v2().length);
    int reads = connection.front.reads();
    connection.channel().read();
    connection.awaitSeen("read data;").settle();
    assertThat(connection.seen())
        .containsExactly("address", "active", "complete", "read data;", "complete");
    assertThat(connection.front.reads()).as("reads").isEqualTo(reads + 1);
  }

  @ParameterizedTest
  @MethodSource(Transport.WITH_PROXIED_NIO)
  @DisplayName("4.4 without AUTO_READ what came with the header is all that is delivered")
  void onlyWhatCameWithTheHeader(Transport transport) throws Exception {
    Connection connection = connection(transport).with(ChannelOption.AUTO_READ, false).connect();

    connection.send(Wire.v2(), text("first;")).awaitSeen("complete");
    connection.send(text("second;"));
    Await.pause(A_WHILE);

    assertThat(connection.seen()).containsExactly("address", "active", "read first;", "complete");
    connection.channel().read();
    connection.awaitSeen("read second;");
  }

  @ParameterizedTest
  @MethodSource(Transport.WITH_PROXIED_NIO)
  @DisplayName("4.4 without AUTO_READ a read() in channelActive brings exactly one read")
  void readInChannelActive(Transport transport) throws Exception {
    Connection connection = connection(transport).with(ChannelOption.AUTO_READ, false);
    connection.behind.on("active", ChannelHandlerContext::read);
    connection.connect().send(Wire.v2()).awaitSeen("complete");
    Await.pause(A_WHILE);

    connection.send(text("first;")).awaitSeen("read first;");
    connection.send(text("second;"));
    Await.pause(A_WHILE);

    assertThat(connection.seen())
        .containsExactly("address", "active", "complete", "read first;", "complete");
  }

  @ParameterizedTest
  @MethodSource(Transport.WITH_PROXIED_NIO)
  @DisplayName("4.4 without AUTO_READ a read() before the header brings exactly one read behind it")
  void readBeforeTheHeader(Transport transport) throws Exception {
    Connection connection = connection(transport).with(ChannelOption.AUTO_READ, false).connect();
    connection.channel().read();
    connection.send(Wire.v2()).awaitSeen("complete");

    connection.send(text("first;")).awaitSeen("read first;");
    connection.send(text("second;"));
    Await.pause(A_WHILE);

    assertThat(connection.seen())
        .containsExactly("address", "active", "complete", "read first;", "complete");
  }

  @ParameterizedTest
  @MethodSource(Transport.WITH_PROXIED_NIO)
  @DisplayName("4.4 4.5 without AUTO_READ nothing unasked comes after the time-out either")
  void nothingUnaskedAfterTheTimeout(Transport transport) throws Exception {
    Connection connection = connection(transport).with(ChannelOption.AUTO_READ, false);
    connection.options(
        ReceiverOptions.builder().policy(ProxyHeaderPolicy.USE).timeout(Duration.ofMillis(200)));
    connection.connect().awaitSeen("active");

    connection.send(text("first;"));
    Await.pause(A_WHILE);
    assertThat(connection.seen()).containsExactly("address", "active");

    connection.channel().read();
    connection.awaitSeen("complete");
    connection.send(text("second;"));
    Await.pause(A_WHILE);
    assertThat(connection.seen()).containsExactly("address", "active", "read first;", "complete");
  }

  @ParameterizedTest(name = "{0}, AUTO_READ {1}")
  @MethodSource(ON_AND_OFF)
  @DisplayName("4.2 a client that half-closes behind its payload gets an answer")
  void halfCloseBehindThePayload(Transport transport, boolean autoRead) throws Exception {
    Connection connection = connection(transport).autoRead(autoRead);
    connection.with(ChannelOption.ALLOW_HALF_CLOSURE, true).connect();

    connection.send(Wire.v2(), text("question")).halfClose();
    connection.awaitSeen("event ChannelInputShutdownEvent");

    assertThat(connection.seen())
        .startsWith("address", "active", "read question")
        .doesNotContain("inactive");
    if (transport != Transport.IO_URING) { // which fires the event before the end of the read
      assertThat(connection.seen())
          .containsSubsequence("read question", "complete", "event ChannelInputShutdownEvent");
    }
    answer(connection, "answer");
    assertThat(connection.receive(6)).isEqualTo("answer");
  }

  @ParameterizedTest(name = "{0}, AUTO_READ {1}")
  @MethodSource(ON_AND_OFF)
  @DisplayName("4.2 a client that half-closes right behind its header gets an answer")
  void halfCloseBehindTheHeader(Transport transport, boolean autoRead) throws Exception {
    Connection connection = connection(transport).autoRead(autoRead);
    connection.with(ChannelOption.ALLOW_HALF_CLOSURE, true).connect();

    connection.send(Wire.v2()).halfClose();
    connection.awaitSeen("event ChannelInputShutdownEvent");

    assertThat(connection.seen()).startsWith("address", "active").doesNotContain("inactive");
    answer(connection, "answer");
    assertThat(connection.receive(6)).isEqualTo("answer");
  }

  private static void answer(Connection connection, String text) {
    connection.channel().writeAndFlush(ByteBufUtil.writeAscii(connection.channel().alloc(), text));
  }

  @ParameterizedTest(name = "{0}, AUTO_READ {1}")
  @MethodSource(ON_AND_OFF)
  @DisplayName("4.5 half a header, then half-close is TRUNCATED")
  void halfCloseWithinTheHeader(Transport transport, boolean autoRead) throws Exception {
    Connection connection = connection(transport).autoRead(autoRead);
    connection.with(ChannelOption.ALLOW_HALF_CLOSURE, true).connect();

    connection.send(Arrays.copyOf(Wire.v2(), 20)).halfClose().awaitClosed();

    assertThat(connection.seen()).containsExactly("exception TRUNCATED");
    connection.assertTold("rejected TRUNCATED");
    assertThat(connection.peer().getInputStream().read()).isEqualTo(-1);
  }

  @ParameterizedTest(name = "{0}, AUTO_READ {1}")
  @MethodSource(ON_AND_OFF)
  @DisplayName("4.6 a reset within a header is TRUNCATED, once, with the transport's cause")
  void resetWithinTheHeader(Transport transport, boolean autoRead) throws Exception {
    Connection connection = connection(transport).autoRead(autoRead).connect();
    SocketAddress peer = connection.peer().getLocalSocketAddress();

    connection.send(Arrays.copyOf(Wire.v2(), 20)).awaitReceived(20).reset().awaitClosed();

    assertThat(connection.seen()).containsExactly("exception TRUNCATED");
    connection.assertTold("rejected TRUNCATED");
    assertThat(connection.told.causes().get(0)).hasCauseInstanceOf(IOException.class);
    assertThat(ProxiedAddress.of(connection.channel()).source()).isEqualTo(peer);
  }

  @ParameterizedTest(name = "{0}, AUTO_READ {1}")
  @MethodSource(ON_AND_OFF)
  @DisplayName("4.6 a listener still learns the addresses after the peer's reset")
  void addressesAfterTheReset(Transport transport, boolean autoRead) throws Exception {
    BlockingQueue<ProxiedAddress> addresses = new LinkedBlockingQueue<>();
    Connection connection = connection(transport).autoRead(autoRead);
    connection.told.then(channel -> addresses.add(ProxiedAddress.of(channel)));
    connection.connect();
    SocketAddress peer = connection.peer().getLocalSocketAddress();

    connection.reset().awaitClosed();

    ProxiedAddress address = addresses.poll(30, TimeUnit.SECONDS);
    assertThat(address).isNotNull();
    assertThat(address.source()).isEqualTo(peer);
    assertThat(address.peer()).isEqualTo(peer);
    assertThat(address.destination()).isEqualTo(server.address());
    assertThat(ProxiedAddress.of(connection.channel())).isEqualTo(address);
    connection.assertTold("abandoned");
  }

  @ParameterizedTest
  @MethodSource(Transport.WITH_PROXIED_NIO)
  @DisplayName("4.2 a task that takes the decoder out at any moment loses and doubles nothing")
  void removedByATask(Transport transport) throws Exception {
    server.start(transport);
    for (int i = 0; i < 200; i++) {
      Connection connection = connectAndSendInParts(i);
      connection.channel().eventLoop().execute(() -> remove(connection));

      Await.until(() -> connection.payload().endsWith("data;"));
      boolean proxied = connection.seen().contains("address");
      assertThat(connection.payload())
          .isEqualTo(proxied ? "data;" : new String(Wire.v2(), ISO_8859_1) + "data;");
      assertThat(connection.seen()).containsOnlyOnce("active");
      assertThat(connection.seen().indexOf("active")).isEqualTo(proxied ? 1 : 0);
      assertThat(connection.told.all()).hasSize(proxied ? 1 : 0);
      connection.close().awaitClosed();
    }
  }

  @ParameterizedTest
  @MethodSource(Transport.WITH_PROXIED_NIO)
  @DisplayName("4.5 a channel that has moved to another event loop is timed out on that one")
  void timeoutAfterAMove(Transport transport) throws Exception {
    EventLoopGroup group = transport.newGroup();
    server.closeLater(() -> group.shutdownGracefully(0, 5, TimeUnit.SECONDS));
    BlockingQueue<Boolean> onItsLoop = new LinkedBlockingQueue<>();
    Connection connection = connection(transport);
    connection.options(ReceiverOptions.builder().timeout(Duration.ofSeconds(2)));
    connection.told.then(channel -> onItsLoop.add(channel.eventLoop().inEventLoop()));
    connection.connect().send(Arrays.copyOf(Wire.v2(), 20)).awaitReceived(20);

    connection.channel().deregister().sync();
    group.register(connection.channel()).sync();
    connection.awaitClosed();

    assertThat(onItsLoop.poll(10, TimeUnit.SECONDS)).isTrue();
    assertThat(connection.seen()).containsExactly("exception TIMEOUT");
    connection.assertTold("rejected TIMEOUT");
  }

  /** Netty takes a handler out of the order of events before it tells the handler so. */
  @ParameterizedTest
  @MethodSource(Transport.WITH_PROXIED_NIO)
  @DisplayName("4.2 another thread that takes the decoder out changes the order at most")
  void removedByAnotherThread(Transport transport) throws Exception {
    server.start(transport);
    for (int i = 0; i < 200; i++) {
      Connection connection = connectAndSendInParts(i);
      remove(connection);

      Await.until(() -> connection.seen().contains("active"));
      boolean proxied = connection.seen().contains("address");
      int length = (proxied ? 0 : Wire.v2().length) + "data;".length();
      Await.until(() -> connection.payload().length() >= length);
      connection.close().awaitClosed();
      assertThat(connection.payload()).hasSize(length).contains("data;");
      assertThat(connection.seen()).containsOnlyOnce("active", "inactive");
      assertThat(connection.told.all()).hasSize(proxied ? 1 : 0);
    }
  }

  private Connection connectAndSendInParts(int run) throws IOException {
    Connection connection = new Connection(server).autoRead(run % 2 == 0).connect();
    connection.send(Arrays.copyOf(Wire.v2(), 20));
    if (run % 4 > 1) {
      connection.awaitReceived(20);
    }
    return connection.send(Arrays.copyOfRange(Wire.v2(), 20, Wire.v2().length), text("data;"));
  }

  private static void remove(Connection connection) {
    if (connection.channel().pipeline().get(ProxyHeaderDecoder.class) != null) {
      try {
        connection.channel().pipeline().remove(ProxyHeaderDecoder.class);
      } catch (NoSuchElementException e) {
        // It has left meanwhile.
      }
    }
  }
}
