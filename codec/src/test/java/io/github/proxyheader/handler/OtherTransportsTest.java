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
import io.github.proxyheader.testing.Told;
import io.github.proxyheader.testing.Wire;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.File;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transports whose addresses are no IP addresses. */
@Timeout(120)
@SuppressWarnings("deprecation") // the groups that both lines of Netty have
class OtherTransportsTest {
  /** Who a server on a unix socket trusts. */
  enum Trust {
    EVERYBODY,
    UNIX_PEERS;

    ReceiverOptions.Builder options() {
      ReceiverOptions.Builder options = Connection.patientOptions();
      return this == EVERYBODY ? options : options.policy(TrustedProxies.unixPeers());
    }
  }

  @RegisterExtension final SocketServer server = new SocketServer();
  @TempDir Path directory;

  private final Recorder behind = new Recorder();
  private final Told told = new Told();

  private SocketChannel connectToUnixSocket(ReceiverOptions.Builder options) throws Exception {
    Path path = directory.resolve("server");
    server.onAccept(channel -> accept(channel, options));
    server.start(
        new EpollEventLoopGroup(1),
        EpollServerDomainSocketChannel.class,
        new DomainSocketAddress(path.toFile()));
    return server.closeLater(SocketChannel.open(UnixDomainSocketAddress.of(path)));
  }

  private void accept(Channel channel, ReceiverOptions.Builder options) {
    channel.pipeline().addLast(new ProxyHeaderDecoder(options.listener(told).build()), behind);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("R8 a header that comes over a unix socket is used")
  void unixSocket(Trust trust) throws Exception {
    SocketChannel peer = connectToUnixSocket(trust.options());

    peer.write(ByteBuffer.wrap(concat(Wire.v2(), text("payload"))));
    Await.until(() -> behind.seen().contains("complete"));

    assertThat(behind.seen()).containsExactly("address", "active", "read payload", "complete");
    ProxiedAddress address = behind.all(ProxiedAddress.class).get(0);
    assertThat(address.source()).isEqualTo(Wire.SOURCE);
    assertThat(address.destination()).isEqualTo(Wire.DESTINATION);
    assertThat(address.peer()).isInstanceOf(DomainSocketAddress.class);
  }

  @Test
  @DisplayName("4.2 LOCAL over a unix socket: the addresses are those of the socket")
  void localOverUnixSocket() throws Exception {
    SocketChannel peer = connectToUnixSocket(Connection.patientOptions());

    peer.write(ByteBuffer.wrap(Wire.local()));
    Await.until(() -> behind.seen().contains("active"));

    ProxiedAddress address = behind.all(ProxiedAddress.class).get(0);
    assertThat(address.isProxied()).isFalse();
    assertThat(address.destination()).isEqualTo(server.address());
  }

  @Test
  @DisplayName("R8 a peer on a unix socket is not trusted for the sake of an IP address")
  void unixSocketIsNoIpAddress() throws Exception {
    SocketChannel peer =
        connectToUnixSocket(Connection.patientOptions().policy(TrustedProxies.loopback()));

    assertThat(peer.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    assertThat(told.all()).containsExactly("rejected UNTRUSTED");
  }

  @Test
  @DisplayName("A header with unix addresses over a unix socket")
  void unixAddresses() throws Exception {
    DomainSocketAddress client = new DomainSocketAddress(new File("/run/client"));
    DomainSocketAddress frontend = new DomainSocketAddress(new File("/run/frontend"));
    SocketChannel peer = connectToUnixSocket(Connection.patientOptions());

    peer.write(ByteBuffer.wrap(ProxyHeaderWriter.toBytes(ProxyHeader.of(client, frontend))));
    Await.until(() -> behind.seen().contains("active"));

    assertThat(behind.all(ProxiedAddress.class).get(0).source()).isEqualTo(client);
    assertThat(behind.all(ProxiedAddress.class).get(0).destination()).isEqualTo(frontend);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("4.1 4.4 the local transport, with AUTO_READ and without")
  void localTransport(boolean autoRead) throws Exception {
    EventLoopGroup group = new DefaultEventLoopGroup(1);
    server.onAccept(
        channel -> {
          channel.config().setAutoRead(autoRead);
          accept(channel, Connection.patientOptions());
        });
    server.start(group, LocalServerChannel.class, new LocalAddress(OtherTransportsTest.class));
    Channel client =
        new Bootstrap()
            .group(group)
            .channel(LocalChannel.class)
            .handler(new ChannelInboundHandlerAdapter())
            .connect(server.address())
            .sync()
            .channel();

    for (byte b : Wire.v2()) {
      client.writeAndFlush(buffer(b)).sync();
    }
    client.writeAndFlush(buffer(text("payload"))).sync();
    Await.until(() -> behind.seen().contains("active"));
    if (!autoRead) {
      server.accepted().iterator().next().read();
    }
    Await.until(() -> behind.seen().contains("read payload"));

    assertThat(behind.seen()).startsWith("address", "active");
    ProxiedAddress address = behind.all(ProxiedAddress.class).get(0);
    assertThat(address.source()).isEqualTo(Wire.SOURCE);
    assertThat(address.peer()).isEqualTo(client.localAddress());
    client.close().sync();
  }

  private ByteBuf buffer(byte... bytes) {
    return server.leaks.allocator().buffer(bytes.length).writeBytes(bytes);
  }
}
