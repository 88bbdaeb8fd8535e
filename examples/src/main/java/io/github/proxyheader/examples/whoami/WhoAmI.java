/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.whoami;

import io.github.proxyheader.datagram.DatagramReceiverOptions;
import io.github.proxyheader.datagram.ProxiedDatagramFlows;
import io.github.proxyheader.datagram.ProxyHeaderDatagramDecoder;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.handler.TrustedProxies;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3FrameToHttpObjectCodec;
import io.netty.handler.codec.http3.Http3ServerConnectionHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Serves TLS and plain HTTP/1.1 and HTTP/2 on one port over TCP, and HTTP/3 on a port over UDP if
 * that is asked for. Trusted proxies must send a header; nobody else may.
 */
public final class WhoAmI implements AutoCloseable {
  private static final int IDLE_SECONDS = 30;
  private static final long MAX_CLIENT_DATA = 1 << 20;

  private final Channel tcp;
  private final @Nullable Channel udp;

  private WhoAmI(Channel tcp, @Nullable Channel udp) {
    this.tcp = tcp;
    this.udp = udp;
  }

  /**
   * A certificate with its key.
   *
   * @param chain a PEM file
   * @param key a PEM file with a PKCS#8 key without a password
   */
  public record Certificate(Path chain, Path key) {}

  /**
   * Starts the server.
   *
   * @param group NIO event loops, which stay the caller's
   * @param address where to listen over TCP, port 0 for a free one
   * @param http3Port the UDP port of HTTP/3 at the same address, 0 for a free one, -1 for none
   * @param certificate {@code null} for a server without TLS, which cannot serve HTTP/3
   * @param trusted the networks of the proxies, as {@link TrustedProxies#of} takes them
   * @param log is told of connections that are refused and of those that fail, on event loops
   * @throws SSLException if the certificate or key cannot be used
   */
  public static WhoAmI start(
      EventLoopGroup group,
      InetSocketAddress address,
      int http3Port,
      @Nullable Certificate certificate,
      List<String> trusted,
      Consumer<String> log)
      throws SSLException {
    if (http3Port >= 0 && certificate == null) {
      throw new IllegalArgumentException("HTTP/3 needs a certificate");
    }
    ConnectionLog connections = new ConnectionLog(log, System::nanoTime);
    Channel tcp =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(tcp(certificate == null ? null : tls(certificate), trusted, connections))
            .bind(address)
            .syncUninterruptibly()
            .channel();
    if (http3Port < 0 || certificate == null) {
      return new WhoAmI(tcp, null);
    }
    try {
      Channel udp =
          new Bootstrap()
              .group(group)
              .channel(NioDatagramChannel.class)
              .handler(udp(quic(certificate), trusted, connections))
              .bind(address.getAddress(), http3Port)
              .syncUninterruptibly()
              .channel();
      return new WhoAmI(tcp, udp);
    } catch (RuntimeException | Error e) {
      tcp.close();
      throw e;
    }
  }

  private static ChannelInitializer<Channel> tcp(
      @Nullable SslContext tls, List<String> trusted, ConnectionLog log) {
    ReceiverOptions.Builder builder = ReceiverOptions.builder();
    if (trusted.isEmpty()) {
      builder.policy(ProxyHeaderPolicy.REJECT);
    } else {
      builder.policy(policy(trusted));
    }
    ReceiverOptions options =
        builder
            .listener(log)
            .replaceWith(
                client ->
                    new ChannelInitializer<Channel>() {
                      @Override
                      protected void initChannel(Channel channel) {
                        channel
                            .pipeline()
                            .addLast(
                                new ReadTimeoutHandler(IDLE_SECONDS),
                                new ProtocolChooser(tls, log));
                      }
                    })
            .build();
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(new ProxyHeaderDecoder(options));
      }
    };
  }

  private static TrustedProxies policy(List<String> trusted) {
    return TrustedProxies.of(trusted)
        .withPolicies(ProxyHeaderPolicy.REQUIRE, ProxyHeaderPolicy.REJECT);
  }

  private static ChannelInitializer<Channel> udp(
      QuicSslContext tls, List<String> trusted, ConnectionLog log) {
    DatagramReceiverOptions.Builder builder = DatagramReceiverOptions.builder();
    if (trusted.isEmpty()) {
      builder.policy(ProxyHeaderPolicy.REJECT);
    } else {
      builder.policy(policy(trusted));
    }
    DatagramReceiverOptions options = builder.listener(log).build();
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channel
            .pipeline()
            .addLast(
                new ProxyHeaderDatagramDecoder(options),
                new ProxiedDatagramFlows(),
                Http3.newQuicServerCodecBuilder()
                    .sslContext(tls)
                    .maxIdleTimeout(IDLE_SECONDS, TimeUnit.SECONDS)
                    .initialMaxData(MAX_CLIENT_DATA)
                    .initialMaxStreamDataBidirectionalRemote(MAX_CLIENT_DATA / 4)
                    .initialMaxStreamDataUnidirectional(MAX_CLIENT_DATA / 4)
                    .initialMaxStreamsBidirectional(100)
                    .initialMaxStreamsUnidirectional(3)
                    .handler(connection(log))
                    .build());
      }
    };
  }

  private static ChannelInitializer<QuicChannel> connection(ConnectionLog log) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(QuicChannel connection) {
        ProxiedAddress.of(connection); // keeps the vectors for the connection's streams
        connection
            .pipeline()
            .addLast(
                new Http3ServerConnectionHandler(
                    new ChannelInitializer<QuicStreamChannel>() {
                      @Override
                      protected void initChannel(QuicStreamChannel stream) {
                        stream
                            .pipeline()
                            .addLast(
                                new Http3FrameToHttpObjectCodec(true),
                                new AnswerHandler("HTTP/3", log));
                      }
                    }),
                new FailureHandler(log));
      }
    };
  }

  private static SslContext tls(Certificate certificate) throws SSLException {
    return SslContextBuilder.forServer(certificate.chain().toFile(), certificate.key().toFile())
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                ApplicationProtocolNames.HTTP_2,
                ApplicationProtocolNames.HTTP_1_1))
        .build();
  }

  private static QuicSslContext quic(Certificate certificate) {
    return QuicSslContextBuilder.forServer(
            certificate.key().toFile(), null, certificate.chain().toFile())
        .applicationProtocols("h3")
        .build();
  }

  /** Returns where the server listens over TCP. */
  public InetSocketAddress address() {
    return (InetSocketAddress) tcp.localAddress();
  }

  /** Returns where the server listens for HTTP/3, {@code null} if it does not. */
  public @Nullable InetSocketAddress http3Address() {
    return udp == null ? null : (InetSocketAddress) udp.localAddress();
  }

  /** Waits until the server was closed. */
  public void awaitClose() throws InterruptedException {
    tcp.closeFuture().sync();
  }

  /** Stops listening; connections over TCP that stand go on until they end. */
  @Override
  public void close() {
    tcp.close().syncUninterruptibly();
    if (udp != null) {
      udp.close().syncUninterruptibly();
    }
  }
}
