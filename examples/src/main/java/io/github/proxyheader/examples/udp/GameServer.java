/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.udp;

import io.github.proxyheader.datagram.DatagramFlowOptions;
import io.github.proxyheader.datagram.DatagramReceiverOptions;
import io.github.proxyheader.datagram.ProxiedDatagramFlows;
import io.github.proxyheader.datagram.ProxyHeaderDatagramDecoder;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.TrustedProxies;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A game server behind proxies, as far as its entry in the server list of Minecraft's Bedrock
 * Edition goes: that entry tells each player under which address the server knows them.
 *
 * <p>The game's own code knows nothing of proxies: it answers to {@link DatagramPacket#sender()}.
 */
public final class GameServer implements AutoCloseable {
  private static final int MAX_PLAYERS = 20_000;

  private final Channel channel;

  private GameServer(Channel channel) {
    this.channel = channel;
  }

  /**
   * Starts a server.
   *
   * @param group the event loops, which stay the caller's
   * @param type a kind of channel that runs on them
   * @param address where to listen, port 0 for a free one
   * @param options who may send a header, and more
   */
  public static GameServer start(
      EventLoopGroup group,
      Class<? extends DatagramChannel> type,
      InetSocketAddress address,
      DatagramReceiverOptions options) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(group)
            .channel(type)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new ProxyHeaderDatagramDecoder(options),
                            new ProxiedDatagramFlows(
                                DatagramFlowOptions.builder().maxFlows(MAX_PLAYERS).build()),
                            new PingHandler());
                  }
                });
    return new GameServer(bootstrap.bind(address).syncUninterruptibly().channel());
  }

  /** Returns where the server listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) channel.localAddress();
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
  }

  /**
   * Runs a server until its process is ended.
   *
   * @param args where to listen, such as {@code 0.0.0.0:19132}; then the addresses of proxies, such
   *     as {@code 10.0.0.0/8}: a header is required of them, and refused of all others, who play
   *     directly
   */
  public static void main(String[] args) {
    if (args.length == 0) {
      System.err.println("usage: GameServer <address>:<port> [<proxy's address>[/<bits>]]...");
      System.exit(2);
    }
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try (GameServer server =
        start(
            group,
            NioDatagramChannel.class,
            Endpoint.parse(args[0]),
            options(Arrays.asList(args).subList(1, args.length)))) {
      System.out.println("listening on " + NetUtil.toSocketAddressString(server.address()));
      server.channel.closeFuture().syncUninterruptibly();
    } finally {
      group.shutdownGracefully();
    }
  }

  private static DatagramReceiverOptions options(List<String> proxies) {
    DatagramReceiverOptions.Builder options = DatagramReceiverOptions.builder();
    return proxies.isEmpty()
        ? options.policy(ProxyHeaderPolicy.REJECT).build()
        : options
            .policy(
                TrustedProxies.of(proxies)
                    .withPolicies(ProxyHeaderPolicy.REQUIRE, ProxyHeaderPolicy.REJECT))
            .build();
  }

  /** The game: what is no ping is dropped, and no byte of a ping but its time comes back. */
  private static final class PingHandler extends SimpleChannelInboundHandler<DatagramPacket> {
    private final long id = ThreadLocalRandom.current().nextLong();

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
      UnconnectedPing ping = UnconnectedPing.read(packet.content());
      if (ping != null) {
        ByteBuf pong = ctx.alloc().buffer();
        ping.writePong(id, status(packet.sender()), pong);
        ctx.write(new DatagramPacket(pong, packet.sender()));
      }
    }

    private String status(InetSocketAddress player) {
      return String.join(
          ";",
          "MCPE",
          "You are " + NetUtil.toSocketAddressString(player),
          "800",
          "1.21.80",
          "0",
          String.valueOf(MAX_PLAYERS),
          Long.toUnsignedString(id),
          "");
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      ctx.flush();
    }

    /** An answer could not be sent, which is the player's loss alone. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {}
  }
}
