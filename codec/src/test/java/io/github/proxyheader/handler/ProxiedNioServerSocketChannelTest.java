/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.testing.Await;
import io.github.proxyheader.testing.Connection;
import io.github.proxyheader.testing.Recorder;
import io.github.proxyheader.testing.SocketServer;
import io.github.proxyheader.testing.Transport;
import io.github.proxyheader.testing.Wire;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What only the server channel that brings the decoder does. The tests of the decoder on sockets
 * run with it as well.
 */
@Timeout(120)
class ProxiedNioServerSocketChannelTest {
  @RegisterExtension final SocketServer server = new SocketServer();

  private Connection connection;

  @BeforeEach
  void start() throws Exception {
    server.start(Transport.PROXIED_NIO);
    connection = new Connection(server);
  }

  private SocketAddress peer() {
    return connection.peer().getLocalSocketAddress();
  }

  private void assertThatAddressesAreReal() {
    assertThat(connection.channel().remoteAddress()).isEqualTo(peer());
    assertThat(connection.channel().localAddress()).isEqualTo(server.address());
    assertThat(connection.channel().toString())
        .contains("L:" + server.address() + " - R:" + peer());
  }

  @Test
  @DisplayName(
      "The addresses are real before the header, the client's after it, and kept at the end")
  void addresses() throws Exception {
    connection.connect();
    assertThatAddressesAreReal();

    connection.send(Wire.v2(), text("x")).awaitSeen("complete");

    Channel channel = connection.channel();
    assertThat(channel.remoteAddress()).isEqualTo(Wire.SOURCE);
    assertThat(channel.localAddress()).isEqualTo(Wire.DESTINATION);
    assertThat(channel.toString())
        .isEqualTo(
            "[id: 0x%s, L:%s - R:%s]", channel.id().asShortText(), Wire.DESTINATION, Wire.SOURCE);
    assertThat(ProxiedAddress.of(channel).peer()).isEqualTo(peer());
    assertThat(ProxiedAddress.of(channel).local()).isEqualTo(server.address());

    connection.close().awaitClosed();
    assertThat(channel.remoteAddress()).isEqualTo(Wire.SOURCE);
    assertThat(channel.toString()).contains(" ! R:" + Wire.SOURCE);
  }

  @Test
  @DisplayName("Handlers behind see the client's address in channelActive")
  void clientInChannelActive() throws Exception {
    BlockingQueue<SocketAddress> seen = new LinkedBlockingQueue<>();
    connection.behind.on("active", ctx -> seen.add(ctx.channel().remoteAddress()));
    connection.connect().send(Wire.v1());

    assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo(Wire.SOURCE);
  }

  static Stream<Arguments> headersWithoutIpAddresses() {
    DomainSocketAddress client = new DomainSocketAddress(new File("/run/client"));
    DomainSocketAddress frontend = new DomainSocketAddress(new File("/run/frontend"));
    return Stream.of(
        Arguments.of("LOCAL", Wire.local()),
        Arguments.of("UNKNOWN", text("PROXY UNKNOWN\r\n")),
        Arguments.of("unix", ProxyHeaderWriter.toBytes(ProxyHeader.of(client, frontend))),
        Arguments.of("none", new byte[0]));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("headersWithoutIpAddresses")
  @DisplayName("Without IP addresses from a header the addresses stay real")
  void addressesStayReal(String name, byte[] header) throws Exception {
    connection.options(Connection.patientOptions().policy(ProxyHeaderPolicy.USE)).connect();
    connection.send(header, text("GET")).awaitSeen("read GET");

    assertThatAddressesAreReal();
  }

  @Test
  @DisplayName("R8 a peer that is not trusted is closed, whatever address its header claims")
  void spoofedHeader() throws Exception {
    connection
        .options(Connection.patientOptions().policy(TrustedProxies.of("192.0.2.0/24")))
        .connectAndSend(concat(Wire.v2(), text("x")));
    connection.awaitClosed();

    connection.assertTold("rejected UNTRUSTED");
    assertThat(connection.seen()).isEmpty();
  }

  @Test
  @DisplayName("6.1 a second decoder's trust is in the real peer, which stays the peer")
  void secondHeader() throws Exception {
    ReceiverOptions second = ReceiverOptions.builder().policy(TrustedProxies.loopback()).build();
    connection.handlers(new ProxyHeaderDecoder(second), connection.behind).connect();
    InetSocketAddress inner = new InetSocketAddress("203.0.113.9", 9);
    byte[] header = ProxyHeaderWriter.toBytes(ProxyHeader.of(inner, Wire.DESTINATION));

    connection.send(Wire.v2(), header, text("x")).awaitSeen("complete");

    assertThat(connection.channel().remoteAddress()).isEqualTo(inner);
    assertThat(ProxiedAddress.of(connection.channel()).peer()).isEqualTo(peer());
  }

  @Test
  @DisplayName("The decoder stands in front of a handler that initChannel adds first")
  void inFrontOfHandlersAddedFirst() throws Exception {
    Recorder first = new Recorder();
    connect(channel -> channel.pipeline().addFirst(first));

    connection.peer().getOutputStream().write(concat(Wire.v2(), text("x")));
    Await.until(() -> first.seen().contains("complete"));

    assertThat(first.seen()).containsExactly("address", "active", "read x", "complete");
  }

  @Test
  @DisplayName("6.1 a channel that initChannel closes is neither active nor inactive")
  void closedInInitChannel() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    connect(
        channel -> {
          channel.pipeline().addFirst(new Activity(seen));
          channel.pipeline().addLast(new Activity(seen));
          channel.close();
        });

    assertThat(connection.peer().getInputStream().read()).isEqualTo(-1);
    Await.until(() -> seen.contains("unregistered"));
    assertThat(seen).doesNotContain("active", "inactive");
  }

  /** Connects with a child handler that gets the channel before anything was added to it. */
  private void connect(Consumer<Channel> initializer) throws Exception {
    server.onAccept(initializer);
    server.closeLater(connection.peer()).connect(server.address());
    connection.peer().setSoTimeout(30_000);
  }

  private static final class Activity extends ChannelInboundHandlerAdapter {
    private final List<String> seen;

    Activity(List<String> seen) {
      this.seen = seen;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      seen.add("active");
      ctx.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      seen.add("inactive");
      ctx.fireChannelInactive();
    }

    @Override
    public void channelUnregistered(ChannelHandlerContext ctx) {
      seen.add("unregistered");
      ctx.fireChannelUnregistered();
    }
  }

  @Test
  @DisplayName("A server channel on a socket that exists accepts in the same way")
  void socketThatExists() throws Exception {
    BlockingQueue<SocketAddress> clients = new LinkedBlockingQueue<>();
    ServerSocketChannel socket = server.closeLater(ServerSocketChannel.open());
    EventLoopGroup group = Transport.NIO.newGroup();
    server.closeLater(() -> group.shutdownGracefully(0, 5, TimeUnit.SECONDS));
    Channel listener =
        new ServerBootstrap()
            .group(group)
            .channelFactory(
                () ->
                    new ProxiedNioServerSocketChannel(socket, Connection.patientOptions().build()))
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new Recorder()
                                .on("active", ctx -> clients.add(ctx.channel().remoteAddress())));
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();

    try (Socket peer = new Socket()) {
      peer.connect(listener.localAddress());
      peer.getOutputStream().write(Wire.v2());
      assertThat(clients.poll(30, TimeUnit.SECONDS)).isEqualTo(Wire.SOURCE);
    }
  }
}
