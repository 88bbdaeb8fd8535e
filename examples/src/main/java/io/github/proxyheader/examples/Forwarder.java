/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import io.github.proxyheader.examples.forward.RelayHandler;
import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.github.proxyheader.handler.ProxyHeaderEncoder;
import io.github.proxyheader.handler.ProxyHeaderSource;
import io.github.proxyheader.handler.ReceiverOptions;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy: connects to a target for each connection that it accepts, says in a header on whose
 * behalf, and relays the bytes of both directions.
 */
public final class Forwarder implements AutoCloseable {
  private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

  private final Channel server;
  private final ChannelGroup connections;

  private Forwarder(Channel server, ChannelGroup connections) {
    this.server = server;
    this.connections = connections;
  }

  /**
   * Returns a builder of a forwarder.
   *
   * @param group the NIO event loops, which stay the caller's
   * @param listen where to accept connections, port 0 for a free one
   * @param target where to connect to
   */
  public static Builder builder(
      EventLoopGroup group, InetSocketAddress listen, InetSocketAddress target) {
    return new Builder(group, listen, target);
  }

  /** Returns where the forwarder accepts connections. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.localAddress();
  }

  /** Stops listening and resets all connections. */
  @Override
  public void close() {
    server.close().syncUninterruptibly();
    connections.close().awaitUninterruptibly();
  }

  /** All open channels, of both sides. */
  ChannelGroup connections() {
    return connections;
  }

  /** Builds a {@link Forwarder}. */
  public static final class Builder {
    private final EventLoopGroup group;
    private final InetSocketAddress listen;
    private final InetSocketAddress target;
    private @Nullable InetSocketAddress outboundAddress;
    private @Nullable ReceiverOptions receiver;
    private Function<Channel, ProxyHeaderSource> header = ProxyHeaderSource::onBehalfOf;

    private Builder(EventLoopGroup group, InetSocketAddress listen, InetSocketAddress target) {
      this.group = Objects.requireNonNull(group, "group");
      this.listen = Objects.requireNonNull(listen, "listen");
      this.target = Objects.requireNonNull(target, "target");
    }

    /** Sets the local address of the connections to the target (default: the system's choice). */
    public Builder outboundAddress(InetSocketAddress address) {
      outboundAddress = Objects.requireNonNull(address, "address");
      return this;
    }

    /** Lets the forwarder's own clients be proxies, which send a header (default: they are not). */
    public Builder receiver(ReceiverOptions options) {
      receiver = Objects.requireNonNull(options, "options");
      return this;
    }

    /** Sets the header by the accepted channel (default: {@link ProxyHeaderSource#onBehalfOf}). */
    public Builder header(Function<Channel, ProxyHeaderSource> header) {
      this.header = Objects.requireNonNull(header, "header");
      return this;
    }

    /** Starts the forwarder. */
    public Forwarder start() {
      ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
      Connector connector = new Connector(target, outboundAddress, header, connections);
      ReceiverOptions receiver = this.receiver;
      ServerBootstrap bootstrap =
          new ServerBootstrap()
              .group(group)
              .channel(NioServerSocketChannel.class)
              // Nothing is read before it can be passed on.
              .childOption(ChannelOption.AUTO_READ, false)
              .childOption(ChannelOption.TCP_NODELAY, true)
              .childHandler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                      connections.add(accepted);
                      if (receiver != null) {
                        accepted.pipeline().addLast(new ProxyHeaderDecoder(receiver));
                      }
                      accepted.pipeline().addLast(connector);
                    }
                  });
      Channel server = bootstrap.bind(listen).syncUninterruptibly().channel();
      return new Forwarder(server, connections);
    }
  }

  /** Connects to the target once the client is known, then gives its place to the relay. */
  @Sharable
  private static final class Connector extends ChannelInboundHandlerAdapter {
    private final InetSocketAddress target;
    private final @Nullable InetSocketAddress outboundAddress;
    private final Function<Channel, ProxyHeaderSource> header;
    private final ChannelGroup connections;

    Connector(
        InetSocketAddress target,
        @Nullable InetSocketAddress outboundAddress,
        Function<Channel, ProxyHeaderSource> header,
        ChannelGroup connections) {
      this.target = target;
      this.outboundAddress = outboundAddress;
      this.header = header;
      this.connections = connections;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      Channel accepted = ctx.channel();
      ChannelFuture connect = connect(accepted);
      Channel outbound = connect.channel();
      ctx.pipeline().replace(this, null, new RelayHandler(outbound));
      connect.addListener(
          done -> {
            if (done.isSuccess()) {
              outbound.flush();
              accepted.config().setAutoRead(outbound.isWritable());
            } else {
              RelayHandler.abort(accepted);
            }
          });
    }

    private ChannelFuture connect(Channel accepted) {
      Bootstrap bootstrap =
          new Bootstrap()
              .group(accepted.eventLoop())
              .channel(NioSocketChannel.class)
              .option(ChannelOption.TCP_NODELAY, true)
              .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
              .handler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel outbound) {
                      connections.add(outbound);
                      outbound
                          .pipeline()
                          .addLast(
                              new ProxyHeaderEncoder(header.apply(accepted)),
                              new RelayHandler(accepted));
                    }
                  });
      return outboundAddress == null
          ? bootstrap.connect(target)
          : bootstrap.connect(target, outboundAddress);
    }

    /** A refused header, whose decoder closes the channel by itself, or a connection that broke. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
