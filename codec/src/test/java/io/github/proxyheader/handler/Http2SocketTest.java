/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.testing.Bytes.hex;
import static io.github.proxyheader.testing.Bytes.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.testing.Connection;
import io.github.proxyheader.testing.SocketServer;
import io.github.proxyheader.testing.Transport;
import io.github.proxyheader.testing.Wire;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** HTTP/2 behind the header. */
@Timeout(120)
class Http2SocketTest {
  private static final byte[] PREFACE = text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  private static final byte[] SETTINGS = hex("000000 04 00 00000000");

  /** GET / with http as scheme, and the end of stream 1. */
  private static final byte[] HEADERS = hex("000003 01 05 00000001 828684");

  @RegisterExtension final SocketServer server = new SocketServer();
  private final BlockingQueue<ProxiedAddress> addresses = new LinkedBlockingQueue<>();

  @ParameterizedTest
  @MethodSource(Transport.WITH_PROXIED_NIO)
  @DisplayName(
      "The preface in the header's segment is seen; a stream knows its connection's client")
  void streamKnowsTheClient(Transport transport) throws Exception {
    server.start(transport);
    Connection connection = new Connection(server).handlers();
    connection.options(Connection.patientOptions().replaceWith(address -> http2())).connect();

    connection.send(Wire.v2(), PREFACE, SETTINGS, HEADERS);

    ProxiedAddress address = addresses.poll(30, TimeUnit.SECONDS);
    assertThat(address).isNotNull();
    assertThat(address).isSameAs(ProxiedAddress.of(connection.channel()));
    assertThat(address.source()).isEqualTo(Wire.SOURCE);
    assertThat(address.peer()).isEqualTo(connection.peer().getLocalSocketAddress());
  }

  private ChannelInitializer<Channel> http2() {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channel
            .pipeline()
            .addLast(
                Http2FrameCodecBuilder.forServer().build(),
                new Http2MultiplexHandler(
                    new ChannelInitializer<Http2StreamChannel>() {
                      @Override
                      protected void initChannel(Http2StreamChannel stream) {
                        stream.pipeline().addLast(new StreamHandler());
                      }
                    }));
      }
    };
  }

  private final class StreamHandler extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      if (msg instanceof Http2HeadersFrame) {
        addresses.add(ProxiedAddress.of(ctx.channel()));
      }
      ReferenceCountUtil.release(msg);
    }
  }
}
