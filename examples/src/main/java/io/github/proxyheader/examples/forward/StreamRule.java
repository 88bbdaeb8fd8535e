/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.examples.forward.ConnectionEnd.Reason;
import io.github.proxyheader.examples.forward.config.HealthCheckConfig;
import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A TCP rule at work: its listening socket, its connections, and the plan that new ones follow. */
final class StreamRule implements Rule {
  private static final int SAMPLE = 100;
  private static final int BACKLOG_ROUNDS = 20;

  private final Sockets sockets;
  private final Connector connector;
  private final ConnectionListener listener;
  private final Channel server;
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong numbers = new AtomicLong();

  /** By their number: the newest are the last. */
  private final ConcurrentSkipListMap<Long, Connection> connections = new ConcurrentSkipListMap<>();

  /** How many connections the listening socket has given; for its event loop alone. */
  private long arrivals;

  private volatile Plan plan;
  private List<HealthCheck> checks = List.of();

  private StreamRule(Sockets sockets, ConnectionListener listener, Plan plan)
      throws ForwarderException {
    this.sockets = sockets;
    this.connector = new Connector(sockets.client());
    this.listener = listener;
    this.plan = plan;
    this.server = bind();
  }

  /** Listens; connections are accepted from now on. */
  static StreamRule start(Sockets sockets, ConnectionListener listener, Plan plan)
      throws ForwarderException {
    return new StreamRule(sockets, listener, plan);
  }

  private Channel bind() throws ForwarderException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(sockets.loops())
            .channel(sockets.server())
            .handler(
                new ChannelInboundHandlerAdapter() {
                  @Override
                  public void channelRead(ChannelHandlerContext ctx, Object client) {
                    arrivals++;
                    ctx.fireChannelRead(client);
                  }
                })
            // One read is held until it can be passed on, no more.
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel client) {
                    accept(client);
                  }
                });
    if (plan.config().reusePort()) {
      bootstrap.option(sockets.reusePort(), true);
    }
    ChannelFuture bind = bootstrap.bind(plan.config().listen()).awaitUninterruptibly();
    if (!bind.isSuccess()) {
      throw ForwarderException.cannotListen(plan.config(), bind.cause());
    }
    return bind.channel();
  }

  @Override
  public Plan plan() {
    return plan;
  }

  /** Checks the plan's targets in place of those before. */
  @Override
  public void follow(Plan next) {
    stopChecks();
    plan = next;
    HealthCheckConfig config = next.config().healthCheck();
    List<HealthCheck> started = new ArrayList<>();
    for (Target target : next.balancer().targets()) {
      if (config == null) {
        target.state().unchecked();
      } else {
        started.add(HealthCheck.start(sockets.loops().next(), connector, target, config));
      }
    }
    checks = started;
  }

  private void stopChecks() {
    checks.forEach(HealthCheck::stop);
    checks = List.of();
  }

  private void accept(Channel client) {
    Plan current = plan;
    String name = current.config().name();
    Long number = numbers.incrementAndGet();
    boolean tooMany = count.incrementAndGet() > current.config().maxConnections();
    listener.opened(name);
    Connection connection =
        Connection.begin(new Traffic(name, listener), client, end -> ended(number, end));
    connections.put(number, connection);
    if (tooMany) {
      connection.endsFor(Reason.LIMIT);
      RelayHandler.abort(client);
      return;
    }
    if (current.receiver() != null) {
      client.pipeline().addLast(new ProxyHeaderDecoder(current.receiver()));
    }
    client
        .pipeline()
        .addLast(new ClientHandler(current, connector, connection, listener))
        .addLast(new HoldingHandler());
  }

  private void ended(Long number, ConnectionEnd end) {
    connections.remove(number);
    count.decrementAndGet();
    listener.closed(end);
  }

  /** Connections that the system has completed by now are still accepted. */
  @Override
  public void stopListening() {
    stopChecks();
    server.eventLoop().execute(() -> acceptBacklog(BACKLOG_ROUNDS));
  }

  /** Its socket is about to be closed; a new one finds the port taken until then. */
  @Override
  public boolean resumeListening() {
    server.closeFuture().awaitUninterruptibly();
    // NIO gives the port up when it selects the next time.
    server.eventLoop().schedule(() -> {}, 1, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    return false;
  }

  /** Gives the event loop time to accept, until there was nothing to accept. */
  private void acceptBacklog(int rounds) {
    long before = arrivals;
    server
        .eventLoop()
        .schedule(
            () -> {
              if (arrivals == before || rounds == 0) {
                server.close();
              } else {
                acceptBacklog(rounds - 1);
              }
            },
            1,
            TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    server.close();
  }

  @Override
  public boolean isAlive() {
    return server.isOpen() || count.get() > 0;
  }

  @Override
  public void reset() {
    connections.values().forEach(Connection::reset);
  }

  @Override
  public void tellTraffic() {
    connections.values().forEach(connection -> connection.traffic().tell());
  }

  @Override
  public ForwarderStatus.Rule status() {
    Plan current = plan;
    return new ForwarderStatus.Rule(
        current.config(),
        server.localAddress(),
        count.get(),
        current.balancer().targets().stream().map(Target::status).toList(),
        connections.descendingMap().values().stream()
            .limit(SAMPLE)
            .map(Connection::status)
            .toList());
  }
}
