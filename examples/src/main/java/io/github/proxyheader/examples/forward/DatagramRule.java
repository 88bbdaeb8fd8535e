/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.datagram.DatagramListener;
import io.github.proxyheader.datagram.DatagramPolicySelector;
import io.github.proxyheader.datagram.DatagramReceiverOptions;
import io.github.proxyheader.datagram.ProxyHeaderDatagramDecoder;
import io.github.proxyheader.examples.forward.config.RuleConfig;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A UDP rule at work: its socket, its flows, and the plan that new ones follow; the plan's idle
 * time-out is that of all. When it is told to stop, its flows go on over the same socket.
 */
final class DatagramRule implements Rule {
  private static final int SAMPLE = 100;

  private final Channel socket;
  private final DatagramRelay relay;
  private volatile Plan plan;
  private volatile DatagramPolicySelector policies;

  private DatagramRule(Sockets sockets, ConnectionListener listener, Plan plan)
      throws ForwarderException {
    this.plan = plan;
    this.policies = policies(plan.config());
    this.socket = bind(sockets, listener);
    this.relay = socket.pipeline().get(DatagramRelay.class);
  }

  /** Listens; datagrams are passed on from now on. */
  static DatagramRule start(Sockets sockets, ConnectionListener listener, Plan plan)
      throws ForwarderException {
    return new DatagramRule(sockets, listener, plan);
  }

  private Channel bind(Sockets sockets, ConnectionListener listener) throws ForwarderException {
    RuleConfig config = plan.config();
    FlowConnector connector = new FlowConnector(sockets, listener);
    DatagramReceiverOptions receiver = receiver(listener);
    Bootstrap bootstrap =
        sockets
            .listenForDatagrams()
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(new ProxyHeaderDatagramDecoder(receiver))
                        .addLast(
                            new DatagramRelay(
                                channel, DatagramRule.this::plan, connector, listener));
                  }
                });
    if (config.reusePort()) {
      bootstrap.option(sockets.reusePort(), true);
    }
    if (sockets.isEpoll() && config.listen().getAddress().isAnyLocalAddress()) {
      bootstrap.option(EpollChannelOption.IP_RECVORIGDSTADDR, true); // which address it came to
    }
    ChannelFuture bind = bootstrap.bind(config.listen()).awaitUninterruptibly();
    if (!bind.isSuccess()) {
      throw ForwarderException.cannotListen(config, bind.cause());
    }
    return bind.channel();
  }

  private DatagramReceiverOptions receiver(ConnectionListener listener) {
    return DatagramReceiverOptions.builder()
        .policy((channel, sender) -> policies.select(channel, sender))
        .listener(
            new DatagramListener() {
              @Override
              public void dropped(
                  Channel channel, @Nullable InetSocketAddress sender, ProxyHeaderException cause) {
                listener.headerRefused(plan.config().name(), cause.reason());
              }
            })
        .build();
  }

  private static DatagramPolicySelector policies(RuleConfig config) {
    return config.acceptProxyProtocol().isEmpty()
        ? (channel, sender) -> ProxyHeaderPolicy.SKIP
        : TrustedProxies.of(config.acceptProxyProtocol())::select;
  }

  @Override
  public Plan plan() {
    return plan;
  }

  @Override
  public void follow(Plan next) {
    plan = next;
    policies = policies(next.config());
    loop().execute(relay::planChanged);
  }

  @Override
  public void stopListening() {
    relay.stop();
  }

  @Override
  public boolean resumeListening() {
    return loop().submit(relay::resume).syncUninterruptibly().getNow();
  }

  @Override
  public void close() {
    reset();
  }

  @Override
  public boolean isAlive() {
    return socket.isOpen();
  }

  @Override
  public void reset() {
    loop().execute(relay::reset);
  }

  private EventLoop loop() {
    return socket.eventLoop();
  }

  @Override
  public void tellTraffic() {
    relay.flows().newest().forEach(flow -> flow.traffic().tell());
  }

  @Override
  public ForwarderStatus.Rule status() {
    Plan current = plan;
    return new ForwarderStatus.Rule(
        current.config(),
        socket.localAddress(),
        relay.flows().count(),
        current.balancer().targets().stream().map(Target::status).toList(),
        relay.flows().newest().limit(SAMPLE).map(Flow::status).toList());
  }
}
