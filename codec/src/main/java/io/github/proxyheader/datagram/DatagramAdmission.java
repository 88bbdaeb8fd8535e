/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import io.github.proxyheader.handler.HeaderValidator;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Decides what becomes of each datagram of one channel, by its policy and its own bytes alone. */
final class DatagramAdmission {
  /** The format of the header. */
  interface Format {
    /** Returns whether the bytes start with a header, valid or not. */
    boolean isPresent(ByteBuf in);

    /**
     * Reads and consumes the header at the start of a whole datagram.
     *
     * @throws ProxyHeaderException if there is no valid header, with {@link Reason#MISSING} if the
     *     bytes do not start with a header at all
     */
    ProxyHeader read(ByteBuf in);
  }

  private final DatagramReceiverOptions options;
  private final Format format;
  private final DatagramReads reads = new DatagramReads();

  DatagramAdmission(DatagramReceiverOptions options, Format format) {
    this.options = options;
    this.format = format;
  }

  /** Passes a message on or drops it. This method takes the ownership of the message. */
  void receive(ChannelHandlerContext ctx, Object msg) {
    if (msg instanceof SegmentedDatagramPacket packets) {
      receiveEach(ctx, packets);
    } else if (msg instanceof DatagramPacket packet) {
      receive(ctx, packet);
    } else {
      drop(ctx, msg, null, new ProxyHeaderException(Reason.MISSING, "not a datagram"));
    }
  }

  /** Takes datagrams apart that the kernel has put together (UDP_GRO): each has its own header. */
  private void receiveEach(ChannelHandlerContext ctx, SegmentedDatagramPacket packets) {
    ByteBuf all = packets.content();
    try {
      do {
        int length = Math.min(all.readableBytes(), packets.segmentSize());
        receive(
            ctx,
            new DatagramPacket(
                all.readRetainedSlice(length), packets.recipient(), packets.sender()));
      } while (all.isReadable());
    } finally {
      packets.release();
    }
  }

  private void receive(ChannelHandlerContext ctx, DatagramPacket packet) {
    InetSocketAddress sender = senderOf(packet, ctx.channel());
    ProxiedDatagram admitted;
    try {
      admitted = admit(ctx.channel(), packet, sender);
    } catch (ProxyHeaderException e) {
      drop(ctx, packet, sender, e);
      return;
    } catch (Throwable cause) {
      drop(ctx, packet, sender, failed(cause));
      return;
    }
    reads.passedOn();
    options.listener().proxied(ctx.channel(), admitted.proxiedAddress());
    ctx.fireChannelRead(admitted);
  }

  private static @Nullable InetSocketAddress senderOf(DatagramPacket packet, Channel channel) {
    InetSocketAddress sender = packet.sender();
    return sender == null && channel.remoteAddress() instanceof InetSocketAddress peer
        ? peer
        : sender;
  }

  private void drop(
      ChannelHandlerContext ctx,
      Object msg,
      @Nullable InetSocketAddress sender,
      ProxyHeaderException cause) {
    reads.dropped();
    ReferenceCountUtil.safeRelease(msg); // It may have been released before it came.
    options.listener().dropped(ctx.channel(), sender, cause);
  }

  private ProxiedDatagram admit(
      Channel channel, DatagramPacket packet, @Nullable InetSocketAddress sender) {
    if (sender == null) {
      throw new ProxyHeaderException(Reason.UNTRUSTED, "the sender is not known");
    }
    ProxyHeaderPolicy policy = choosePolicy(channel, sender);
    ByteBuf content = packet.content();
    ProxyHeader header =
        switch (policy) {
          case REQUIRE -> format.read(content);
          case USE, IGNORE -> readIfPresent(content);
          case REJECT -> refuseIfPresent(content);
          case SKIP -> null;
          case CLOSE ->
              throw new ProxyHeaderException(Reason.UNTRUSTED, "the sender is not trusted");
        };
    ByteBuf payload = header == null ? content : content.slice();
    if (policy == ProxyHeaderPolicy.IGNORE) {
      header = null;
    }
    HeaderValidator validator = options.validator();
    if (header != null && validator != null) {
      validator.validate(channel, header);
    }
    InetSocketAddress recipient = packet.recipient();
    ProxiedAddress address =
        ProxiedAddress.of(
            header, sender, recipient == null ? channel.localAddress() : recipient, policy);
    return new ProxiedDatagram(payload, recipient, sender, address);
  }

  private ProxyHeaderPolicy choosePolicy(Channel channel, InetSocketAddress sender) {
    try {
      return Objects.requireNonNull(options.selector().select(channel, sender), "policy");
    } catch (Throwable cause) {
      throw new ProxyHeaderException(Reason.UNTRUSTED, "no policy was chosen", cause);
    }
  }

  private @Nullable ProxyHeader readIfPresent(ByteBuf in) {
    return format.isPresent(in) ? format.read(in) : null;
  }

  private @Nullable ProxyHeader refuseIfPresent(ByteBuf in) {
    if (format.isPresent(in)) {
      throw new ProxyHeaderException(Reason.UNEXPECTED, "a header is not allowed here");
    }
    return null;
  }

  private static ProxyHeaderException failed(Throwable cause) {
    return new ProxyHeaderException(Reason.VALIDATION, "a call-back failed", cause);
  }

  void readComplete(ChannelHandlerContext ctx) {
    reads.complete(ctx);
  }
}
