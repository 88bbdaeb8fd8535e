/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.text;
import static io.github.proxyheader.testing.Datagrams.CLIENT;
import static io.github.proxyheader.testing.Datagrams.TARGET;
import static io.github.proxyheader.testing.Datagrams.header;
import static io.github.proxyheader.testing.Datagrams.headerBytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.testing.Await;
import io.github.proxyheader.testing.DatagramTransport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Datagrams between real sockets on the loopback. */
@Timeout(120)
class DatagramSocketTest {
  private static final InetAddress LOCALHOST = InetAddress.getLoopbackAddress();

  private final List<EventLoopGroup> groups = new ArrayList<>();
  private final List<DatagramSocket> sockets = new ArrayList<>();
  private final Echo echo = new Echo();
  private final Told told = new Told();
  private Map<ChannelOption<?>, Object> options = new HashMap<>();

  @AfterEach
  void stop() {
    sockets.forEach(DatagramSocket::close);
    for (EventLoopGroup group : groups) {
      group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
    assertThat(echo.exceptions).isEmpty();
  }

  private Channel bind(DatagramTransport transport, InetAddress address, ChannelHandler... all) {
    return bootstrap(transport, all).bind(address, 0).syncUninterruptibly().channel();
  }

  @SuppressWarnings("unchecked")
  private Bootstrap bootstrap(DatagramTransport transport, ChannelHandler... handlers) {
    EventLoopGroup group = transport.newGroup();
    groups.add(group);
    Bootstrap bootstrap = new Bootstrap().group(group).channel(transport.channelClass());
    options.forEach((option, value) -> bootstrap.option((ChannelOption<Object>) option, value));
    return bootstrap.handler(
        new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            channel.pipeline().addLast(handlers);
          }
        });
  }

  private ProxyHeaderDatagramDecoder decoder() {
    return new ProxyHeaderDatagramDecoder(
        DatagramReceiverOptions.builder().policy(TrustedProxies.loopback()).listener(told).build());
  }

  private static boolean canBind(InetAddress address) {
    try (DatagramSocket probe = new DatagramSocket(0, address)) {
      return probe.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private DatagramSocket socket(InetAddress address) throws IOException {
    DatagramSocket socket = new DatagramSocket(0, address);
    sockets.add(socket);
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static void send(DatagramSocket socket, Channel to, byte[]... parts) throws IOException {
    byte[] bytes = concat(parts);
    socket.send(new java.net.DatagramPacket(bytes, bytes.length, to.localAddress()));
  }

  private static String receive(DatagramSocket socket) throws IOException {
    return new String(receiveBytes(socket), StandardCharsets.ISO_8859_1);
  }

  private static byte[] receiveBytes(DatagramSocket socket) throws IOException {
    java.net.DatagramPacket packet = new java.net.DatagramPacket(new byte[65_536], 65_536);
    try {
      socket.receive(packet);
    } catch (InterruptedIOException e) {
      throw new AssertionError("nothing came", e);
    }
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  @ParameterizedTest
  @EnumSource
  void clientIsKnownAndTheAnswerGoesToTheProxy(DatagramTransport transport) throws IOException {
    Channel server = bind(transport, LOCALHOST, decoder(), echo);
    DatagramSocket proxy = socket(LOCALHOST);
    send(proxy, server, text("dirt"));
    send(proxy, server, headerBytes(CLIENT), text("hello"));
    assertThat(receive(proxy)).isEqualTo("203.0.113.7:45678 hello");
    send(proxy, server, headerBytes(TARGET), text("again"));
    assertThat(receive(proxy)).isEqualTo("198.51.100.9:53 again");
    assertThat(told.dropped).containsExactly("MISSING from " + proxy.getLocalSocketAddress());
    assertThat(server.isOpen()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void ipv6(DatagramTransport transport) throws IOException {
    InetAddress localhost = InetAddress.getByName("::1");
    Assumptions.assumeTrue(canBind(localhost), "this machine has no IPv6 loopback address");
    Channel server = bind(transport, localhost, decoder(), new ProxiedDatagramFlows(), echo);
    DatagramSocket proxy = socket(localhost);
    send(proxy, server, headerBytes(CLIENT), text("hello"));
    assertThat(receive(proxy)).isEqualTo("203.0.113.7:45678 hello");
  }

  @ParameterizedTest
  @EnumSource
  void answersToTheClientGoByTheProxyThatBroughtIt(DatagramTransport transport) throws IOException {
    Channel server = bind(transport, LOCALHOST, decoder(), new ProxiedDatagramFlows(), echo);
    DatagramSocket first = socket(LOCALHOST);
    DatagramSocket second = socket(LOCALHOST);
    send(first, server, headerBytes(CLIENT), text("one"));
    send(second, server, headerBytes(TARGET), text("two"));
    assertThat(receive(first)).isEqualTo("203.0.113.7:45678 one");
    assertThat(receive(second)).isEqualTo("198.51.100.9:53 two");
    assertThat(echo.senders).containsExactly(CLIENT, TARGET);
  }

  @ParameterizedTest
  @EnumSource
  void withoutAutoReadDirtStopsNothing(DatagramTransport transport) throws IOException {
    options.put(ChannelOption.AUTO_READ, false);
    echo.readsItself = true;
    Channel server = bind(transport, LOCALHOST, decoder(), echo);
    server.read();
    DatagramSocket proxy = socket(LOCALHOST);
    for (int i = 1; i <= 5; i++) {
      int dropped = 2 * i;
      send(proxy, server, text("dirt"));
      send(proxy, server, text("more dirt"));
      Await.until(() -> told.dropped.size() == dropped);
      send(proxy, server, headerBytes(CLIENT), text("hello"));
      assertThat(receive(proxy)).isEqualTo("203.0.113.7:45678 hello");
    }
  }

  @ParameterizedTest
  @EnumSource
  void connectedChannelsOnBothSides(DatagramTransport transport) throws IOException {
    Channel server = bind(transport, LOCALHOST, decoder(), echo);
    Echo answers = new Echo();
    Channel proxy =
        bootstrap(transport, new ProxyHeaderDatagramEncoder(header(CLIENT)), answers)
            .connect(server.localAddress())
            .syncUninterruptibly()
            .channel();
    proxy
        .writeAndFlush(Unpooled.copiedBuffer("bytes", StandardCharsets.US_ASCII))
        .syncUninterruptibly();
    Await.until(() -> answers.received.size() == 1);
    proxy
        .writeAndFlush(
            new DatagramPacket(
                Unpooled.directBuffer().writeBytes(text("packet")),
                (InetSocketAddress) server.localAddress()))
        .syncUninterruptibly();
    Await.until(() -> answers.received.size() == 2);
    assertThat(answers.received)
        .containsExactly("203.0.113.7:45678 bytes", "203.0.113.7:45678 packet");

    DatagramSocket sender = socket(LOCALHOST);
    Channel receiver =
        bootstrap(transport, decoder(), echo)
            .connect(sender.getLocalSocketAddress(), new InetSocketAddress(LOCALHOST, 0))
            .syncUninterruptibly()
            .channel();
    send(sender, receiver, headerBytes(TARGET), text("connected"));
    assertThat(receive(sender)).isEqualTo("198.51.100.9:53 connected");
  }

  @ParameterizedTest
  @EnumSource
  void encoderSendsHeaderAndPayloadInOneDatagram(DatagramTransport transport) throws IOException {
    Channel proxy = bind(transport, LOCALHOST, new ProxyHeaderDatagramEncoder(header(CLIENT)));
    DatagramSocket server = socket(LOCALHOST);
    InetSocketAddress to = (InetSocketAddress) server.getLocalSocketAddress();
    for (ByteBuf payload :
        List.of(
            Unpooled.wrappedBuffer(text("heap")),
            Unpooled.directBuffer().writeBytes(text("direct")),
            Unpooled.wrappedBuffer(Unpooled.wrappedBuffer(text("co")), Unpooled.directBuffer(4)),
            Unpooled.EMPTY_BUFFER)) {
      byte[] expected = concat(headerBytes(CLIENT), ByteBufUtil.getBytes(payload));
      proxy.writeAndFlush(new DatagramPacket(payload, to)).syncUninterruptibly();
      assertThat(receiveBytes(server)).isEqualTo(expected);
    }
    byte[] longest = new byte[65_507 - headerBytes(CLIENT).length];
    proxy
        .writeAndFlush(new DatagramPacket(Unpooled.wrappedBuffer(longest), to))
        .syncUninterruptibly();
    assertThat(receiveBytes(server)).hasSize(65_507);
  }

  /** One system call for many datagrams in each direction. */
  @Test
  void batchesOnEpoll() throws IOException {
    options.put(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, 512);
    options.put(ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(512 * 16));
    Channel server = bind(DatagramTransport.EPOLL, LOCALHOST, decoder(), echo);
    Channel proxy =
        bind(
            DatagramTransport.EPOLL,
            LOCALHOST,
            new ProxyHeaderDatagramEncoder(
                packet -> header(new InetSocketAddress(CLIENT.getAddress(), 1 + last(packet)))));
    for (int i = 0; i < 100; i++) {
      byte[] payload = i % 5 == 4 ? text("x" + i) : text("y" + i);
      proxy.write(
          new DatagramPacket(
              Unpooled.wrappedBuffer(payload), (InetSocketAddress) server.localAddress()));
    }
    proxy.flush();
    DatagramSocket dirt = socket(LOCALHOST);
    send(dirt, server, text("dirt"));
    Await.until(() -> echo.received.size() == 100 && told.dropped.size() == 1);
    assertThat(echo.received).contains("y0", "x99", "y98");
    for (int i = 0; i < 100; i++) {
      String payload = echo.received.get(i);
      assertThat(echo.clients.get(i).getPort()).isEqualTo(1 + payload.charAt(payload.length() - 1));
    }
  }

  private static int last(DatagramPacket packet) {
    return packet.content().getByte(packet.content().writerIndex() - 1);
  }

  /** The sender lets the kernel segment (UDP_SEGMENT), the receiver lets it coalesce (UDP_GRO). */
  @Test
  void segmentsAndCoalescedDatagramsOnEpoll() {
    Assumptions.assumeTrue(
        EpollDatagramChannel.isSegmentedDatagramPacketSupported(), "no UDP_SEGMENT in this kernel");
    options.put(EpollChannelOption.UDP_GRO, true);
    options.put(ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(65_536));
    Channel server = bind(DatagramTransport.EPOLL, LOCALHOST, decoder(), echo);
    options = new HashMap<>();
    Channel proxy =
        bind(DatagramTransport.EPOLL, LOCALHOST, new ProxyHeaderDatagramEncoder(header(CLIENT)));
    ByteBuf payload = Unpooled.directBuffer();
    List<String> expected = new ArrayList<>();
    for (int i = 10; i < 40; i++) {
      expected.add("segment " + i);
      payload.writeBytes(text("segment " + i));
    }
    payload.writeBytes(text("end"));
    expected.add("end");
    proxy
        .writeAndFlush(
            new SegmentedDatagramPacket(
                payload, "segment 10".length(), (InetSocketAddress) server.localAddress()))
        .syncUninterruptibly();
    Await.until(() -> echo.received.size() == expected.size(), "all segments");
    assertThat(echo.received).isEqualTo(expected);
    assertThat(echo.clients).allMatch(CLIENT::equals);
    assertThat(told.dropped).isEmpty();
  }

  /** Writes down what comes, and answers with the client's address. */
  private static final class Echo extends ChannelInboundHandlerAdapter {
    final List<String> received = new CopyOnWriteArrayList<>();
    final List<InetSocketAddress> clients = new CopyOnWriteArrayList<>();
    final List<InetSocketAddress> senders = new CopyOnWriteArrayList<>();
    final List<Throwable> exceptions = new CopyOnWriteArrayList<>();
    volatile boolean readsItself;
    private boolean gotSome;

    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      DatagramPacket packet = (DatagramPacket) msg;
      String text = packet.content().toString(StandardCharsets.ISO_8859_1);
      packet.release();
      if (packet instanceof ProxiedDatagram datagram) {
        InetSocketAddress client = (InetSocketAddress) datagram.proxiedAddress().source();
        clients.add(client);
        senders.add(packet.sender());
        String answer = client.getAddress().getHostAddress() + ':' + client.getPort() + ' ' + text;
        ctx.writeAndFlush(
            new DatagramPacket(Unpooled.wrappedBuffer(text(answer)), packet.sender()));
      }
      received.add(text);
      gotSome = true;
    }

    /** Asks for more when it got what it asked for, and only then. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      if (readsItself && gotSome) {
        gotSome = false;
        ctx.read();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      exceptions.add(cause);
    }
  }

  private static final class Told implements DatagramListener {
    final List<String> dropped = new CopyOnWriteArrayList<>();

    @Override
    public void dropped(Channel channel, InetSocketAddress sender, ProxyHeaderException cause) {
      dropped.add(cause.reason() + " from " + sender);
    }
  }
}
