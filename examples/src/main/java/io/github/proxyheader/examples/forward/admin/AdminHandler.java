/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.admin;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Answers requests one by one, each of which has to come within 30 seconds. */
final class AdminHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  static final int REQUEST_TIMEOUT_SECONDS = 30;

  private static final System.Logger LOGGER = System.getLogger(AdminHandler.class.getName());
  private static final Pattern HOST =
      Pattern.compile("(?:\\[(?<v6>[0-9A-Fa-f:.]+)]|(?<name>[0-9A-Za-z.-]+))(?::[0-9]{0,5})?");

  private final AdminPages pages;
  private @Nullable Future<?> deadline;

  AdminHandler(AdminPages pages) {
    this.pages = pages;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    awaitRequest(ctx);
  }

  private void awaitRequest(ChannelHandlerContext ctx) {
    deadline =
        ctx.executor().schedule(() -> ctx.close(), REQUEST_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    ctx.read();
  }

  private void endDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  /** A series of reads has ended, and a request to read ends with it. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (deadline != null) {
      ctx.read();
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    endDeadline();
    ChannelFuture written = ctx.writeAndFlush(answer(request));
    if (request.decoderResult().isSuccess()) {
      written.addListener(
          (ChannelFuture future) -> {
            if (future.channel().isActive()) {
              awaitRequest(ctx);
            }
          });
    } else {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  private FullHttpResponse answer(FullHttpRequest request) {
    Throwable malformed = request.decoderResult().cause();
    if (malformed != null) {
      FullHttpResponse response = response(Page.text(malformed(malformed)));
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      return response;
    }
    HttpMethod method = request.method();
    if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
      FullHttpResponse response = response(Page.text(HttpResponseStatus.METHOD_NOT_ALLOWED));
      response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
      return response;
    }
    return response(page(request));
  }

  private static HttpResponseStatus malformed(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return HttpResponseStatus.REQUEST_URI_TOO_LONG;
    }
    return cause instanceof TooLongHttpHeaderException
        ? HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        : HttpResponseStatus.BAD_REQUEST;
  }

  private Page page(HttpRequest request) {
    List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
    // Checks of load balancers send none with HTTP/1.0; no browser speaks it.
    boolean optional = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    if (hosts.size() > 1 || hosts.isEmpty() && !optional) {
      return Page.text(HttpResponseStatus.BAD_REQUEST);
    }
    if (!hosts.stream().allMatch(AdminHandler::isLoopback)) {
      return Page.text(HttpResponseStatus.MISDIRECTED_REQUEST);
    }
    try {
      return pages.at(new QueryStringDecoder(request.uri()).rawPath());
    } catch (RuntimeException e) {
      LOGGER.log(System.Logger.Level.WARNING, "A page failed", e);
      return Page.text(HttpResponseStatus.INTERNAL_SERVER_ERROR);
    }
  }

  /** A browser that was led here by a name of another site's asks for that name. */
  static boolean isLoopback(String host) {
    Matcher matcher = HOST.matcher(host);
    if (!matcher.matches()) {
      return false;
    }
    String name = matcher.group("name");
    if (name != null && name.equalsIgnoreCase("localhost")) {
      return true;
    }
    byte[] address =
        name == null
            ? NetUtil.createByteArrayFromIpAddressString(matcher.group("v6"))
            : NetUtil.createByteArrayFromIpAddressString(name);
    try {
      return address != null && InetAddress.getByAddress(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static FullHttpResponse response(Page page) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, page.status(), Unpooled.wrappedBuffer(page.content()));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, page.type())
        .set(HttpHeaderNames.CONTENT_LENGTH, page.content().length)
        .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
        .set("X-Content-Type-Options", "nosniff")
        .set(
            HttpHeaderNames.CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                + " img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
        .set("Cross-Origin-Resource-Policy", "same-origin")
        .set("Referrer-Policy", "no-referrer");
    return response;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    endDeadline();
  }

  /** A connection that broke, or a client that does not read. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOGGER.log(System.Logger.Level.DEBUG, "A connection is closed", cause);
    ctx.close();
  }
}
