/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.whoami;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Answers the requests of a connection of HTTP/1.1, or the one request of a stream. It reads from
 * the connection only while the client takes the answers.
 */
final class AnswerHandler extends SimpleChannelInboundHandler<HttpObject> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_BODY = 65_536;

  private final String protocol;
  private final ConnectionLog log;
  private @Nullable HttpRequest request;
  private long body;

  AnswerHandler(String protocol, ConnectionLog log) {
    this.protocol = protocol;
    this.log = log;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) throws Exception {
    if (!message.decoderResult().isSuccess()) {
      boolean tooLong = message.decoderResult().cause() instanceof TooLongFrameException;
      refuse(
          ctx,
          tooLong
              ? HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
              : HttpResponseStatus.BAD_REQUEST);
      return;
    }
    if (message instanceof HttpRequest head) {
      request = head;
      body = 0;
    }
    if (message instanceof HttpContent content && request != null) {
      body += content.content().readableBytes();
      if (body > MAX_BODY) {
        refuse(ctx, HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE);
      } else if (message instanceof LastHttpContent) {
        ctx.writeAndFlush(answer(ctx, request));
        request = null;
      }
    }
  }

  /** Answers, closes the connection or stream, and does not look at what still comes. */
  private void refuse(ChannelHandlerContext ctx, HttpResponseStatus status) {
    request = null;
    log.failed(ctx.channel(), status.toString());
    FullHttpResponse response = response(status, "text/plain", status + "\n");
    response.headers().set(HttpHeaderNames.CONNECTION, "close");
    ctx.channel().config().setAutoRead(false);
    ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  private FullHttpResponse answer(ChannelHandlerContext ctx, HttpRequest asked)
      throws JsonProcessingException {
    boolean head = asked.method().equals(HttpMethod.HEAD);
    if (!head && !asked.method().equals(HttpMethod.GET)) {
      FullHttpResponse response =
          response(HttpResponseStatus.METHOD_NOT_ALLOWED, "text/plain", "GET or HEAD\n");
      response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
      return response;
    }
    int query = asked.uri().indexOf('?');
    String path = query < 0 ? asked.uri() : asked.uri().substring(0, query);
    FullHttpResponse response;
    if (path.equals("/whoami.json") || path.equals("/") && !wantsPage(asked)) {
      Report report = Report.of(ctx.channel(), protocol, asked);
      response =
          response(HttpResponseStatus.OK, "application/json", JSON.writeValueAsString(report));
    } else if (path.equals("/")) {
      Report report = Report.of(ctx.channel(), protocol, asked);
      response = response(HttpResponseStatus.OK, "text/html", ReportPage.of(report));
      response.headers().set("content-security-policy", ReportPage.POLICY);
    } else {
      response = response(HttpResponseStatus.NOT_FOUND, "text/plain", "There is no such page.\n");
    }
    if (head) {
      FullHttpResponse bodiless = response.replace(Unpooled.EMPTY_BUFFER);
      response.release();
      return bodiless;
    }
    return response;
  }

  private static boolean wantsPage(HttpRequest asked) {
    String accept = asked.headers().get(HttpHeaderNames.ACCEPT, "");
    return accept.contains("text/html");
  }

  private static FullHttpResponse response(HttpResponseStatus status, String type, String text) {
    ByteBuf content = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, content);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, type + "; charset=utf-8")
        .setInt(HttpHeaderNames.CONTENT_LENGTH, content.readableBytes())
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .set(HttpHeaderNames.VARY, "accept")
        .set("x-content-type-options", "nosniff")
        .set("referrer-policy", "no-referrer");
    return response;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    ctx.channel().config().setAutoRead(ctx.channel().isWritable());
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.failed(ctx.channel(), cause);
    ctx.close();
  }
}
