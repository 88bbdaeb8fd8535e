/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.datagram.ProxiedDatagram;
import io.github.proxyheader.examples.forward.ConnectionEnd.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Passes a rule's datagrams on to targets, and the answers back: a flow for each client, with a
 * socket of its own. What a socket does not take at once is dropped, as UDP does.
 *
 * <p>At the limit of flows a new one takes the place of the oldest of those whose clients did not
 * go on after an answer; if there is none, the datagram is dropped. So a flood of made-up clients
 * is cheap to bear and does not end what real ones do.
 */
final class DatagramRelay extends SimpleChannelInboundHandler<ProxiedDatagram> {
  private static final System.Logger LOGGER = System.getLogger(DatagramRelay.class.getName());

  private final Channel socket;
  private final Supplier<Plan> plan;
  private final FlowConnector connector;
  private final ConnectionListener listener;
  private final Flows flows = new Flows();
  private final Set<Flow> unflushed = new LinkedHashSet<>();
  private long begun;
  private volatile boolean stopping;
  private @Nullable Future<?> idleTimer;

  /**
   * Creates it.
   *
   * @param socket where the clients are
   * @param plan what new flows follow
   */
  DatagramRelay(
      Channel socket, Supplier<Plan> plan, FlowConnector connector, ConnectionListener listener) {
    this.socket = socket;
    this.plan = plan;
    this.connector = connector;
    this.listener = listener;
  }

  Flows flows() {
    return flows;
  }

  /** Begins no more flows, and closes the socket when the last one has ended; for any thread. */
  void stop() {
    stopping = true;
    socket.eventLoop().execute(this::closeIfDone);
  }

  /** Begins flows again, and returns whether the socket is still there. */
  boolean resume() {
    stopping = !socket.isOpen();
    return !stopping;
  }

  /** Ends all flows and closes the socket. */
  void reset() {
    stopping = true;
    flows.all().forEach(flow -> end(flow, Reason.STOPPED));
    socket.close();
  }

  /** Ends idle flows as the plan says now. */
  void planChanged() {
    if (idleTimer != null) {
      idleTimer.cancel(false);
      idleTimer = null;
    }
    startIdleTimer();
  }

  private void startIdleTimer() {
    Flow oldest = flows.oldest();
    long limit = idleLimit();
    if (idleTimer == null && oldest != null && limit > 0) {
      long left = oldest.lastActive() + limit - System.nanoTime();
      idleTimer = socket.eventLoop().schedule(this::endIdle, left, TimeUnit.NANOSECONDS);
    }
  }

  private void endIdle() {
    idleTimer = null;
    long before = System.nanoTime() - idleLimit();
    for (Flow oldest = flows.oldest();
        oldest != null && oldest.lastActive() - before <= 0;
        oldest = flows.oldest()) {
      end(oldest, Reason.IDLE);
    }
    startIdleTimer();
  }

  private long idleLimit() {
    return plan.get().config().idleTimeout().toNanos();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ProxiedDatagram datagram) {
    InetSocketAddress client = clientOf(datagram);
    Flow flow = flows.use(ClientKey.of(client));
    if (flow == null) {
      flow = begin(client, datagram);
    }
    if (flow != null) {
      if (flow.cameBy(datagram.sender())) {
        flows.confirm(flow);
      }
      toTarget(flow, datagram.content());
    }
  }

  /** The proxy itself stands for clients without an IP address. */
  private static InetSocketAddress clientOf(ProxiedDatagram datagram) {
    return datagram.proxiedAddress().source() instanceof InetSocketAddress client
        ? client
        : datagram.sender();
  }

  private @Nullable Flow begin(InetSocketAddress client, ProxiedDatagram datagram) {
    Plan current = plan.get();
    if (stopping) {
      return drop(DatagramDrop.STOPPED);
    }
    if (!makeRoom(current.config().maxConnections())) {
      return drop(DatagramDrop.LIMIT);
    }
    FlowConnector.Connected connected =
        connector.connect(current, datagram.proxiedAddress(), socket.eventLoop());
    if (connected == null) {
      return drop(DatagramDrop.NO_TARGET);
    }
    Flow flow =
        new Flow(
            new Traffic(current.config().name(), listener),
            ++begun,
            client,
            datagram.sender(),
            connected.target(),
            connected.channel());
    connected.channel().pipeline().addLast(new FlowHandler(this, flow));
    flows.add(flow);
    listener.opened(current.config().name());
    startIdleTimer();
    return flow;
  }

  @Nullable Flow drop(DatagramDrop reason) {
    listener.datagramDropped(plan.get().config().name(), reason);
    return null;
  }

  private boolean makeRoom(int limit) {
    while (flows.count() >= limit) {
      Flow oldest = flows.oldestUnconfirmed();
      if (oldest == null) {
        return false;
      }
      end(oldest, Reason.LIMIT);
    }
    return true;
  }

  private void toTarget(Flow flow, ByteBuf payload) {
    int length = payload.readableBytes();
    if (write(flow.outbound(), copy(payload))) {
      flow.traffic().addReceived(length);
      unflushed.add(flow);
    }
  }

  /** The target has sent an answer. */
  void toClient(Flow flow, ByteBuf payload) {
    flows.use(flow.key());
    flow.answered();
    flow.target().state().connected();
    int length = payload.readableBytes();
    if (write(socket, new DatagramPacket(copy(payload), flow.peer()))) {
      flow.traffic().addSent(length);
    }
  }

  void flushToClients() {
    socket.flush();
  }

  /** The target's host said that nobody listens, or a router that there is no way to it. */
  void unreachable(Flow flow) {
    Target target = flow.target();
    target.state().failed(System.nanoTime());
    listener.connectFailed(plan.get().config().name(), target.name());
    boolean another =
        plan.get().balancer().targets().stream().anyMatch(other -> other.state().isUp());
    if (!target.state().isUp() && another) {
      end(flow, Reason.TARGET_RESET); // the next datagram begins one to another target
    }
  }

  private boolean write(Channel channel, Object message) {
    if (!channel.isWritable()) {
      ReferenceCountUtil.release(message);
      drop(DatagramDrop.CONGESTED);
      return false;
    }
    channel.write(message, channel.voidPromise());
    return true;
  }

  /** What waits to be written must not keep the large buffer that it was read into. */
  private ByteBuf copy(ByteBuf payload) {
    return socket.alloc().directBuffer(payload.readableBytes()).writeBytes(payload);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    List<Flow> written = List.copyOf(unflushed); // a flow can end while it is flushed
    unflushed.clear();
    written.forEach(flow -> flow.outbound().flush());
  }

  /** Also what a write to a client failed with. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    lost(cause);
  }

  /** A datagram led to an error, which ends nothing else. */
  void lost(Throwable cause) {
    LOGGER.log(System.Logger.Level.DEBUG, "A datagram was lost", cause);
    drop(DatagramDrop.FAILED);
  }

  void end(Flow flow, Reason reason) {
    if (flows.remove(flow)) {
      unflushed.remove(flow);
      flow.outbound().flush();
      flow.outbound().close();
      flow.target().state().closed();
      listener.closed(flow.end(reason));
      closeIfDone();
    }
  }

  private void closeIfDone() {
    if (stopping && flows.count() == 0) {
      socket.close();
    }
  }
}
