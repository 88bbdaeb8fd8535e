/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.whoami;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.proxyheader.datagram.ProxyHeaderDatagramEncoder;
import io.github.proxyheader.examples.EventLoops;
import io.github.proxyheader.examples.forward.Forwarder;
import io.github.proxyheader.examples.forward.config.ForwarderConfig;
import io.github.proxyheader.examples.forward.config.ForwarderConfig.Transport;
import io.github.proxyheader.examples.forward.config.RuleConfig;
import io.github.proxyheader.examples.forward.config.RuleConfig.Balance;
import io.github.proxyheader.examples.forward.config.RuleConfig.Protocol;
import io.github.proxyheader.examples.forward.config.TargetConfig;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ClientConnectionHandler;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3RequestStreamInboundHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whoami server on its own, with good and hostile clients. */
@Timeout(120)
class WhoAmITest {
  private static final int LIMIT_MILLIS = 60_000;
  private static final InetSocketAddress CLIENT = new InetSocketAddress("203.0.113.7", 45_678);
  private static final InetSocketAddress TARGET = new InetSocketAddress("198.51.100.9", 443);
  private static final String GET =
      "GET / HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nConnection: close\r\n\r\n";

  @RegisterExtension static final EventLoops LOOPS = new EventLoops();

  private static WhoAmI.Certificate certificate;

  private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
  private @Nullable WhoAmI server;

  @BeforeAll
  static void makeCertificate() throws Exception {
    certificate = SelfSigned.create();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private WhoAmI start(String... trusted) throws Exception {
    InetSocketAddress any = new InetSocketAddress(NetUtil.LOCALHOST4, 0);
    server = WhoAmI.start(LOOPS.group(), any, 0, certificate, List.of(trusted), log::add);
    return server;
  }

  /** Sends bytes and returns all that comes until the server closes. */
  private static String send(WhoAmI server, byte[]... parts) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(server.address(), LIMIT_MILLIS);
      socket.setSoTimeout(LIMIT_MILLIS);
      for (byte[] part : parts) {
        socket.getOutputStream().write(part);
      }
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  private static byte[] bytes(ProxyHeader header) {
    ByteBuf out = Unpooled.buffer();
    ProxyHeaderWriter.write(header, out);
    return ByteBufUtil.getBytes(out);
  }

  private static ProxyHeader header(ProxyTransport transport, Tlvs tlvs) {
    return ProxyHeader.builder()
        .transport(transport)
        .source(CLIENT)
        .destination(TARGET)
        .tlvs(tlvs)
        .build();
  }

  private String nextLine() throws InterruptedException {
    String line = log.poll(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
    assertThat(line).isNotNull();
    return line;
  }

  @Test
  void aPageEscapesWhatPeersSent() throws Exception {
    Tlvs hostile = Tlvs.builder().uniqueId(bytes("<script>alert(1)</script>\"'&\u0000")).build();
    String answer =
        send(
            start("127.0.0.0/8"),
            bytes(header(ProxyTransport.TCP4, hostile)),
            bytes(GET.replace("Host: x", "Host: <img src=x onerror=alert(1)>")));

    assertThat(answer)
        .startsWith("HTTP/1.1 200 ")
        .contains("default-src 'none'; style-src 'sha256-")
        .contains("You are <span class=\"me\">203.0.113.7:45678<")
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;\\u{0}")
        .contains("&lt;img src=x onerror=alert(1)&gt;")
        .doesNotContain("<script", "<img");
  }

  @Test
  void theRoomOfTheHeaderIsUsedUp() throws Exception {
    Tlvs long4k = Tlvs.builder().add(0xEB, new byte[4_000]).build();
    String answer =
        send(start("127.0.0.0/8"), bytes(header(ProxyTransport.TCP4, long4k)), bytes(GET));

    assertThat(answer).startsWith("HTTP/1.1 200 ").contains("4000 bytes");
  }

  @Test
  void aHealthCheckIsToldSo() throws Exception {
    String answer =
        send(
            start("127.0.0.0/8"),
            bytes(ProxyHeader.local()),
            bytes(GET.replace("text/html", "*/*")));

    assertThat(answer).contains("\"kind\":\"health check\"");
  }

  @Test
  void headersThatMustNotBeAreRefused() throws Exception {
    WhoAmI trusting = start("127.0.0.0/8");
    assertThat(send(trusting, bytes(GET))).isEmpty();
    assertThat(nextLine()).endsWith(": MISSING");
    trusting.close();

    WhoAmI direct = start("192.0.2.1");
    assertThat(send(direct, bytes(header(ProxyTransport.TCP4, Tlvs.empty())), bytes(GET)))
        .isEmpty();
    assertThat(nextLine()).endsWith(": UNEXPECTED");
    assertThat(send(direct, bytes(GET))).contains("There is no PROXY header");
  }

  @Test
  void whatIsNoHttpIsAnsweredAndLogged() throws Exception {
    WhoAmI direct = start();
    assertThat(send(direct, bytes("\u0001\u0002 nonsense\r\n\r\n"))).startsWith("HTTP/1.1 400 ");
    assertThat(nextLine()).endsWith(": 400 Bad Request");

    String long20k = "GET / HTTP/1.1\r\nx: " + "y".repeat(20_000);
    assertThat(send(direct, bytes(long20k))).startsWith("HTTP/1.1 431 ");
    assertThat(nextLine()).contains(": 431 ");

    send(direct, new byte[] {22, 3, 1, 0, 4, 99, 0, 0, 0});
    assertThat(nextLine()).startsWith("failed 127.0.0.1:");
  }

  @Test
  void aBodyIsNotReadWithoutEnd() throws Exception {
    String head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n";
    assertThat(send(start(), bytes(head), new byte[65_537])).startsWith("HTTP/1.1 413 ");
  }

  @Test
  void aProtocolThatTheProxyToldIsHeld() throws Exception {
    Tlvs h2 = Tlvs.builder().alpn(bytes("h2")).build();
    send(start("127.0.0.0/8"), bytes(header(ProxyTransport.TCP4, h2)), bytes(GET));
    assertThat(nextLine()).startsWith("failed 127.0.0.1:");
  }

  @Test
  void aHalfHeaderIsRefused() throws Exception {
    WhoAmI trusting = start("127.0.0.0/8");
    try (Socket socket = new Socket()) {
      socket.connect(trusting.address(), LIMIT_MILLIS);
      socket.setSoTimeout(LIMIT_MILLIS);
      socket.getOutputStream().write(bytes("PROXY TCP4 203.0.113.7"));
      socket.shutdownOutput();
      assertThat(socket.getInputStream().readAllBytes()).isEmpty();
    }
    assertThat(nextLine()).endsWith(": TRUNCATED");
  }

  @Test
  void pathsOfUnixSocketsAreEscaped() throws Exception {
    ProxyHeader unix =
        ProxyHeader.builder()
            .transport(ProxyTransport.UNIX_STREAM)
            .source(new DomainSocketAddress("/run/<b>&\u202e"))
            .destination(new DomainSocketAddress("/run/server"))
            .build();
    assertThat(send(start("127.0.0.0/8"), bytes(unix), bytes(GET)))
        .startsWith("HTTP/1.1 200 ")
        .contains("/run/&lt;b&gt;&amp;")
        .doesNotContain("<b>", "\u202e");
  }

  @Test
  void streamsThatAreResetInARowEndTheConnection() throws Exception {
    ByteBuf out = Unpooled.buffer();
    out.writeCharSequence("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ISO_8859_1);
    out.writeMedium(0).writeByte(4).writeByte(0).writeInt(0); // SETTINGS
    for (int stream = 1; stream < 2_000; stream += 2) {
      // HEADERS with :method GET, :scheme http and :path / of the static table; no END_STREAM.
      out.writeMedium(3).writeByte(1).writeByte(4).writeInt(stream).writeMedium(0x828684);
      out.writeMedium(4).writeByte(3).writeByte(0).writeInt(stream).writeInt(8); // RST_STREAM
    }
    WhoAmI direct = start();
    try {
      send(direct, ByteBufUtil.getBytes(out));
    } catch (IOException e) {
      assertThat(e).as("the server has closed while this client wrote").isNotNull();
    }
    assertThat(nextLine()).startsWith("failed 127.0.0.1:").contains("Http2Exception");
  }

  @Test
  void datagramsThatAreNoQuicOrHaveNoHeaderChangeNothing() throws Exception {
    WhoAmI trusting = start("127.0.0.0/8");
    try (DatagramSocket socket = new DatagramSocket(0, NetUtil.LOCALHOST4)) {
      byte[] garbage = new byte[1_200];
      Arrays.fill(garbage, (byte) 0xC3);
      socket.send(new DatagramPacket(garbage, garbage.length, trusting.http3Address()));
      assertThat(nextLine()).startsWith("dropped a datagram of 127.0.0.1:").endsWith(": MISSING");
      ByteBuf out = Unpooled.buffer();
      ProxyHeaderWriter.write(header(ProxyTransport.UDP4, Tlvs.empty()), out);
      byte[] wrapped = ByteBufUtil.getBytes(out.writeBytes(garbage));
      for (int i = 0; i < 50; i++) {
        socket.send(new DatagramPacket(wrapped, wrapped.length, trusting.http3Address()));
      }
    }
    assertHttp3Works(trusting);
  }

  @Test
  void theLogIsBounded() {
    AtomicLong clock = new AtomicLong();
    ConnectionLog bounded = new ConnectionLog(log::add, clock::get);
    EmbeddedChannel channel = new EmbeddedChannel();
    for (int i = 0; i < 3 * ConnectionLog.MAX_LINES; i++) {
      bounded.failed(channel, "a test");
    }
    assertThat(log).hasSize(ConnectionLog.MAX_LINES);
    log.clear();
    clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
    bounded.failed(channel, "a test");
    assertThat(log)
        .containsExactly("200 lines were left out", "failed a peer without an IP address: a test");
    channel.finishAndReleaseAll();
  }

  @Test
  void http3NeedsACertificate() {
    assertThatThrownBy(
            () ->
                WhoAmI.start(
                    LOOPS.group(),
                    new InetSocketAddress(NetUtil.LOCALHOST4, 0),
                    0,
                    null,
                    List.of(),
                    log::add))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void http3KnowsTheClientBehindTheHeader() throws Exception {
    assertHttp3Works(start("127.0.0.0/8"));
  }

  @Test
  void http3KnowsTheClientBehindTheForwarder() throws Exception {
    WhoAmI quic = start("127.0.0.0/8");
    RuleConfig rule =
        new RuleConfig(
            "http3",
            new InetSocketAddress(NetUtil.LOCALHOST4, 0),
            Protocol.UDP,
            List.of(),
            Duration.ofSeconds(30),
            Balance.ROUND_ROBIN,
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            100,
            false,
            null,
            null,
            List.of(new TargetConfig(quic.http3Address(), ProxyVersion.V2, Set.of(), null)));
    ForwarderConfig config =
        new ForwarderConfig(1, Transport.NIO, Duration.ZERO, null, null, List.of(rule));
    Channel socket = http3Socket(null);
    try (Forwarder forwarder = Forwarder.start(config, List.of())) {
      InetSocketAddress entrance =
          (InetSocketAddress) forwarder.status().rules().get(0).listening();
      JsonNode report = askHttp3(socket, entrance);

      assertThat(report.at("/kind").asText()).isEqualTo("proxied");
      assertThat(report.at("/client").asText())
          .isEqualTo(NetUtil.toSocketAddressString((InetSocketAddress) socket.localAddress()));
      assertThat(report.at("/proxy/entrance").asText())
          .isEqualTo(NetUtil.toSocketAddressString(entrance));
      assertThat(report.at("/proxy/transport").asText()).isEqualTo("UDP4");
      assertThat(report.at("/request/protocol").asText()).isEqualTo("HTTP/3");
    } finally {
      socket.close().sync();
    }
  }

  private static void assertHttp3Works(WhoAmI quic) throws Exception {
    Channel socket =
        http3Socket(
            header(ProxyTransport.UDP4, Tlvs.builder().authority("client.example").build()));
    try {
      JsonNode report = askHttp3(socket, quic.http3Address());

      assertThat(report.at("/kind").asText()).isEqualTo("proxied");
      assertThat(report.at("/client").asText()).isEqualTo("203.0.113.7:45678");
      assertThat(report.at("/proxy/address").asText())
          .isEqualTo(NetUtil.toSocketAddressString((InetSocketAddress) socket.localAddress()));
      assertThat(report.at("/proxy/transport").asText()).isEqualTo("UDP4");
      assertThat(report.at("/request/protocol").asText()).isEqualTo("HTTP/3");
      assertThat(report.at("/vectors/0/value").asText()).isEqualTo("client.example");
      assertThat(report.at("/tls").findValuesAsText("value")).contains("h3");
    } finally {
      socket.close().sync();
    }
  }

  /** Opens a client's socket, which is its own proxy if it writes a header. */
  private static Channel http3Socket(@Nullable ProxyHeader header) throws Exception {
    QuicSslContext tls =
        QuicSslContextBuilder.forClient()
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .applicationProtocols("h3")
            .build();
    return new Bootstrap()
        .group(LOOPS.group())
        .channel(NioDatagramChannel.class)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new ProxyHeaderDatagramEncoder(packet -> header),
                        Http3.newQuicClientCodecBuilder()
                            .sslContext(tls)
                            .maxIdleTimeout(LIMIT_MILLIS, TimeUnit.MILLISECONDS)
                            .initialMaxData(1_000_000)
                            .initialMaxStreamDataBidirectionalLocal(1_000_000)
                            .build());
              }
            })
        .bind(NetUtil.LOCALHOST4, 0)
        .sync()
        .channel();
  }

  private static JsonNode askHttp3(Channel socket, InetSocketAddress server) throws Exception {
    QuicChannel connection =
        QuicChannel.newBootstrap(socket)
            .handler(new Http3ClientConnectionHandler())
            .remoteAddress(server)
            .connect()
            .get(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
    CompletableFuture<String> answer = new CompletableFuture<>();
    QuicStreamChannel stream =
        Http3.newRequestStream(connection, new Answer(answer)).sync().getNow();
    DefaultHttp3HeadersFrame request = new DefaultHttp3HeadersFrame();
    request.headers().method("GET").path("/whoami.json").authority("localhost").scheme("https");
    stream.writeAndFlush(request).addListener(QuicStreamChannel.SHUTDOWN_OUTPUT).sync();
    return new ObjectMapper().readTree(answer.get(LIMIT_MILLIS, TimeUnit.MILLISECONDS));
  }

  private static final class Answer extends Http3RequestStreamInboundHandler {
    private final CompletableFuture<String> answer;
    private final StringBuilder text = new StringBuilder();

    Answer(CompletableFuture<String> answer) {
      this.answer = answer;
    }

    @Override
    protected void channelRead(ChannelHandlerContext ctx, Http3HeadersFrame frame) {}

    @Override
    protected void channelRead(ChannelHandlerContext ctx, Http3DataFrame frame) {
      text.append(frame.content().toString(UTF_8));
      frame.release();
    }

    @Override
    protected void channelInputClosed(ChannelHandlerContext ctx) {
      answer.complete(text.toString());
      ctx.close();
    }
  }
}
