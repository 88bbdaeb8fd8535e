/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nettyplus.leakdetector.junit.NettyLeakDetectorExtension;
import io.github.proxyheader.handler.ProxyHeaderSource;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
@ExtendWith(NettyLeakDetectorExtension.class)
class ForwarderTest {
  /** A version 2 header over IPv4 without vectors. */
  private static final int HEADER_LENGTH = 28;

  private static final int BLOCK = 64 * 1024;
  private static final int MANY_BLOCKS = 32 * 1024 * 1024 / BLOCK;

  /** More than all the socket buffers between two ends may hold. */
  private static final int TOO_MANY_BLOCKS = 200 * 1024 * 1024 / BLOCK;

  @RegisterExtension static final EventLoops LOOPS = new EventLoops();

  private ServerSocket target;
  private Forwarder forwarder;
  private Socket client;
  private Socket served;

  @BeforeEach
  void open() throws IOException {
    target = new ServerSocket(0, 16, Loopback.V4);
    target.setSoTimeout(5_000);
  }

  @AfterEach
  void close() throws IOException {
    for (AutoCloseable opened : new AutoCloseable[] {client, served, forwarder, target}) {
      try {
        if (opened != null) {
          opened.close();
        }
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }

  @Test
  void targetIsToldTheClientsAddress() throws Exception {
    startForwarder(UnaryOperator.identity());
    client = Loopback.connect(forwarder.address());

    ProxyHeader header = accept();

    assertThat(header.source()).isEqualTo(Loopback.localAddress(client));
    assertThat(header.destination()).isEqualTo(forwarder.address());
    assertThat(served.getRemoteSocketAddress()).isNotEqualTo(Loopback.localAddress(client));
  }

  @Test
  void outboundAddressIsUsed() throws Exception {
    InetSocketAddress outbound = new InetSocketAddress(Loopback.V4, ExternalProgram.freePort());
    startForwarder(builder -> builder.outboundAddress(outbound));
    client = Loopback.connect(forwarder.address());

    accept();

    assertThat(served.getRemoteSocketAddress()).isEqualTo(outbound);
  }

  @Test
  @DisplayName("a source may say that a connection goes without a header")
  void withoutHeader() throws Exception {
    startForwarder(builder -> builder.header(accepted -> outbound -> null));
    client = Loopback.connect(forwarder.address());
    write(client, "hello");
    client.shutdownOutput();

    served = target.accept();

    assertThat(served.getInputStream().readAllBytes()).asString().isEqualTo("hello");
  }

  @Test
  void serverThatSpeaksFirstIsHeard() throws Exception {
    connect();
    write(served, "220 hello\r\n");

    assertThat(client.getInputStream().readNBytes(11)).asString().isEqualTo("220 hello\r\n");
  }

  @Test
  void clientsEndIsPassedOnWhileTheAnswerGoesOn() throws Exception {
    connect();
    write(client, "request");
    client.shutdownOutput();

    assertThat(served.getInputStream().readAllBytes()).asString().isEqualTo("request");
    write(served, "answer");
    served.close();

    assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("answer");
    awaitNoConnections();
  }

  @Test
  void serversEndIsPassedOnWhileTheRequestGoesOn() throws Exception {
    connect();
    write(served, "answer");
    served.shutdownOutput();

    assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("answer");
    write(client, "late request");
    client.close();

    assertThat(served.getInputStream().readAllBytes()).asString().isEqualTo("late request");
    awaitNoConnections();
  }

  @Test
  void serversResetReachesTheClient() throws Exception {
    connect();
    write(served, "half of the ans");
    assertThat(client.getInputStream().readNBytes(15)).hasSize(15);
    served.setSoLinger(true, 0);
    served.close();

    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reset");
    awaitNoConnections();
  }

  @Test
  void clientsResetReachesTheServer() throws Exception {
    connect();
    write(client, "half of the requ");
    assertThat(served.getInputStream().readNBytes(16)).hasSize(16);
    client.setSoLinger(true, 0);
    client.close();

    assertThatThrownBy(() -> served.getInputStream().read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reset");
    awaitNoConnections();
  }

  @Test
  void clientIsResetIfTheTargetCannotBeReached() throws Exception {
    target.close();
    startForwarder(UnaryOperator.identity());

    assertThatThrownBy(this::connectAndRead)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reset");
    awaitNoConnections();
  }

  @Test
  void clientIsResetIfTheSourceOfTheHeaderFails() throws Exception {
    ProxyHeaderSource broken =
        outbound -> {
          throw new IllegalStateException("no header");
        };
    startForwarder(builder -> builder.header(accepted -> broken));

    assertThatThrownBy(this::connectAndRead)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reset");
    served = target.accept();
    assertThat(served.getInputStream().readAllBytes()).isEmpty();
    awaitNoConnections();
  }

  @Test
  void muchDataArrivesWholeInBothDirections() throws Exception {
    connect();
    CompletableFuture<byte[]> sentUp = async(() -> send(client, MANY_BLOCKS, 1));
    CompletableFuture<byte[]> sentDown = async(() -> send(served, MANY_BLOCKS, 2));
    CompletableFuture<byte[]> receivedUp = async(() -> receive(served));
    CompletableFuture<byte[]> receivedDown = async(() -> receive(client));

    assertThat(receivedUp.get()).isEqualTo(sentUp.get());
    assertThat(receivedDown.get()).isEqualTo(sentDown.get());
    awaitNoConnections();
  }

  @Test
  @DisplayName("a slow reader slows the sender down: little waits in the forwarder")
  void backPressure() throws Exception {
    connect();
    AtomicLong written = new AtomicLong();
    CompletableFuture<byte[]> sent =
        async(() -> send(served, TOO_MANY_BLOCKS, 3, () -> written.addAndGet(BLOCK)));
    long before;
    do {
      before = written.get();
      Thread.sleep(300);
    } while (!sent.isDone() && (written.get() > before || waitingBytes() == 0));

    assertThat(sent).as("the sender stands still").isNotDone();
    assertThat(written.get()).isPositive();
    assertThat(waitingBytes()).isBetween(1L, 3L * BLOCK);

    assertThat(receive(client)).isEqualTo(sent.get());
  }

  @Test
  @DisplayName("an end that comes while the other side is slow drops nothing that waits before it")
  void endBehindWaitingBytes() throws Exception {
    startForwarder(UnaryOperator.identity());
    client = new Socket();
    client.setReceiveBufferSize(4096);
    client.connect(forwarder.address(), 5_000);
    client.setSoTimeout(5_000);
    accept();
    byte[] block = new byte[BLOCK / 4];
    int sent = 0;
    while (waitingBytes() == 0) {
      served.getOutputStream().write(block);
      sent += block.length;
      Thread.sleep(1);
    }
    served.shutdownOutput();
    Thread.sleep(100); // the forwarder sees the end before the client reads

    assertThat(client.getInputStream().readAllBytes()).hasSize(sent);
  }

  @Test
  @DisplayName("behind another proxy: the address of the first one's client goes on")
  void chain() throws Exception {
    startForwarder(builder -> builder.receiver(trustLoopback()));
    try (Forwarder front =
        Forwarder.builder(LOOPS.group(), anyPort(), forwarder.address()).start()) {
      client = Loopback.connect(front.address());
      write(client, "hello");
      client.shutdownOutput();

      ProxyHeader header = accept();

      assertThat(header.source()).isEqualTo(Loopback.localAddress(client));
      assertThat(header.destination()).isEqualTo(front.address());
      assertThat(served.getInputStream().readAllBytes()).asString().isEqualTo("hello");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("payload comes with the header, before the connection to the target stands")
  void payloadBeforeTheTargetIsConnected(boolean withHeader) throws Exception {
    startForwarder(
        builder ->
            builder
                .receiver(trustLoopback())
                .header(
                    accepted ->
                        withHeader ? ProxyHeaderSource.onBehalfOf(accepted) : outbound -> null));
    InetSocketAddress source = new InetSocketAddress("203.0.113.7", 45678);
    InetSocketAddress destination = new InetSocketAddress("198.51.100.9", 8443);
    byte[] payload = new byte[1000];
    new Random(4).nextBytes(payload);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(ProxyHeaderWriter.toBytes(ProxyHeader.of(source, destination)));
    all.write(payload);

    client = Loopback.connect(forwarder.address());
    client.getOutputStream().write(all.toByteArray());

    if (withHeader) {
      assertThat(accept().source()).isEqualTo(source);
    } else {
      served = target.accept();
      served.setSoTimeout(5_000);
    }
    assertThat(served.getInputStream().readNBytes(payload.length)).isEqualTo(payload);
    client.shutdownOutput();
    assertThat(served.getInputStream().read()).isEqualTo(-1);
    write(served, "answer");
    served.close();
    assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("answer");
    awaitNoConnections();
  }

  @Test
  void badHeaderOfAClientIsRefused() throws Exception {
    startForwarder(builder -> builder.receiver(trustLoopback()));
    client = Loopback.connect(forwarder.address());
    write(client, "GET / HTTP/1.1\r\n\r\n");

    try {
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("reset");
    }
    awaitNoConnections();
  }

  private static ReceiverOptions trustLoopback() {
    return ReceiverOptions.builder().policy(TrustedProxies.loopback()).build();
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(Loopback.V4, 0);
  }

  private void startForwarder(UnaryOperator<Forwarder.Builder> settings) {
    InetSocketAddress to = (InetSocketAddress) target.getLocalSocketAddress();
    forwarder = settings.apply(Forwarder.builder(LOOPS.group(), anyPort(), to)).start();
  }

  /** Opens a connection of both ends through a forwarder; the header is taken off. */
  private void connect() throws IOException {
    startForwarder(UnaryOperator.identity());
    client = Loopback.connect(forwarder.address());
    accept();
  }

  /** The reset may come as early as in the connect. */
  private void connectAndRead() throws IOException {
    client = Loopback.connect(forwarder.address());
    client.getInputStream().read();
  }

  private ProxyHeader accept() throws IOException {
    served = target.accept();
    served.setSoTimeout(5_000);
    byte[] bytes = served.getInputStream().readNBytes(HEADER_LENGTH);
    return ProxyHeaderReader.standard().read(Unpooled.wrappedBuffer(bytes));
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
  }

  private static CompletableFuture<byte[]> async(Callable<byte[]> task) {
    CompletableFuture<byte[]> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(task.call());
              } catch (Throwable e) {
                result.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return result.orTimeout(25, TimeUnit.SECONDS);
  }

  private static byte[] send(Socket socket, int blocks, int seed) throws Exception {
    return send(socket, blocks, seed, () -> {});
  }

  /** Sends blocks that all differ, ends the direction, and returns the digest of what was sent. */
  private static byte[] send(Socket socket, int blocks, int seed, Runnable progress)
      throws Exception {
    MessageDigest digest = MessageDigest.getInstance("MD5");
    byte[] block = new byte[BLOCK];
    new Random(seed).nextBytes(block);
    OutputStream out = socket.getOutputStream();
    for (int i = 0; i < blocks; i++) {
      block[i % BLOCK]++;
      digest.update(block);
      out.write(block);
      progress.run();
    }
    socket.shutdownOutput();
    return digest.digest();
  }

  private static byte[] receive(Socket socket) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("MD5");
    byte[] block = new byte[BLOCK];
    InputStream in = socket.getInputStream();
    for (int length = in.read(block); length >= 0; length = in.read(block)) {
      digest.update(block, 0, length);
    }
    return digest.digest();
  }

  /** What both channels of a forwarder with one connection have still to write. */
  private long waitingBytes() throws Exception {
    long waiting = 0;
    for (Channel channel : forwarder.connections()) {
      waiting +=
          channel.eventLoop().submit(() -> outboundBuffer(channel).totalPendingWriteBytes()).get();
    }
    return waiting;
  }

  private static ChannelOutboundBuffer outboundBuffer(Channel channel) {
    return channel.unsafe().outboundBuffer();
  }

  private void awaitNoConnections() throws InterruptedException {
    for (int i = 0; i < 500 && !forwarder.connections().isEmpty(); i++) {
      Thread.sleep(10);
    }
    assertThat(List.copyOf(forwarder.connections())).as("open channels").isEmpty();
  }
}
