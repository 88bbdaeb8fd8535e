/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.handler.ProxyHeaderEncoder;
import io.github.proxyheader.handler.ProxyHeaderSource;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
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
    ChannelFuture connect =
        new Bootstrap()
            .group(loop)
            .channel(type)
            .disableResolver()
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new ProxyHeaderEncoder(header));
                    if (tls != null) {
                      channel.pipeline().addLast(tls);
                    }
                    channel.pipeline().addLast(new HoldingHandler());
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
          if (!done.isSuccess()) {
            channel.close();
          }
        });
    connect.addListener(
        connected -> {
          if (connected.isSuccess() && tls != null) {
            tls.handshakeFuture().addListener(shaken -> complete(ready, channel, shaken));
          } else {
            complete(ready, channel, connected);
          }
        });
    return ready;
  }

  private static void complete(Promise<Channel> ready, Channel channel, Future<?> last) {
    if (last.isSuccess()) {
      ready.trySuccess(channel);
    } else {
      ready.tryFailure(last.cause());
    }
  }
}
