/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.testing.Bytes.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.testing.Await;
import io.github.proxyheader.testing.Front;
import io.github.proxyheader.testing.Recorder;
import io.github.proxyheader.testing.SocketServer;
import io.github.proxyheader.testing.Told;
import io.github.proxyheader.testing.Transport;
import io.github.proxyheader.testing.Wire;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Reads on real sockets where AUTO_READ is off or changes: those that a handler issued before the
 * decoder was added, and those that a change takes back.
 */
@Timeout(120)
class EarlierReadsSocketTest {
  private static final Duration PATIENT = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofMillis(100);

  @RegisterExtension final SocketServer server = new SocketServer();

  private final Recorder behind = new Recorder();
  private final Front front = new Front();
  private final Told told = new Told();
  private volatile Channel channel;

  /** How the application asks for bytes before the decoder is there. */
  private enum Application {
    /** A handler reads in handlerAdded, and once more after each read, as Reactor Netty's does. */
    READS_IN_HANDLER_ADDED {
      @Override
      void setUp(Channel channel, Recorder behind) {
        channel.pipeline().addLast(new Reader(), behind);
      }
    },
    /** Whoever sets the channel up reads. */
    READS_THE_CHANNEL {
      @Override
      void setUp(Channel channel, Recorder behind) {
        channel.pipeline().addLast(behind);
        channel.read();
      }
    };

    abstract void setUp(Channel channel, Recorder behind);
  }

  /** Reads when it is added. */
  private static final class Reader extends ChannelInboundHandlerAdapter {
    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      ctx.read();
    }
  }

  private void accept(
      Transport transport, ProxyHeaderPolicy policy, Application application, Duration timeout)
      throws Exception {
    server.onAccept(
        accepted -> {
          accepted.config().setAutoRead(false);
          application.setUp(accepted, behind);
          accepted
              .pipeline()
              .addFirst(
                  front,
                  new ProxyHeaderDecoder(
                      ReceiverOptions.builder()
                          .policy(policy)
                          .timeout(timeout)
                          .listener(told)
                          .build()));
          channel = accepted;
        });
    server.start(transport);
  }

  private Socket connect() throws IOException {
    Socket peer = server.closeLater(new Socket());
    peer.setTcpNoDelay(true);
    peer.setSoTimeout(30_000);
    peer.connect(server.address());
    Await.until(() -> channel != null);
    return peer;
  }

  static Stream<Arguments> earlierReads() {
    return withPolicies(ProxyHeaderPolicy.REQUIRE, ProxyHeaderPolicy.USE, ProxyHeaderPolicy.IGNORE);
  }

  static Stream<Arguments> earlierReadsWithoutHeader() {
    return withPolicies(ProxyHeaderPolicy.REJECT, ProxyHeaderPolicy.USE, ProxyHeaderPolicy.IGNORE);
  }

  private static Stream<Arguments> withPolicies(ProxyHeaderPolicy... policies) {
    return Transport.available().stream()
        .flatMap(
            transport ->
                Stream.of(Application.values())
                    .flatMap(
                        application ->
                            Stream.of(policies)
                                .map(policy -> Arguments.of(transport, application, policy))));
  }

  @ParameterizedTest
  @MethodSource("earlierReads")
  @DisplayName("6.1 an earlier read, the header in a segment of its own: the data comes")
  void headerThenData(Transport transport, Application application, ProxyHeaderPolicy policy)
      throws Exception {
    accept(transport, policy, application, PATIENT);
    Socket peer = connect();
    peer.getOutputStream().write(Wire.v1());
    Await.until(() -> behind.seen().contains("address"));
    peer.getOutputStream().write(text("data"));
    Await.until(() -> behind.seen().contains("read data"));
    assertThat(told.all()).containsExactly("proxied");
  }

  @ParameterizedTest
  @MethodSource("earlierReads")
  @DisplayName("6.1 an earlier read, the header in pieces: the data comes")
  void headerInPieces(Transport transport, Application application, ProxyHeaderPolicy policy)
      throws Exception {
    accept(transport, policy, application, PATIENT);
    Socket peer = connect();
    for (int at = 0; at < Wire.v2().length; at++) {
      peer.getOutputStream().write(Wire.v2(), at, 1);
      int received = at + 1;
      Await.until(() -> front.received() >= received);
    }
    Await.until(() -> behind.seen().contains("address"));
    peer.getOutputStream().write(text("data"));
    Await.until(() -> behind.seen().contains("read data"));
  }

  @ParameterizedTest
  @MethodSource("earlierReadsWithoutHeader")
  @DisplayName("6.1 an earlier read, silence past the time-out: the data comes")
  void silenceThenData(Transport transport, Application application, ProxyHeaderPolicy policy)
      throws Exception {
    accept(transport, policy, application, SHORT);
    Socket peer = connect();
    Await.until(() -> behind.seen().contains("address"));
    peer.getOutputStream().write(text("data"));
    Await.until(() -> behind.seen().contains("read data"));
  }

  @ParameterizedTest
  @MethodSource(Transport.AVAILABLE)
  @DisplayName("6.1 added late with AUTO_READ on, which goes off before a byte: a read() is issued")
  void autoReadGoesOffAfterTheDecoderWasAdded(Transport transport) throws Exception {
    server.onAccept(
        accepted -> {
          accepted.pipeline().addLast(behind);
          channel = accepted;
        });
    server.start(transport);
    Socket peer = connect();
    Await.until(() -> behind.seen().contains("active"));
    channel
        .eventLoop()
        .submit(
            () -> {
              channel.pipeline().addFirst(front, decoder(ReceiverOptions.builder()));
              channel.config().setAutoRead(false);
              channel.read();
            })
        .sync();
    peer.getOutputStream().write(Wire.v2());
    Await.until(() -> behind.seen().contains("address"));
    peer.getOutputStream().write(text("data"));
    Await.until(() -> behind.seen().contains("read data"));
  }

  private ProxyHeaderDecoder decoder(ReceiverOptions.Builder options) {
    return new ProxyHeaderDecoder(options.timeout(PATIENT).listener(told).build());
  }

  @ParameterizedTest
  @MethodSource(Transport.AVAILABLE)
  @DisplayName("6.1 holdActive(false), AUTO_READ goes off in channelActive: the header is read")
  void autoReadGoesOffInChannelActive(Transport transport) throws Exception {
    behind.on("active", ctx -> ctx.channel().config().setAutoRead(false));
    server.onAccept(
        accepted -> {
          accepted
              .pipeline()
              .addLast(
                  front,
                  new ProxyHeaderDecoder(
                      ReceiverOptions.builder()
                          .holdActive(false)
                          .timeout(Duration.ZERO)
                          .listener(told)
                          .build()),
                  behind);
          channel = accepted;
        });
    server.start(transport);
    Socket peer = connect();
    Await.until(() -> behind.seen().contains("active"));
    peer.getOutputStream().write(Wire.v2(), 0, 20);
    Await.until(() -> front.received() >= 20);
    peer.getOutputStream().write(Wire.v2(), 20, Wire.v2().length - 20);
    Await.until(() -> behind.seen().contains("address"));
    peer.getOutputStream().write(text("data"));
    channel.read();
    Await.until(() -> behind.seen().contains("read data"));
  }

  @ParameterizedTest
  @MethodSource(Transport.AVAILABLE)
  @DisplayName("6.1 a call-back switches AUTO_READ off in mid-header: the header is read")
  void autoReadGoesOffInACallBack(Transport transport) throws Exception {
    behind.on("event", ctx -> ctx.channel().config().setAutoRead(false));
    server.onAccept(
        accepted -> {
          accepted
              .pipeline()
              .addLast(front, decoder(ReceiverOptions.builder().holdActive(false)), behind);
          channel = accepted;
        });
    server.start(transport);
    Socket peer = connect();
    peer.getOutputStream().write(Wire.v2(), 0, 20);
    Await.until(() -> front.received() >= 20);
    channel
        .eventLoop()
        .submit(() -> channel.pipeline().fireUserEventTriggered("switch off"))
        .sync();
    peer.getOutputStream().write(Wire.v2(), 20, Wire.v2().length - 20);
    Await.until(() -> behind.seen().contains("address"));
  }

  @ParameterizedTest
  @MethodSource(Transport.AVAILABLE)
  @DisplayName("6.1 AUTO_READ goes off elsewhere in mid-header, then a handler reads: it is read")
  void autoReadGoesOffElsewhere(Transport transport) throws Exception {
    server.onAccept(
        accepted -> {
          accepted.pipeline().addLast(front, decoder(ReceiverOptions.builder()), behind);
          channel = accepted;
        });
    server.start(transport);
    Socket peer = connect();
    peer.getOutputStream().write(Wire.v2(), 0, 20);
    Await.until(() -> front.received() >= 20);
    channel.eventLoop().submit(() -> channel.config().setAutoRead(false)).sync();
    channel.read();
    peer.getOutputStream().write(Wire.v2(), 20, Wire.v2().length - 20);
    Await.until(() -> behind.seen().contains("address"));
    peer.getOutputStream().write(text("data"));
    Await.until(() -> behind.seen().contains("read data"));
  }

  /** Moves the channel; with io_uring, Netty 4.2.18 itself reads nothing after a move. */
  private void move(Transport transport) throws Exception {
    EventLoopGroup other = transport.newGroup();
    server.closeLater(() -> other.shutdownGracefully(0, 5, TimeUnit.SECONDS));
    channel.deregister().sync();
    other.register(channel).sync();
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  @DisplayName("6.1 the channel moves to another event loop while the decoder's read is out")
  void moveWhileTheHeaderIsPending(Transport transport) throws Exception {
    accept(transport, ProxyHeaderPolicy.REQUIRE, Application.READS_THE_CHANNEL, PATIENT);
    Socket peer = connect();
    peer.getOutputStream().write(Wire.v2(), 0, 20);
    Await.until(() -> front.received() >= 20);
    move(transport);
    peer.getOutputStream().write(Wire.v2(), 20, Wire.v2().length - 20);
    Await.until(() -> behind.seen().contains("address"));
    peer.getOutputStream().write(text("data"));
    Await.until(() -> behind.seen().contains("read data"));
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  @DisplayName("6.1 the channel moves before the first byte: the header is read on the other loop")
  void moveBeforeTheFirstByte(Transport transport) throws Exception {
    accept(transport, ProxyHeaderPolicy.REQUIRE, Application.READS_THE_CHANNEL, PATIENT);
    Socket peer = connect();
    move(transport);
    peer.getOutputStream().write(Wire.v2());
    Await.until(() -> behind.seen().contains("address"));
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  @DisplayName("6.1 the channel moves while a gate holds the decoder's read: a read() is issued")
  void moveAfterTheTimeout(Transport transport) throws Exception {
    server.onAccept(
        accepted -> {
          accepted.config().setAutoRead(false);
          accepted
              .pipeline()
              .addLast(
                  front,
                  new ProxyHeaderDecoder(
                      ReceiverOptions.builder()
                          .policy(ProxyHeaderPolicy.USE)
                          .timeout(SHORT)
                          .build()),
                  behind);
          channel = accepted;
        });
    server.start(transport);
    Socket peer = connect();
    Await.until(() -> behind.seen().contains("active"));
    move(transport);
    peer.getOutputStream().write(text("data"));
    channel.read();
    Await.until(() -> behind.seen().contains("read data"));
  }
}
