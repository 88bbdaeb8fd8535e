/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.examples.forward.ConnectionEnd.Reason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Leads a client from the end of its header, if it sends one, over its TLS handshake, if there is
 * one, to a target; then the tunnel takes over.
 *
 * <p>Nothing of what the client sends goes to a target before the connection to it stands, so the
 * next one can be tried if that fails. One read of it is held until then.
 */
final class ClientHandler extends ChannelInboundHandlerAdapter {
  private final Plan plan;
  private final Connector connector;
  private final Connection connection;
  private final ConnectionListener listener;
  private final Set<Target> tried = new HashSet<>();
  private boolean handshaking;
  private @Nullable String alpn;
  private @Nullable Future<Channel> attempt;

  ClientHandler(
      Plan plan, Connector connector, Connection connection, ConnectionListener listener) {
    this.plan = plan;
    this.connector = connector;
    this.connection = connection;
    this.listener = listener;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (plan.tls() == null) {
      prepared(ctx);
      return;
    }
    handshaking = true;
    connection.closeMeans(Reason.TLS_FAILED);
    ctx.pipeline().addBefore(ctx.name(), null, plan.tls().apply(ctx.alloc()));
    ctx.channel().config().setAutoRead(true);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (handshaking && event instanceof SslHandshakeCompletionEvent handshake) {
      handshaking = false;
      ctx.channel().config().setAutoRead(false);
      if (handshake.isSuccess()) {
        alpn = ctx.pipeline().get(SslHandler.class).applicationProtocol();
        prepared(ctx);
      }
    } else if (handshaking && event instanceof ChannelInputShutdownEvent) {
      ctx.close();
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  private void prepared(ChannelHandlerContext ctx) {
    connection.closeMeans(Reason.CLIENT_RESET);
    ctx.read(); // what is there when the target is connected leaves together with the header
    connect(ctx);
  }

  private void connect(ChannelHandlerContext ctx) {
    Target target = plan.balancer().choose(tried);
    if (target == null) {
      connection.endsFor(Reason.NO_TARGET);
      RelayHandler.abort(ctx.channel());
      return;
    }
    tried.add(target);
    target.state().opened();
    attempt =
        connector.connect(
            ctx.channel().eventLoop(),
            target,
            target.headerFor(ctx.channel()),
            alpn,
            plan.config().connectTimeout());
    attempt.addListener((Future<Channel> done) -> connected(ctx, target, done));
  }

  private void connected(ChannelHandlerContext ctx, Target target, Future<Channel> done) {
    attempt = null;
    if (!ctx.channel().isActive()) {
      target.state().closed();
      if (done.isSuccess()) {
        RelayHandler.abort(done.getNow());
      }
    } else if (done.isSuccess() && done.getNow().isActive()) {
      target.state().connected();
      ctx.pipeline().remove(this);
      connection.tunnel(target, done.getNow(), plan.config().idleTimeout());
    } else {
      target.state().closed();
      if (!Connector.failedHere(done)) {
        target.state().failed(System.nanoTime());
        listener.connectFailed(plan.config().name(), target.name());
      }
      connect(ctx);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (attempt != null) {
      attempt.cancel(false);
    }
    ctx.fireChannelInactive();
  }
}
