/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.github.proxyheader.handler.ProxyHeaderEncoder;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.protocol.ProxyHeader;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.pool.AbstractChannelPoolHandler;
import io.netty.channel.pool.AbstractChannelPoolMap;
import io.netty.channel.pool.ChannelPool;
import io.netty.channel.pool.FixedChannelPool;
import io.netty.channel.pool.SimpleChannelPool;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real pools on real sockets: what one client sends never arrives as another's. */
@Timeout(60)
@DisplayName("R9 a pooled connection stays its client's")
class PoolRecipesTest {
  private static final ProxyHeader ALICE = header("203.0.113.7");
  private static final ProxyHeader BOB = header("203.0.113.8");

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
  private Bootstrap bootstrap;

  @BeforeEach
  void listen() {
    ReceiverOptions options = ReceiverOptions.builder().policy(ProxyHeaderPolicy.USE).build();
    Channel server =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new ProxyHeaderDecoder(options), new Receiver());
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
    bootstrap =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .remoteAddress(server.localAddress());
  }

  @AfterEach
  void stop() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  @DisplayName("a pool that does not look would give it to the next client")
  void aPoolThatDoesNotLook() throws Exception {
    try (ChannelPool pool = new SimpleChannelPool(bootstrap, new Nothing())) {
      Channel first = send(pool, ALICE, "a");
      pool.release(first).sync();

      assertThat(pool.acquire().sync().getNow()).isSameAs(first);
    }
  }

  @Test
  void theNextClientGetsAConnectionOfItsOwn() throws Exception {
    try (ChannelPool pool = PoolRecipes.connectionsForOneClient(bootstrap)) {
      Channel first = send(pool, ALICE, "a");
      assertReceived("203.0.113.7: a");
      pool.release(first).sync();
      first.closeFuture().sync();

      Channel second = send(pool, BOB, "b");
      assertReceived("203.0.113.8: b");
      assertThat(second).isNotSameAs(first);
    }
  }

  @Test
  void aConnectionOfTheProxysOwnIsNotAClientsEither() throws Exception {
    try (ChannelPool pool = PoolRecipes.connectionsForOneClient(bootstrap)) {
      Channel check = send(pool, ProxyHeader.local(), "check");
      assertReceived("127.0.0.1: check");
      pool.release(check).sync();

      assertThat(send(pool, BOB, "b")).isNotSameAs(check);
      assertReceived("203.0.113.8: b");
    }
  }

  @Test
  void withoutAHeaderAConnectionIsUsedAgain() throws Exception {
    try (ChannelPool pool = PoolRecipes.connectionsForOneClient(bootstrap)) {
      Channel first = send(pool, null, "a");
      assertReceived("127.0.0.1: a");
      pool.release(first).sync();

      assertThat(send(pool, null, "b")).isSameAs(first);
      assertReceived("127.0.0.1: b");
    }
  }

  @Test
  void aPoolThatKeepsAChannelAllTheSameRefusesItWhenItIsAcquired() throws Exception {
    try (ChannelPool pool =
        new FixedChannelPool(
            bootstrap, new Nothing(), PoolRecipes.carriesNoHeader(), null, -1, 1, 1, false)) {
      Channel first = send(pool, ALICE, "a");
      assertReceived("203.0.113.7: a");
      pool.release(first).sync();
      assertThat(first.isActive()).isTrue();

      Channel second = send(pool, BOB, "b");
      assertReceived("203.0.113.8: b");
      first.closeFuture().sync();
      pool.release(second).sync();
      send(pool, ALICE, "c");
      assertReceived("203.0.113.7: c");
    }
  }

  @Test
  @DisplayName("with a pool for each header a client's connection is used again, by that client")
  void poolsByHeader() throws Exception {
    try (AbstractChannelPoolMap<ProxyHeader, SimpleChannelPool> pools =
        PoolRecipes.poolsByHeader(bootstrap)) {
      Channel first = pools.get(ALICE).acquire().sync().getNow();
      assertThat(ProxyHeaderEncoder.sentHeader(first)).isEqualTo(ALICE);
      write(first, "a");
      assertReceived("203.0.113.7: a");
      pools.get(ALICE).release(first).sync();

      Channel bobs = pools.get(BOB).acquire().sync().getNow();
      write(bobs, "b");
      assertReceived("203.0.113.8: b");
      Channel again = pools.get(header("203.0.113.7")).acquire().sync().getNow();
      assertThat(again).isSameAs(first);
      write(again, "c");
      assertReceived("203.0.113.7: c");

      pools.get(ALICE).release(again).sync();
      assertThat(pools.remove(ALICE)).isTrue();
      first.closeFuture().sync();
    }
  }

  private static Channel send(ChannelPool pool, @Nullable ProxyHeader client, String text)
      throws Exception {
    Channel channel = pool.acquire().sync().getNow();
    channel.pipeline().addFirst(new ProxyHeaderEncoder((outbound, target) -> client));
    write(channel, text);
    return channel;
  }

  private static void write(Channel channel, String text) throws Exception {
    channel.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII)).sync();
  }

  private void assertReceived(String text) throws Exception {
    assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo(text);
  }

  private static ProxyHeader header(String client) {
    return ProxyHeader.of(
        new InetSocketAddress(client, 45678), new InetSocketAddress("198.51.100.9", 443));
  }

  private static final class Nothing extends AbstractChannelPoolHandler {
    @Override
    public void channelCreated(Channel channel) {}
  }

  /** Notes what comes, and from whom. */
  private final class Receiver extends SimpleChannelInboundHandler<ByteBuf> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
      InetSocketAddress client = (InetSocketAddress) ProxiedAddress.of(ctx.channel()).source();
      received.add(
          client.getAddress().getHostAddress() + ": " + bytes.toString(StandardCharsets.US_ASCII));
    }
  }
}
