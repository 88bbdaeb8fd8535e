/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import io.github.proxyheader.datagram.FlowTable.Flow;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
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
 * For applications that know their clients by {@link DatagramPacket#sender()}, as those for QUIC,
 * RakNet, RTP and DNS do: it stands behind the {@link ProxyHeaderDatagramDecoder} or the {@link
 * SimpleProxyProtocolCodec} and makes the proxies invisible.
 *
 * <pre>{@code
 * channel.pipeline().addLast(new ProxyHeaderDatagramDecoder(options));
 * channel.pipeline().addLast(new ProxiedDatagramFlows());
 * channel.pipeline().addLast(application);
 * }</pre>
 *
 * <p>Inbound, the client's address becomes the datagram's sender; {@link
 * ProxiedDatagram#proxiedAddress()} still tells the proxy as {@link ProxiedAddress#peer()}.
 * Outbound, a datagram to that client goes to the proxy that brought it. Datagrams without a
 * client's address in their header, and those to other addresses, stay as they are.
 *
 * <p>The memory is bounded by {@link DatagramFlowOptions.Builder#maxFlows}, whatever clients are
 * made up: for a new flow too many, the one that was not used for the longest time is forgotten. An
 * idle flow ends by itself. Looking one up takes constant time. Nothing is shared between channels.
 *
 * <p><b>Who can take a client's answers?</b> A flow is bound to the proxy, address and port, that
 * brought its newest datagram. Only a header that the decoder's policy accepts, so only a trusted
 * proxy, can make or move one: a proxy that restarts, or another that takes over, gets the answers
 * as soon as it brings the client's next datagram. A client that sends to one proxy under another
 * client's address can so move that one's answers to this proxy until its next datagram; it does
 * not get to see them, for the proxy sends them to the real client. A datagram that came directly
 * from a client's address, where the policy lets those in, makes its answers go directly.
 *
 * <p><b>A header on the first datagram only</b> ({@link DatagramFlowOptions.Builder#headerOnce}):
 * what follows from the same proxy, address and port, belongs to the first one's client, and comes
 * with its {@link ProxiedAddress}. A datagram without a header and a flow is dropped as MISSING, so
 * there can be no direct clients on such a channel. What follows is the client's own bytes, and may
 * look like a header: one that tells anything but the flow's client is dropped as UNEXPECTED. For
 * the same reason no live flow is forgotten for a new one, which is dropped as VALIDATION if there
 * are too many. Such a flow must not end before the proxy's own: set {@link
 * DatagramFlowOptions.Builder#idleTime} longer than the proxy's, or a client can wait and then tell
 * a header of its choice. Prefer proxies that follow R10.
 *
 * <p>Each channel needs its own instance, on the same executor as the decoder.
 */
public final class ProxiedDatagramFlows extends ChannelDuplexHandler {
  private final DatagramFlowOptions options;
  private final FlowTable byClient;

  /** What a proxy's address and port stand for, with {@code headerOnce} only. */
  private final @Nullable FlowTable byProxy;

  private final DatagramReads reads = new DatagramReads();

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
  }

  /** Returns how many flows take up memory; to be called on the channel's event loop. */
  public int size() {
    return byClient.size();
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
    if (client.isProxied() && client.source() instanceof InetSocketAddress source) {
      remember(source, datagram.sender(), client);
      ctx.fireChannelRead(
          new ProxiedDatagram(datagram.content(), datagram.recipient(), source, client));
    } else {
      direct(datagram.sender(), client);
      ctx.fireChannelRead(datagram);
    }
  }

  private ProxiedAddress clientOf(ProxiedDatagram datagram) {
    ProxiedAddress told = datagram.proxiedAddress();
    if (byProxy == null) {
      return told;
    }
    Flow flow = byProxy.get(datagram.sender());
    if (flow != null) {
      if (told.header() != null && !told.source().equals(flow.client.source())) {
        throw new ProxyHeaderException(Reason.UNEXPECTED, "another client in a flow");
      }
      return flow.client;
    }
    if (told.header() == null) {
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

  /** Answers need the addresses alone, and vectors may be long. */
  private void remember(InetSocketAddress source, InetSocketAddress proxy, ProxiedAddress client) {
    ProxyHeader header = client.header();
    if (header == null || header.tlvs().isEmpty() || byProxy != null) {
      byClient.put(source, new Flow(proxy, client));
      return;
    }
    Flow known = byClient.get(source);
    if (known == null || !known.proxy.equals(proxy)) {
      ProxyHeader addresses = header.toBuilder().tlvs(Tlvs.empty()).build();
      byClient.put(
          source, new Flow(proxy, ProxiedAddress.of(addresses, proxy, client.destination())));
    }
  }

  /** Answers go to the sender itself, the proxy being one that asks for its own sake. */
  private void direct(InetSocketAddress sender, ProxiedAddress told) {
    if (options.repliesOnly()) {
      byClient.put(sender, new Flow(sender, ProxiedAddress.of(null, sender, told.destination())));
    } else {
      byClient.remove(sender);
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
    Flow flow = byClient.get(recipient);
    if (flow != null) {
      if (byProxy != null) {
        byProxy.get(flow.proxy); // used in this direction
      }
      ctx.write(by(flow, packet), promise);
    } else if (options.repliesOnly()) {
      ReferenceCountUtil.release(msg);
      promise.tryFailure(new NoRouteToHostException("no proxy brought this client lately"));
    } else {
      ctx.write(msg, promise);
    }
  }

  private static DatagramPacket by(Flow flow, DatagramPacket packet) {
    return packet instanceof SegmentedDatagramPacket segments
        ? new SegmentedDatagramPacket(
            segments.content(), segments.segmentSize(), flow.proxy, segments.sender())
        : new ProxiedDatagram(packet.content(), flow.proxy, packet.sender(), flow.client);
  }
}
