/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.testing.LeakCheck;
import io.github.proxyheader.tlv.TlvType;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.EventExecutorGroup;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes and their order on real connections, as a peer without Netty sees them. */
@Timeout(120)
class ProxyHeaderEncoderSocketTest {
  private static final ProxyHeader HEADER =
      ProxyHeader.of(
          new InetSocketAddress("192.0.2.1", 56324), new InetSocketAddress("192.0.2.2", 443));
  private static final byte[] WIRE = ProxyHeaderWriter.toBytes(HEADER);
  private static final int PEER_TIMEOUT_MILLIS = 30_000;

  @SuppressWarnings("deprecation") // the groups that both lines of Netty have
  private enum Transport {
    NIO(NioSocketChannel.class) {
      @Override
      EventLoopGroup newGroup() {
        return new NioEventLoopGroup(1);
      }
    },
    EPOLL(EpollSocketChannel.class) {
      @Override
      EventLoopGroup newGroup() {
        return new EpollEventLoopGroup(1);
      }
    };

    final Class<? extends Channel> channelClass;

    Transport(Class<? extends Channel> channelClass) {
      this.channelClass = channelClass;
    }

    abstract EventLoopGroup newGroup();
  }

  @RegisterExtension final LeakCheck leaks = new LeakCheck();
  @TempDir Path directory;

  private final List<EventExecutorGroup> groups = new ArrayList<>();
  private final Queue<Channel> channels = new ConcurrentLinkedQueue<>();
  private ServerSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    server.setSoTimeout(PEER_TIMEOUT_MILLIS);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    for (Channel channel : channels) {
      channel.close().sync();
    }
    Collections.reverse(groups); // an executor may be in use until the event loop has ended
    for (EventExecutorGroup group : groups) {
      group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("Data that a connect listener writes is sent after the header")
  void dataOfAConnectListenerComesBehindTheHeader(Transport transport) throws Exception {
    connect(transport, new ProxyHeaderEncoder(HEADER))
        .addListener((ChannelFuture done) -> done.channel().writeAndFlush(data("APPDATA;")));

    try (Socket peer = accept()) {
      assertReceives(peer, "APPDATA;");
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("Data that is written before the connect is sent after the header")
  void dataWrittenBeforeTheConnectComesBehindTheHeader(Transport transport) throws Exception {
    Channel channel = register(transport, new ProxyHeaderEncoder(HEADER));
    ChannelFuture first = channel.writeAndFlush(data("first;"));
    ChannelFuture connect = channel.connect(server.getLocalSocketAddress());
    ChannelFuture second = channel.writeAndFlush(data("second;"));

    try (Socket peer = accept()) {
      assertReceives(peer, "first;second;");
    }
    connect.sync();
    first.sync();
    second.sync();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("Data that is written in channelActive is sent in one write with the header")
  void dataOfChannelActiveLeavesInOneWriteWithTheHeader(Transport transport) throws Exception {
    List<String> calls = new ArrayList<>();
    ChannelFuture connect =
        connect(
            transport,
            new Recorder(calls),
            new ProxyHeaderEncoder(HEADER),
            onActive(ctx -> ctx.write(data("hello;"))));

    try (Socket peer = accept()) {
      byte[] buffer = new byte[1024];
      int read = peer.getInputStream().read(buffer);
      assertThat(new String(buffer, 0, read, StandardCharsets.ISO_8859_1))
          .isEqualTo(new String(WIRE, StandardCharsets.ISO_8859_1) + "hello;");
    }
    connect.sync().channel().eventLoop().submit(() -> {}).sync();
    assertThat(calls).startsWith("write", "write", "flush");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("The header is sent at once to a server that speaks first")
  void aServerThatSpeaksFirstGetsTheHeaderAtOnce(Transport transport) throws Exception {
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    connect(transport, new ProxyHeaderEncoder(HEADER), new Collector(received));

    try (Socket peer = accept()) {
      assertReceives(peer, "");
      peer.getOutputStream().write("220 hi".getBytes(StandardCharsets.US_ASCII));
      assertThat(received.poll(30, TimeUnit.SECONDS)).isEqualTo("220 hi");
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("The header is sent first if the channel is bound before the connect")
  void boundBeforeTheConnectTheHeaderIsFirst(Transport transport) throws Exception {
    Channel channel =
        register(
            transport, new ProxyHeaderEncoder(HEADER), onActive(ctx -> ctx.write(data("active;"))));
    channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).sync();
    SocketAddress bound = channel.localAddress();
    channel
        .connect(server.getLocalSocketAddress())
        .addListener(done -> channel.writeAndFlush(data("listener;")));

    try (Socket peer = accept()) {
      assertThat(peer.getRemoteSocketAddress()).isEqualTo(bound);
      assertReceives(peer, "active;listener;");
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("R3 What handlers write in channelActive arrives with the header in one read")
  void activationIsOneRead(Transport transport) throws Exception {
    byte[] greeting = new byte[8_000];
    connect(
        transport,
        new ProxyHeaderEncoder(HEADER),
        onActive(ctx -> ctx.write(data("first;"))),
        onActive(ctx -> ctx.write(leaks.allocator().buffer().writeBytes(greeting))),
        onActive(ctx -> ctx.write(data("last;"))));

    try (Socket peer = accept()) {
      int length = WIRE.length + 6 + greeting.length + 5;
      assertThat(peer.getInputStream().read(new byte[2 * length])).isEqualTo(length);
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("The encoder has been removed when the connect future completes")
  void theHandlerIsGoneWhenTheConnectCompletes(Transport transport) throws Exception {
    AtomicReference<ChannelHandler> found = new AtomicReference<>();
    connect(transport, new ProxyHeaderEncoder(HEADER))
        .addListener(
            (ChannelFuture done) ->
                found.set(done.channel().pipeline().get(ProxyHeaderEncoder.class)))
        .sync();

    assertThat(found).hasValue(null);
  }

  private static SslContext clientContext() throws SSLException {
    return SslContextBuilder.forClient()
        .sslProvider(SslProvider.JDK)
        .trustManager(InsecureTrustManagerFactory.INSTANCE)
        .build();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("The ClientHello of a TLS handler is sent after the header")
  void theClientHelloComesBehindTheHeader(Transport transport) throws Exception {
    ChannelFuture connect =
        connect(
            transport,
            new ProxyHeaderEncoder(HEADER),
            clientContext().newHandler(leaks.allocator()),
            onActive(ctx -> ctx.writeAndFlush(data("secret;"))));

    try (Socket peer = accept()) {
      assertReceives(peer, "");
      SSLSocket secure =
          (SSLSocket) tls().getSocketFactory().createSocket(peer, (InputStream) null, true);
      assertThat(secure.getInputStream().readNBytes(7)).asString().isEqualTo("secret;");
      connect.sync().channel().close().sync();
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("The header is sent first with fast open")
  void withFastOpenTheHeaderIsFirst(Transport transport) throws Exception {
    Bootstrap client = client(transport);
    if (transport == Transport.EPOLL) {
      client.option(ChannelOption.TCP_FASTOPEN_CONNECT, true);
    }
    // SslHandler writes its ClientHello before the connect then.
    client.handler(
        initializer(new ProxyHeaderEncoder(HEADER), clientContext().newHandler(leaks.allocator())));
    client.connect(server.getLocalSocketAddress());

    try (Socket peer = accept()) {
      assertReceives(peer, "");
      assertThat(peer.getInputStream().read()).as("type of the TLS record").isEqualTo(0x16);
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("A file region is sent after the header")
  void aFileComesBehindTheHeader(Transport transport) throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "content;");
    Channel channel = register(transport, new ProxyHeaderEncoder(HEADER));
    channel.write(new DefaultFileRegion(file.toFile(), 0, 8));
    channel.write(data("rest;"));
    channel.connect(server.getLocalSocketAddress());

    try (Socket peer = accept()) {
      assertReceives(peer, "content;rest;");
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("If the encoder is added to an established connection, it sends the header")
  void addedToAConnectionThatStandsItSendsTheHeader(Transport transport) throws Exception {
    Channel channel = connect(transport, new ChannelInboundHandlerAdapter()).sync().channel();

    channel.pipeline().addLast(new ProxyHeaderEncoder(HEADER));

    try (Socket peer = accept()) {
      assertReceives(peer, "");
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "If the encoder is added to an established connection, later writes are "
          + "sent after the header")
  void addedToAConnectionThatStandsItComesBeforeWhatIsWrittenNext(Transport transport)
      throws Exception {
    Channel channel = connect(transport, new ChannelInboundHandlerAdapter()).sync().channel();

    channel.pipeline().addFirst(new ProxyHeaderEncoder(HEADER));
    channel.writeAndFlush(data("data;"));

    try (Socket peer = accept()) {
      assertReceives(peer, "data;");
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("5.6 A peer that neither accepts nor reads does not hold up a header")
  void aSilentPeerDoesNotHoldUpAHeader(Transport transport) throws Exception {
    Channel channel = connect(transport, new ProxyHeaderEncoder(HEADER)).sync().channel();

    assertThat(channel.pipeline().get(ProxyHeaderEncoder.class)).isNull();
    assertThat(ProxyHeaderEncoder.sentHeader(channel)).isEqualTo(HEADER);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "5.6 If a peer reads nothing of a header larger than all buffers, the connect times out")
  void aPeerThatReadsNothingOfALongHeaderTimesOut(Transport transport) throws Exception {
    try (ServerSocket stuck = new ServerSocket()) {
      stuck.setReceiveBufferSize(1);
      stuck.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
      ChannelFuture connect =
          client(
                  transport,
                  new ProxyHeaderEncoder(longHeader(Duration.ofSeconds(1))),
                  onActive(
                      ctx ->
                          ctx.writeAndFlush(data("lost"))
                              .addListener(write -> failures.add(write.cause()))))
              .option(ChannelOption.SO_SNDBUF, 1)
              .connect(stuck.getLocalSocketAddress());

      assertThatThrownBy(connect::get)
          .hasCauseInstanceOf(ConnectTimeoutException.class)
          .hasMessageContaining(" within 1000 ms: ");
      connect.channel().closeFuture().sync();
      assertThat(failures.poll(30, TimeUnit.SECONDS)).isInstanceOf(ClosedChannelException.class);
      assertThat(connect.channel().writeAndFlush(data("later")).await().cause())
          .as("from the encoder, or from the channel once the pipeline is taken apart")
          .isInstanceOfAny(ConnectTimeoutException.class, ClosedChannelException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("5.6 A peer that reads a long header slowly, but in time, gets all of it")
  void aPeerThatReadsALongHeaderLateGetsAllOfIt(Transport transport) throws Exception {
    server.close();
    server = new ServerSocket();
    server.setSoTimeout(PEER_TIMEOUT_MILLIS);
    server.setReceiveBufferSize(1);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    SenderOptions options = longHeader(Duration.ofSeconds(20));
    ChannelFuture connect =
        client(transport, new ProxyHeaderEncoder(options))
            .option(ChannelOption.SO_SNDBUF, 1)
            .connect(server.getLocalSocketAddress());
    connect.addListener(done -> connect.channel().writeAndFlush(data("data;")));

    try (Socket peer = accept()) {
      byte[] header =
          ProxyHeaderWriter.toBytes(options.source().headerFor(connect.channel(), null));
      assertThat(connect.isDone()).isFalse();
      assertThat(peer.getInputStream().readNBytes(header.length)).isEqualTo(header);
      assertThat(peer.getInputStream().readNBytes(5)).asString().isEqualTo("data;");
      connect.sync();
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "5.6 If a handler in front of the encoder holds the header back, the connect times out")
  void aHeaderThatIsWithheldTimesOut(Transport transport) throws Exception {
    ClientChannel.Holder tunnel = new ClientChannel.Holder();
    SenderOptions options =
        SenderOptions.builder()
            .source(ProxyHeaderSource.of(HEADER))
            .writeTimeout(Duration.ofMillis(100))
            .build();
    ChannelFuture connect = connect(transport, tunnel, new ProxyHeaderEncoder(options));

    assertThatThrownBy(connect::get).hasCauseInstanceOf(ConnectTimeoutException.class);
    connect.channel().closeFuture().sync();
    tunnel.fail(new ClosedChannelException());
    try (Socket peer = accept()) {
      assertThat(peer.getInputStream().read()).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("5.6 The connect times out too if the encoder has an executor of its own")
  void onAnExecutorOfItsOwnAWithheldHeaderTimesOut(Transport transport) throws Exception {
    EventExecutorGroup executors = new DefaultEventExecutorGroup(1);
    groups.add(executors);
    ClientChannel.Holder tunnel = new ClientChannel.Holder();
    SenderOptions options =
        SenderOptions.builder()
            .source(ProxyHeaderSource.of(HEADER))
            .writeTimeout(Duration.ofMillis(100))
            .build();
    Bootstrap client = client(transport);
    client.handler(
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            channels.add(channel);
            channel.pipeline().addLast(tunnel);
            channel.pipeline().addLast(executors, new ProxyHeaderEncoder(options));
          }
        });
    ChannelFuture connect = client.connect(server.getLocalSocketAddress());

    assertThatThrownBy(connect::get).hasCauseInstanceOf(ConnectTimeoutException.class);
    connect.channel().closeFuture().sync();
    tunnel.fail(new ClosedChannelException());
  }

  private static SenderOptions longHeader(Duration timeout) {
    ProxyHeader header =
        HEADER.toBuilder().tlvs(Tlvs.builder().add(TlvType.NOOP, new byte[60_000]).build()).build();
    return SenderOptions.builder()
        .source(ProxyHeaderSource.of(header))
        .writeTimeout(timeout)
        .build();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("If the source returns no header, only the data is sent")
  void withoutAHeaderOnlyTheDataIsSent(Transport transport) throws Exception {
    Channel channel = register(transport, new ProxyHeaderEncoder((outbound, target) -> null));
    channel.writeAndFlush(data("first;"));
    ChannelFuture connect = channel.connect(server.getLocalSocketAddress()).sync();
    connect.channel().writeAndFlush(data("second;"));

    try (Socket peer = accept()) {
      assertThat(peer.getInputStream().readNBytes(13)).asString().isEqualTo("first;second;");
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("With an executor of its own the encoder stays in the pipeline and keeps the order")
  void onAnExecutorOfItsOwnItStaysAndKeepsTheOrder(Transport transport) throws Exception {
    EventExecutorGroup executors = new DefaultEventExecutorGroup(1);
    groups.add(executors);
    int count = 500;
    ChannelHandler writer =
        new ChannelInboundHandlerAdapter() {
          @Override
          public void channelActive(ChannelHandlerContext ctx) {
            for (int i = 0; i < count; i++) {
              ctx.writeAndFlush(data(i + ";"));
            }
          }
        };
    Bootstrap client = client(transport);
    client.handler(
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            channels.add(channel);
            channel.pipeline().addLast(executors, new ProxyHeaderEncoder(HEADER));
            channel.pipeline().addLast(writer);
          }
        });
    ChannelFuture connect = client.connect(server.getLocalSocketAddress()).sync();

    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < count; i++) {
      expected.append(i).append(';');
    }
    try (Socket peer = accept()) {
      assertReceives(peer, expected.toString());
      assertThat(connect.channel().pipeline().get(ProxyHeaderEncoder.class)).isNotNull();
    }
    connect.channel().close().sync();
    while (connect.channel().pipeline().get(ProxyHeaderEncoder.class) != null) {
      Thread.sleep(1); // the pipeline is taken apart on both executors
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("If the peer refuses the connection, the connect future and earlier writes fail")
  void aRefusedConnectFailsTheFutureAndWhatWasWritten(Transport transport) throws Exception {
    Channel channel = register(transport, new ProxyHeaderEncoder(HEADER));
    ChannelFuture write = channel.writeAndFlush(data("lost"));

    try (Socket bound = new Socket()) { // keeps a port at which nobody listens
      bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      ChannelFuture connect = channel.connect(bound.getLocalSocketAddress());

      assertThatThrownBy(connect::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(ConnectException.class);
    }
    assertThatThrownBy(write::get).hasCauseInstanceOf(ClosedChannelException.class);
    channel.closeFuture().sync();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("Cancelling the connect closes the channel")
  void aCancelledConnectClosesTheChannel(Transport transport) throws Exception {
    Channel channel = register(transport, new ProxyHeaderEncoder(HEADER));
    ChannelFuture write = channel.writeAndFlush(data("lost"));

    ChannelPromise connect = channel.newPromise();
    channel
        .eventLoop()
        .submit(
            () -> {
              channel.connect(server.getLocalSocketAddress(), connect);
              connect.cancel(false);
            })
        .sync();

    assertThat(connect.isCancelled()).isTrue();
    assertThatThrownBy(write::get).hasCauseInstanceOf(ClosedChannelException.class);
    channel.closeFuture().sync();
  }

  /** Such a listener of the transport closes the channel when the connect is cancelled. */
  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "With an executor of its own the listeners of the transport are called on the event loop")
  void onAnExecutorOfItsOwnTheTransportsListenersStayOnTheEventLoop(Transport transport)
      throws Exception {
    EventExecutorGroup executors = new DefaultEventExecutorGroup(1);
    groups.add(executors);
    CompletableFuture<Boolean> onTheEventLoop = new CompletableFuture<>();
    ChannelHandler front =
        new ChannelOutboundHandlerAdapter() {
          @Override
          public void connect(
              ChannelHandlerContext ctx,
              SocketAddress remote,
              SocketAddress local,
              ChannelPromise promise) {
            EventLoop loop = ctx.channel().eventLoop();
            promise.addListener(future -> onTheEventLoop.complete(loop.inEventLoop()));
            ctx.connect(remote, local, promise);
          }
        };
    Channel channel = register(transport, front);
    channel.pipeline().addLast(executors, new ProxyHeaderEncoder(HEADER));

    channel.connect(server.getLocalSocketAddress()).sync();

    assertThat(onTheEventLoop.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("If the source throws an exception, the connect fails and nothing is sent")
  void aSourceThatThrowsFailsTheConnectAndSendsNothing(Transport transport) throws Exception {
    RuntimeException cause = new IllegalStateException("no idea");
    ProxyHeaderSource source =
        (outbound, target) -> {
          throw cause;
        };
    ChannelFuture connect =
        connect(
            transport,
            new ProxyHeaderEncoder(source),
            onActive(ctx -> ctx.writeAndFlush(data("lost"))));

    assertThatThrownBy(connect::get).hasCause(cause);
    try (Socket peer = accept()) {
      assertThat(peer.getInputStream().read()).isEqualTo(-1);
    }
    connect.channel().closeFuture().sync();
  }

  @Test
  @DisplayName(
      "5.6 If the source throws when SslHandler writes before the connect, the connect fails")
  void aSourceThatThrowsAtAnEarlyClientHelloFailsTheConnect() throws Exception {
    RuntimeException cause = new IllegalStateException("no idea");
    ProxyHeaderSource source =
        (outbound, target) -> {
          throw cause;
        };
    Bootstrap client =
        client(
                Transport.EPOLL,
                new ProxyHeaderEncoder(source),
                clientContext().newHandler(leaks.allocator()))
            .option(ChannelOption.TCP_FASTOPEN_CONNECT, true);
    CountDownLatch underWay = new CountDownLatch(1);
    client
        .config()
        .group()
        .submit(
            (Callable<Void>)
                () -> {
                  underWay.await();
                  return null;
                });
    ChannelFuture connect = client.connect(server.getLocalSocketAddress());
    underWay.countDown(); // a connect that follows the failure finds the channel closed

    assertThatThrownBy(connect::get).hasCause(cause);
    connect.channel().closeFuture().sync();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("If a handler closes the channel in channelActive, the connect fails")
  void aCloseInChannelActiveFailsTheConnect(Transport transport) throws Exception {
    ChannelFuture connect =
        connect(
            transport,
            new ProxyHeaderEncoder(HEADER),
            onActive(
                ctx -> {
                  ctx.write(data("lost"));
                  ctx.close();
                }));

    assertThatThrownBy(connect::get).hasCauseInstanceOf(ClosedChannelException.class);
    try (Socket peer = accept()) {
      assertThat(peer.getInputStream().read()).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("The header is sent first on the in-JVM transport too")
  void theLocalTransportHasTheSameOrder(boolean bound) throws Exception {
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    LocalAddress address = new LocalAddress(ProxyHeaderEncoderSocketTest.class);
    @SuppressWarnings("deprecation")
    EventLoopGroup group = new DefaultEventLoopGroup(1);
    groups.add(group);
    new ServerBootstrap()
        .group(group)
        .channel(LocalServerChannel.class)
        .childHandler(initializer(new Collector(received)))
        .bind(address)
        .sync();
    Channel channel =
        new Bootstrap()
            .group(group)
            .channel(LocalChannel.class)
            .option(ChannelOption.ALLOCATOR, leaks.allocator())
            .handler(initializer(new ProxyHeaderEncoder(HEADER)))
            .register()
            .sync()
            .channel();
    if (bound) {
      channel.bind(new LocalAddress("client")).sync();
    }

    channel.writeAndFlush(data("first;"));
    channel
        .connect(address)
        .addListener((ChannelFuture done) -> done.channel().writeAndFlush(data("second;")));

    String expected = new String(WIRE, StandardCharsets.ISO_8859_1) + "first;second;";
    StringBuilder all = new StringBuilder();
    while (all.length() < expected.length()) {
      String part = received.poll(30, TimeUnit.SECONDS);
      assertThat(part).isNotNull();
      all.append(part);
    }
    assertThat(all).hasToString(expected);
  }

  @Test
  @SuppressWarnings("deprecation")
  @DisplayName("The header is sent first on a unix socket that connects at once")
  void aUnixSocketThatConnectsAtOnceHasTheSameOrder() throws Exception {
    Path path = directory.resolve("s");
    EventLoopGroup group = new EpollEventLoopGroup(1);
    groups.add(group);
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(path));
      new Bootstrap()
          .group(group)
          .channel(EpollDomainSocketChannel.class)
          .option(ChannelOption.ALLOCATOR, leaks.allocator())
          .handler(
              initializer(
                  new ProxyHeaderEncoder(HEADER), onActive(ctx -> ctx.write(data("active;")))))
          .connect(new DomainSocketAddress(path.toFile()))
          .addListener((ChannelFuture done) -> done.channel().writeAndFlush(data("listener;")));

      try (SocketChannel peer = listener.accept()) {
        ByteBuffer all = ByteBuffer.allocate(WIRE.length + 16);
        while (all.hasRemaining() && peer.read(all) >= 0) {}
        assertThat(all.array()).startsWith(WIRE);
        assertThat(new String(all.array(), WIRE.length, 16, StandardCharsets.US_ASCII))
            .isEqualTo("active;listener;");
      }
    }
  }

  private Bootstrap client(Transport transport, ChannelHandler... handlers) {
    EventLoopGroup group = transport.newGroup();
    groups.add(group);
    return new Bootstrap()
        .group(group)
        .channel(transport.channelClass)
        .option(ChannelOption.ALLOCATOR, leaks.allocator())
        .handler(initializer(handlers));
  }

  private ChannelFuture connect(Transport transport, ChannelHandler... handlers) {
    return client(transport, handlers).connect(server.getLocalSocketAddress());
  }

  /** A channel that is not told to connect yet. */
  private Channel register(Transport transport, ChannelHandler... handlers) throws Exception {
    return client(transport, handlers).register().sync().channel();
  }

  private Socket accept() throws IOException {
    Socket peer = server.accept();
    peer.setSoTimeout(PEER_TIMEOUT_MILLIS);
    return peer;
  }

  private static void assertReceives(Socket peer, String payload) throws IOException {
    InputStream in = peer.getInputStream();
    assertThat(in.readNBytes(WIRE.length)).isEqualTo(WIRE);
    assertThat(in.readNBytes(payload.length())).asString().isEqualTo(payload);
  }

  private ByteBuf data(String text) {
    return leaks.allocator().buffer().writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  private ChannelHandler initializer(ChannelHandler... handlers) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channels.add(channel);
        channel.pipeline().addLast(handlers).addLast(new ResetIgnorer());
      }
    };
  }

  private static ChannelHandler onActive(Consumer<ChannelHandlerContext> action) {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelActive(ChannelHandlerContext ctx) {
        action.accept(ctx);
        ctx.fireChannelActive();
      }
    };
  }

  private static SSLContext tls() throws Exception {
    char[] password = "changeit".toCharArray();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = ProxyHeaderEncoderSocketTest.class.getResourceAsStream("localhost.p12")) {
      keys.load(in, password);
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  /** Notes what the transport is told to do. */
  private static final class Recorder extends ChannelOutboundHandlerAdapter {
    private final List<String> calls;

    Recorder(List<String> calls) {
      this.calls = calls;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
      calls.add("write");
      ctx.write(msg, promise);
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
      calls.add("flush");
      ctx.flush();
    }
  }

  /** A peer that closes without reading all resets the connection. */
  private static final class ResetIgnorer extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (!(cause instanceof IOException)) {
        ctx.fireExceptionCaught(cause);
      }
    }
  }

  /** Notes what comes in. */
  private static final class Collector extends SimpleChannelInboundHandler<ByteBuf> {
    private final BlockingQueue<String> received;

    Collector(BlockingQueue<String> received) {
      this.received = received;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf msg) {
      received.add(msg.toString(StandardCharsets.ISO_8859_1));
    }
  }
}
