/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.handler.ProxyHeaderEncoder;
import io.github.proxyheader.handler.ProxyHeaderSource;
import io.github.proxyheader.handler.SenderOptions;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseNotifier;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Connects to targets: TCP, then the header, then TLS. */
final class Connector {
  private final Class<? extends Channel> type;

  Connector(Class<? extends Channel> type) {
    this.type = type;
  }

  /**
   * Connects to a target.
   *
   * @param alpn the application protocol to speak under TLS, or {@code null}: none is negotiated
   * @return the channel, which is not read yet and ends in a {@link HoldingHandler}; when the
   *     future fails the channel is closed. Cancelling it closes the channel
   */
  Future<Channel> connect(
      EventLoop loop,
      Target target,
      ProxyHeaderSource header,
      @Nullable String alpn,
      Duration timeout) {
    Promise<Channel> ready = loop.newPromise();
    SslHandler tls = target.newTlsHandler(alpn);
    SenderOptions options = SenderOptions.builder().source(header).writeTimeout(timeout).build();
    ChannelFuture connect =
        new Bootstrap()
            .group(loop)
            .channel(type)
            .disableResolver()
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new ProxyHeaderEncoder(options));
                    if (tls != null) {
                      channel.pipeline().addLast(tls);
                    }
                    channel.pipeline().addLast(new HoldingHandler());
                    if (tls == null) {
                      channel.pipeline().addLast(new Ready(ready));
                    }
                  }
                })
            .connect(target.config().address());
    Channel channel = connect.channel();
    Future<?> timer =
        loop.schedule(
            () -> ready.tryFailure(new ConnectTimeoutException("no connection in time")),
            timeout.toNanos(),
            TimeUnit.NANOSECONDS);
    ready.addListener(
        done -> {
          timer.cancel(false);
          if (!done.isSuccess() && channel.isOpen()) {
            channel.close();
          }
        });
    connect.addListener(
        connected -> {
          if (!connected.isSuccess()) {
            ready.tryFailure(connected.cause());
          }
        });
    if (tls != null) {
      tls.handshakeFuture().addListener(new PromiseNotifier<>(false, ready));
    }
    return ready;
  }

  /** Whether a connection failed for lack of something here, such as file descriptors. */
  static boolean failedHere(Future<Channel> attempt) {
    return attempt.cause() instanceof ChannelException;
  }

  /**
   * Completes the promise while the channel becomes active: what is written then leaves together
   * with the header.
   */
  private static final class Ready extends ChannelInboundHandlerAdapter {
    private final Promise<Channel> ready;

    Ready(Promise<Channel> ready) {
      this.ready = ready;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.pipeline().remove(this);
      ready.trySuccess(ctx.channel());
    }
  }
}
