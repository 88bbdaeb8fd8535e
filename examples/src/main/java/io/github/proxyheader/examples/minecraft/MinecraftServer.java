/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.minecraft;

import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.github.proxyheader.handler.ReceiverOptions;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** Shows players of Minecraft, Java edition, the address that a server behind proxies sees. */
public final class MinecraftServer implements AutoCloseable {
  /** The greatest length of the message in characters. */
  public static final int MAX_MOTD = 256;

  private final Channel server;

  private MinecraftServer(Channel server) {
    this.server = server;
  }

  /**
   * Starts a server.
   *
   * @param group the NIO event loops, which stay the caller's
   * @param address where to listen, port 0 for a free one
   * @param options who may send a header, and more
   * @param settings the message and the limits
   * @param log takes a line for each request, in printable ASCII; called on the event loops
   */
  public static MinecraftServer start(
      EventLoopGroup group,
      InetSocketAddress address,
      ReceiverOptions options,
      Settings settings,
      Consumer<String> log) {
    ClientLimit limit = new ClientLimit(settings.maxConnections(), settings.maxPerSecond());
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
                            limit,
                            new PacketDecoder(),
                            new StatusHandler(settings.motd(), log));
                  }
                });
    return new MinecraftServer(bootstrap.bind(address).syncUninterruptibly().channel());
  }

  /** Returns where the server listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.localAddress();
  }

  /** Waits until the server no longer listens. */
  public void awaitEnd() throws InterruptedException {
    server.closeFuture().sync();
  }

  /** Stops listening; the connections that stand end soon, as their time is limited. */
  @Override
  public void close() {
    server.close().syncUninterruptibly();
  }

  /**
   * What a server says, and how often.
   *
   * @param motd the message in front of the player's address
   * @param maxConnections how many connections a client may have at a time
   * @param maxPerSecond how many connections a client may open in a second
   */
  public record Settings(String motd, int maxConnections, int maxPerSecond) {
    public Settings {
      if (motd.length() > MAX_MOTD) {
        throw new IllegalArgumentException("motd: too long (expected: 256 characters at most)");
      }
      if (maxConnections < 1 || maxPerSecond < 1) {
        throw new IllegalArgumentException("limits: below 1 (expected: at least 1)");
      }
    }
  }
}
