/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.datagram.DatagramFlowOptions;
import io.github.proxyheader.datagram.DatagramReceiverOptions;
import io.github.proxyheader.datagram.ProxiedDatagramFlows;
import io.github.proxyheader.datagram.ProxyHeaderDatagramDecoder;
import io.github.proxyheader.datagram.ProxyHeaderDatagramEncoder;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.InsecureQuicTokenHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A QUIC server behind a proxy. The client's own channel writes the header in front of its
 * datagrams, so that it is client and proxy at once.
 */
@Timeout(120)
class QuicServerTest {
  private static final InetSocketAddress CLIENT = new InetSocketAddress("203.0.113.7", 45_678);
  private static final InetSocketAddress TARGET = new InetSocketAddress("198.51.100.9", 443);
  private static final ProxyHeader HEADER =
      ProxyHeader.builder()
          .transport(ProxyTransport.UDP4)
          .source(CLIENT)
          .destination(TARGET)
          .tlvs(Tlvs.builder().authority("client.example").build())
          .build();

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  /** What the server knows when a stream's first bytes come: of the stream, its connection. */
  private final BlockingQueue<ProxiedAddress> known = new LinkedBlockingQueue<>();

  private final BlockingQueue<Channel> streams = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private static QuicSslContext serverTls() throws Exception {
    X509Bundle certificate =
        new CertificateBuilder()
            .subject("cn=localhost")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    return QuicSslContextBuilder.forServer(certificate.toKeyManagerFactory(), null)
        .applicationProtocols("test")
        .build();
  }

  private final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      known.add(ProxiedAddress.of(ctx.channel()));
      known.add(ProxiedAddress.of(ctx.channel().parent()));
      streams.add(ctx.channel());
      ctx.writeAndFlush(msg);
    }
  }

  private Channel bind(ChannelHandler handler) throws Exception {
    return new Bootstrap()
        .group(group)
        .channel(NioDatagramChannel.class)
        .handler(handler)
        .bind(NetUtil.LOCALHOST4, 0)
        .sync()
        .channel();
  }

  /** Sends some bytes over a stream, and waits for the same bytes. Returns the client's socket. */
  private Channel exchange(Channel server, int headers) throws Exception {
    QuicSslContext tls =
        QuicSslContextBuilder.forClient()
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .applicationProtocols("test")
            .build();
    AtomicInteger left = new AtomicInteger(headers);
    Channel socket =
        bind(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new ProxyHeaderDatagramEncoder(
                            packet -> left.getAndDecrement() > 0 ? HEADER : null),
                        new QuicClientCodecBuilder()
                            .sslContext(tls)
                            .initialMaxData(1_000_000)
                            .initialMaxStreamDataBidirectionalLocal(100_000)
                            .build());
              }
            });
    QuicChannel connection =
        QuicChannel.newBootstrap(socket)
            .streamHandler(new ChannelInboundHandlerAdapter())
            .remoteAddress(server.localAddress())
            .connect()
            .get(60, TimeUnit.SECONDS);
    BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    QuicStreamChannel stream =
        connection
            .createStream(
                QuicStreamType.BIDIRECTIONAL,
                new ChannelInboundHandlerAdapter() {
                  @Override
                  public void channelRead(ChannelHandlerContext ctx, Object msg) {
                    ByteBuf bytes = (ByteBuf) msg;
                    answers.add(bytes.toString(java.nio.charset.StandardCharsets.US_ASCII));
                    bytes.release();
                  }
                })
            .get(60, TimeUnit.SECONDS);
    stream.writeAndFlush(
        Unpooled.copiedBuffer("hello", java.nio.charset.StandardCharsets.US_ASCII));
    assertThat(answers.poll(60, TimeUnit.SECONDS)).isEqualTo("hello");
    return socket;
  }

  private static DatagramReceiverOptions optional() {
    return DatagramReceiverOptions.builder().policy(ProxyHeaderPolicy.USE).build();
  }

  private ChannelHandler server(DatagramFlowOptions flows) throws Exception {
    QuicSslContext tls = serverTls();
    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel channel) {
        channel
            .pipeline()
            .addLast(
                new ProxyHeaderDatagramDecoder(optional()),
                new ProxiedDatagramFlows(flows),
                new QuicServerCodecBuilder()
                    .sslContext(tls)
                    .initialMaxData(1_000_000)
                    .initialMaxStreamDataBidirectionalRemote(100_000)
                    .initialMaxStreamsBidirectional(100)
                    .tokenHandler(InsecureQuicTokenHandler.INSTANCE)
                    .streamHandler(new Echo())
                    .build());
      }
    };
  }

  private void assertClient(Channel socket, boolean withVectors) throws Exception {
    for (int i = 0; i < 2; i++) { // the stream, then the connection
      ProxiedAddress client = known.poll(60, TimeUnit.SECONDS);
      assertThat(client.source()).isEqualTo(CLIENT);
      assertThat(client.destination()).isEqualTo(TARGET);
      assertThat(client.peer()).isEqualTo(socket.localAddress());
      assertThat(client.policy()).isEqualTo(ProxyHeaderPolicy.USE);
      if (withVectors) {
        assertThat(client.tlvs().authority()).contains("client.example");
      }
      assertThat(ProxiedAddress.of(streams.element())).as("on this thread too").isEqualTo(client);
    }
  }

  @Test
  void streamsOfAServerHaveTheClientOfTheirConnectionWithItsVectors() throws Exception {
    Channel server = bind(UdpRecipes.quic(optional(), serverTls(), new Echo()));
    assertClient(exchange(server, Integer.MAX_VALUE), true);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void flowTellsTheClientOfAConnectionThatWasFirstAskedForInAStream(boolean headerOnce)
      throws Exception {
    Channel server = bind(server(DatagramFlowOptions.builder().headerOnce(headerOnce).build()));
    assertClient(exchange(server, headerOnce ? 1 : Integer.MAX_VALUE), headerOnce);
  }

  @Test
  void directClientHasTheAddressOfItsDatagrams() throws Exception {
    Channel server = bind(server(DatagramFlowOptions.builder().build()));
    Channel socket = exchange(server, 0);
    for (int i = 0; i < 2; i++) {
      ProxiedAddress client = known.poll(60, TimeUnit.SECONDS);
      assertThat(client.source()).isEqualTo(socket.localAddress());
      assertThat(client.isProxied()).isFalse();
    }
  }
}
