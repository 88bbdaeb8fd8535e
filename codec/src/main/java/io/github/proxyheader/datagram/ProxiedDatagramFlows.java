/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import io.github.proxyheader.datagram.FlowTable.Flow;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the proxies invisible to an application that knows its clients by {@link
 * DatagramPacket#sender()}, as implementations of QUIC, RakNet, RTP and DNS do. It stands behind
 * the {@link ProxyHeaderDatagramDecoder} or the {@link SimpleProxyProtocolCodec}:
 *
 * <pre>{@code
 * channel.pipeline().addLast(new ProxyHeaderDatagramDecoder(options));
 * channel.pipeline().addLast(new ProxiedDatagramFlows());
 * channel.pipeline().addLast(application);
 * }</pre>
 *
 * <p>The sender of an inbound datagram becomes the client's address; {@link
 * ProxiedDatagram#proxiedAddress()} still tells the proxy as {@link ProxiedAddress#peer()}. An
 * outbound datagram to a client goes to the proxy that brought the client's newest datagram.
 * Datagrams whose header has no addresses, and datagrams to other addresses, are not changed.
 *
 * <p>Memory is bounded by {@link DatagramFlowOptions.Builder#maxFlows}, however many clients are
 * made up: the flow that was not used for the longest time makes room for a new one. A flow also
 * ends when it is idle. A look-up takes constant time. Nothing is shared between channels.
 *
 * <p>All facts of a flow are those of the client's newest datagram: the proxy, the destination, the
 * local address and the policy.
 *
 * <p><b>Who can divert a client's answers?</b> Only a header that the decoder's policy accepts, so
 * only a trusted proxy, can start a flow or move it to another proxy. A proxy that restarts, or
 * takes over from another one, gets the answers when it brings the client's next datagram. A client
 * that sends to one proxy under another client's address can move that client's answers to this
 * proxy until that client's next datagram. It does not see them, because the proxy sends them to
 * the real client. A datagram that comes directly from a client's address, if the policy accepts
 * it, makes the answers go directly to that address.
 *
 * <p><b>A header in front of the first datagram only</b> ({@link
 * DatagramFlowOptions.Builder#headerOnce}): datagrams without a header belong to the client of the
 * flow that started at the same address and port of the proxy, and have the header's addresses and
 * vectors. If there is no such flow, they are dropped as MISSING. Only senders with policy REQUIRE
 * or USE can have such flows. Those with another policy are direct clients.
 *
 * <p>The datagrams behind the first hold bytes that the client chooses and that may look like a
 * header. If such a header tells another source than the flow's client, the datagram is dropped as
 * UNEXPECTED. If it tells the same source, it is removed, and nothing else in it is believed. No
 * flow that is not idle makes room for a new one: the new one is dropped as VALIDATION instead. A
 * flow must not end before the proxy's own, or a client could wait and then send a header of its
 * choice. Set {@link DatagramFlowOptions.Builder#idleTime} longer than the proxy's. Prefer proxies
 * that follow R10.
 *
 * <p>Headers of version 1 come once for each flow, so they are dropped as VERSION without {@code
 * headerOnce}.
 *
 * <p>The handler must stand on the same executor as the decoder. Each channel needs its own
 * instance.
 */
public final class ProxiedDatagramFlows extends ChannelDuplexHandler {
  private final DatagramFlowOptions options;
  private final FlowTable byClient;

  /** The flows by the proxy's address and port, with {@code headerOnce} only. */
  private final @Nullable FlowTable byProxy;

  /** The senders that ask for themselves, with {@code repliesOnly} only. */
  private final @Nullable DirectFlows direct;

  private final DatagramReads reads = new DatagramReads();

  /** The client whose datagram the handlers behind are handling at the moment. */
  private @Nullable ProxiedAddress current;

  private @Nullable ChildClients children;

  /** Creates a handler with all defaults. */
  public ProxiedDatagramFlows() {
    this(DatagramFlowOptions.standard());
  }

  /** Creates a handler with these options. */
  public ProxiedDatagramFlows(DatagramFlowOptions options) {
    this(options, System::nanoTime);
  }

  /** The same with another clock, in nanoseconds. */
  ProxiedDatagramFlows(DatagramFlowOptions options, LongSupplier clock) {
    this.options = Objects.requireNonNull(options, "options");
    byClient = new FlowTable(options.maxFlows(), options.idleNanos(), clock);
    byProxy =
        options.headerOnce() ? new FlowTable(options.maxFlows(), options.idleNanos(), clock) : null;
    direct =
        options.repliesOnly()
            ? new DirectFlows(options.maxFlows(), options.idleNanos(), clock)
            : null;
  }

  /**
   * Returns how many flows are remembered, those included that have ended and still take up memory.
   * This method must be called on the channel's event loop.
   */
  public int size() {
    return byClient.size() + (direct == null ? 0 : direct.size());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    children = new ChildClients(ctx.executor(), this::clientAt);
    ctx.channel().attr(ProxiedAddress.CHILDREN).set(children);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    ctx.channel().attr(ProxiedAddress.CHILDREN).compareAndSet(children, null);
  }

  /** Returns the client that has this address, {@code null} if it has no flow. */
  private @Nullable ProxiedAddress clientAt(InetSocketAddress address) {
    if (current != null && current.source().equals(address)) {
      return current;
    }
    Flow flow = flowTo(address);
    return flow == null ? null : flow.client;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (msg instanceof ProxiedDatagram datagram && datagram.sender() != null) {
      receive(ctx, datagram);
    } else {
      reads.passedOn();
      ctx.fireChannelRead(msg);
    }
  }

  private void receive(ChannelHandlerContext ctx, ProxiedDatagram datagram) {
    ProxiedAddress client;
    try {
      client = clientOf(datagram);
    } catch (ProxyHeaderException e) {
      reads.dropped();
      datagram.release();
      options.listener().dropped(ctx.channel(), datagram.sender(), e);
      return;
    }
    reads.passedOn();
    InetSocketAddress sender = datagram.sender();
    if (client.isProxied() && client.source() instanceof InetSocketAddress source) {
      remember(source, sender, client);
      makeRoom();
      sender = source;
    } else {
      rememberDirect(sender, client);
    }
    ProxiedAddress outer = current; // A handler behind may feed a datagram in while it handles one.
    current = client;
    try {
      ctx.fireChannelRead(
          new ProxiedDatagram(datagram.content(), datagram.recipient(), sender, client));
    } finally {
      current = outer;
    }
  }

  private ProxiedAddress clientOf(ProxiedDatagram datagram) {
    ProxiedAddress told = datagram.proxiedAddress();
    ProxyHeader header = told.header();
    if (byProxy == null) {
      if (header != null && header.version() == ProxyVersion.V1) {
        throw new ProxyHeaderException(Reason.VERSION, "version 1 is once for each flow");
      }
      return told;
    }
    if (header == null && !mayHaveHeader(told.policy())) {
      return told;
    }
    Flow flow = byProxy.get(datagram.sender());
    if (flow != null) {
      if (header != null && !told.source().equals(flow.client.source())) {
        throw new ProxyHeaderException(Reason.UNEXPECTED, "another client in a flow");
      }
      return asTold(flow.client, told);
    }
    if (header == null) {
      throw new ProxyHeaderException(Reason.MISSING, "neither a header nor a flow");
    }
    if (told.isProxied()) {
      if (byProxy.isFull()) {
        throw new ProxyHeaderException(Reason.VALIDATION, "too many flows");
      }
      byProxy.put(datagram.sender(), new Flow(datagram.sender(), told));
    }
    return told;
  }

  /** Returns whether a sender with this policy is a proxy, whose flow a datagram may belong to. */
  private static boolean mayHaveHeader(ProxyHeaderPolicy policy) {
    return switch (policy) {
      case REQUIRE, USE -> true;
      case IGNORE, REJECT, SKIP, CLOSE -> false;
    };
  }

  /** Returns a flow's client; what does not come from a header is that of the newest datagram. */
  private static ProxiedAddress asTold(ProxiedAddress client, ProxiedAddress told) {
    return client.local().equals(told.local()) && client.policy() == told.policy()
        ? client
        : ProxiedAddress.of(client.header(), told.peer(), told.local(), told.policy());
  }

  /**
   * Remembers a client as its newest datagram tells it. The vectors are left out unless they come
   * only once: answers need the addresses alone, and vectors may be long.
   */
  private void remember(InetSocketAddress source, InetSocketAddress proxy, ProxiedAddress client) {
    if (direct != null) {
      direct.remove(source);
    }
    ProxyHeader header = client.header();
    if (header == null || header.tlvs().isEmpty() || byProxy != null) {
      byClient.put(source, new Flow(proxy, client));
      return;
    }
    Flow known = byClient.get(source);
    if (known == null || !known.proxy.equals(proxy) || !areSame(known.client, client)) {
      ProxyHeader addresses = header.toBuilder().tlvs(Tlvs.empty()).build();
      ProxiedAddress withoutVectors =
          ProxiedAddress.of(addresses, client.peer(), client.local(), client.policy());
      byClient.put(source, new Flow(proxy, withoutVectors));
    }
  }

  /** Returns whether two values tell the same but for the vectors. */
  private static boolean areSame(ProxiedAddress known, ProxiedAddress client) {
    ProxyHeader knownHeader = known.header();
    ProxyHeader header = client.header();
    return knownHeader != null
        && header != null
        && knownHeader.transport() == header.transport()
        && known.source().equals(client.source())
        && known.destination().equals(client.destination())
        && known.local().equals(client.local())
        && known.policy() == client.policy();
  }

  /** Sees to it that answers to a direct sender, or to a proxy itself, go to that address. */
  private void rememberDirect(InetSocketAddress sender, ProxiedAddress told) {
    byClient.remove(sender);
    if (direct != null) {
      ProxiedAddress itself = ProxiedAddress.of(null, sender, told.local(), told.policy());
      direct.put(sender, new Flow(sender, itself));
      makeRoom();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    reads.complete(ctx);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    DatagramPacket packet = Prefix.packetOf(msg);
    InetSocketAddress recipient = packet == null ? null : packet.recipient();
    if (packet == null || recipient == null) {
      ctx.write(msg, promise);
      return;
    }
    Flow flow = flowTo(recipient);
    if (flow != null) {
      ctx.write(by(flow, packet), promise);
    } else if (options.repliesOnly()) {
      ReferenceCountUtil.release(msg);
      promise.tryFailure(new NoRouteToHostException("no proxy brought this client lately"));
    } else {
      ctx.write(msg, promise);
    }
  }

  /** Returns the flow of an address, which is thereby used, {@code null} if there is none. */
  private @Nullable Flow flowTo(InetSocketAddress address) {
    Flow flow = byClient.get(address);
    if (flow == null) {
      return direct == null ? null : direct.get(address);
    }
    if (byProxy != null) {
      byProxy.get(flow.proxy); // It is used as well.
    }
    return flow;
  }

  /** Forgets idle flows, then those of direct senders, until there are not too many. */
  private void makeRoom() {
    boolean found = direct != null;
    while (found && size() > options.maxFlows()) {
      found = byClient.removeIdle() || direct != null && direct.removeEldest();
    }
  }

  private static DatagramPacket by(Flow flow, DatagramPacket packet) {
    return packet instanceof SegmentedDatagramPacket segments
        ? new SegmentedDatagramPacket(
            segments.content(), segments.segmentSize(), flow.proxy, segments.sender())
        : new ProxiedDatagram(packet.content(), flow.proxy, packet.sender(), flow.client);
  }
}
