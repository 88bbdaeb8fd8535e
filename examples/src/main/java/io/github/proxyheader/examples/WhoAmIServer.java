/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.protocol.ProxyHeader;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * An HTTP server behind proxies that answers each request with the client's real address, beside
 * what its socket saw and the header that told.
 */
public final class WhoAmIServer implements AutoCloseable {
  private final Channel server;

  private WhoAmIServer(Channel server) {
    this.server = server;
  }

  /**
   * Starts a server.
   *
   * @param group the NIO event loops, which stay the caller's
   * @param address where to listen, port 0 for a free one
   * @param options who may send a header, and more
   */
  public static WhoAmIServer start(
      EventLoopGroup group, InetSocketAddress address, ReceiverOptions options) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new ProxyHeaderDecoder(options),
                            new HttpServerCodec(),
                            new HttpServerKeepAliveHandler(),
                            new Answerer());
                  }
                });
    return new WhoAmIServer(bootstrap.bind(address).syncUninterruptibly().channel());
  }

  /** Returns where the server listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.localAddress();
  }

  /** Stops listening; connections that stand go on until their peer closes them. */
  @Override
  public void close() {
    server.close().syncUninterruptibly();
  }

  private static final class Answerer extends SimpleChannelInboundHandler<HttpObject> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
      if (!message.decoderResult().isSuccess()) {
        ctx.writeAndFlush(response(ctx, HttpResponseStatus.BAD_REQUEST, "not HTTP\n"));
        ctx.close();
      } else if (message instanceof LastHttpContent) {
        String text = describe(ProxiedAddress.of(ctx.channel()));
        ctx.writeAndFlush(response(ctx, HttpResponseStatus.OK, text));
      }
    }

    /** A refused header, whose decoder closes the channel by itself, or a connection that broke. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  private static FullHttpResponse response(
      ChannelHandlerContext ctx, HttpResponseStatus status, String text) {
    ByteBuf content = ByteBufUtil.writeUtf8(ctx.alloc(), text);
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, content);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
        .setInt(HttpHeaderNames.CONTENT_LENGTH, content.readableBytes());
    return response;
  }

  private static String describe(ProxiedAddress address) {
    ProxyHeader header = address.header();
    return "client: "
        + text(address.source())
        + "\npeer: "
        + text(address.peer())
        + "\nheader: "
        + (header == null ? "none" : describe(header))
        + '\n';
  }

  private static String describe(ProxyHeader header) {
    StringBuilder text = new StringBuilder();
    text.append(header.version()).append(' ').append(header.command());
    text.append(' ').append(header.transport());
    SocketAddress source = header.source();
    SocketAddress destination = header.destination();
    if (source != null && destination != null) {
      text.append(' ').append(text(source)).append(" -> ").append(text(destination));
    }
    header.tlvs().authority().ifPresent(name -> text.append(" authority=").append(name));
    header
        .tlvs()
        .uniqueId()
        .map(id -> new String(id, StandardCharsets.UTF_8))
        .ifPresent(id -> text.append(" unique-id=").append(id));
    if (header.hasChecksum()) {
      text.append(" crc32c");
    }
    return text.toString();
  }

  private static String text(SocketAddress address) {
    return address instanceof InetSocketAddress inet
        ? NetUtil.toSocketAddressString(inet)
        : address.toString();
  }
}
