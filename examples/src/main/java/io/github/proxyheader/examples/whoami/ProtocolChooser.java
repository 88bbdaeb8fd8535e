/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.whoami;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.proxyheader.handler.ProxiedAddress;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the protocol by the client's first bytes, behind the header: TLS, HTTP/2 with prior
 * knowledge or HTTP/1.1. If the header's ALPN vector says that the proxy agreed on HTTP/2 with the
 * client, nothing but HTTP/2 is accepted.
 */
final class ProtocolChooser extends ByteToMessageDecoder {
  private static final byte TLS_HANDSHAKE = 22;
  private static final byte[] H2 = ApplicationProtocolNames.HTTP_2.getBytes(US_ASCII);
  private static final byte[] PREFACE_START = "PRI ".getBytes(US_ASCII);

  private final @Nullable SslContext tls;
  private final ConnectionLog log;

  ProtocolChooser(@Nullable SslContext tls, ConnectionLog log) {
    this.tls = tls;
    this.log = log;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    ChannelPipeline pipeline = ctx.pipeline();
    byte first = in.getByte(in.readerIndex());
    if (first == TLS_HANDSHAKE && tls != null) {
      pipeline.addLast(tls.newHandler(ctx.alloc()), new Negotiated());
    } else if (Arrays.equals(H2, ProxiedAddress.of(ctx.channel()).tlvs().alpn().orElse(null))) {
      addHttp2(pipeline);
    } else {
      int length = Math.min(in.readableBytes(), PREFACE_START.length);
      for (int i = 0; i < length; i++) {
        if (in.getByte(in.readerIndex() + i) != PREFACE_START[i]) {
          addHttp1(pipeline);
          pipeline.remove(this);
          return;
        }
      }
      if (length < PREFACE_START.length) {
        return;
      }
      addHttp2(pipeline);
    }
    pipeline.remove(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.failed(ctx.channel(), cause);
    ctx.close();
  }

  private void addHttp1(ChannelPipeline pipeline) {
    HttpDecoderConfig limits =
        new HttpDecoderConfig().setMaxInitialLineLength(4_096).setMaxHeaderSize(16_384);
    pipeline.addLast(
        new HttpServerCodec(limits),
        new HttpServerKeepAliveHandler(),
        new AnswerHandler("HTTP/1.1", log));
  }

  private void addHttp2(ChannelPipeline pipeline) {
    pipeline.addLast(
        Http2FrameCodecBuilder.forServer()
            .initialSettings(
                Http2Settings.defaultSettings().maxConcurrentStreams(100).maxHeaderListSize(16_384))
            .decoderEnforceMaxRstFramesPerWindow(200, 30)
            .encoderEnforceMaxQueuedControlFrames(1_000)
            .build(),
        new Http2MultiplexHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel stream) {
                stream
                    .pipeline()
                    .addLast(
                        new Http2StreamFrameToHttpObjectCodec(true),
                        new AnswerHandler("HTTP/2", log));
              }
            }),
        new FailureHandler(log));
  }

  private final class Negotiated extends ApplicationProtocolNegotiationHandler {
    Negotiated() {
      super(ApplicationProtocolNames.HTTP_1_1);
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
      if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
        addHttp2(ctx.pipeline());
      } else {
        addHttp1(ctx.pipeline());
      }
    }

    /** A failed handshake comes here, too. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      log.failed(ctx.channel(), cause);
      ctx.close();
    }
  }
}
