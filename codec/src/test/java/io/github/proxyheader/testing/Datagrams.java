/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.datagram.DatagramListener;
import io.github.proxyheader.datagram.ProxiedDatagram;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.protocol.ProxyTransport;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A channel for datagrams without a socket. After each test it is open unless the test closed it,
 * saw no exception, and has left no buffer behind.
 */
public final class Datagrams implements AfterEachCallback {
  public static final InetSocketAddress PROXY = Addresses.inet("10.0.0.1", 4_000);
  public static final InetSocketAddress OTHER_PROXY = Addresses.inet("10.0.0.2", 4_000);
  public static final InetSocketAddress SERVER = Addresses.inet("10.0.0.9", 53);
  public static final InetSocketAddress CLIENT = Addresses.inet("203.0.113.7", 45_678);
  public static final InetSocketAddress TARGET = Addresses.inet("198.51.100.9", 53);

  public final LeakCheck leaks = new LeakCheck();
  public final Told told = new Told();

  /** What reached the last handler; its content is released, and its bytes kept. */
  public final List<ProxiedDatagram> received = new ArrayList<>();

  public final List<String> payloads = new ArrayList<>();
  public final List<Throwable> exceptions = new ArrayList<>();

  /** How often the transport was asked for a read. */
  public int reads;

  private Consumer<ChannelHandlerContext> onRead = ctx -> {};
  private SocketAddress remote;
  public final EmbeddedChannel channel =
      new EmbeddedChannel() {
        @Override
        protected SocketAddress remoteAddress0() {
          return remote;
        }

        @Override
        protected void doBeginRead() {
          reads++;
        }
      };

  public Datagrams() {
    channel.config().setAllocator(leaks.allocator());
  }

  public Datagrams with(ChannelHandler... handlers) {
    channel.pipeline().addLast(handlers).addLast(new Last());
    return this;
  }

  public Datagrams connectedTo(SocketAddress address) {
    remote = address;
    return this;
  }

  /** Sets what is done at each datagram that comes through. */
  public Datagrams onRead(Consumer<ChannelHandlerContext> action) {
    onRead = action;
    return this;
  }

  public Datagrams receive(byte[]... parts) {
    return receiveFrom(PROXY, parts);
  }

  public Datagrams receiveFrom(InetSocketAddress sender, byte[]... parts) {
    return receiveMessage(
        new DatagramPacket(
            leaks.buffer(BufferKind.DIRECT_AMID_JUNK, Bytes.concat(parts)), SERVER, sender));
  }

  public Datagrams receiveMessage(Object msg) {
    channel.pipeline().fireChannelRead(msg);
    return this;
  }

  public ProxiedDatagram last() {
    return received.get(received.size() - 1);
  }

  /** Returns the header of a client over UDP. */
  public static ProxyHeader header(InetSocketAddress client) {
    return ProxyHeader.builder()
        .transport(ProxyTransport.UDP4)
        .source(client)
        .destination(TARGET)
        .build();
  }

  public static byte[] headerBytes(InetSocketAddress client) {
    return ProxyHeaderWriter.toBytes(header(client));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    channel.finishAndReleaseAll();
    assertThat(exceptions).isEmpty();
    leaks.assertNothingLeaked();
  }

  /** The last handler. */
  private final class Last extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ProxiedDatagram datagram = (ProxiedDatagram) msg;
      try {
        received.add(datagram);
        payloads.add(new String(ByteBufUtil.getBytes(datagram.content()), ISO));
        onRead.accept(ctx);
      } finally {
        datagram.release();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      exceptions.add(cause);
    }
  }

  private static final Charset ISO = StandardCharsets.ISO_8859_1;

  /** A listener that writes down what it is told, and then does what a test wants it to do. */
  public static final class Told implements DatagramListener {
    public final List<String> all = new ArrayList<>();
    public final List<InetSocketAddress> droppedSenders = new ArrayList<>();
    public final List<ProxyHeaderException> causes = new ArrayList<>();
    private Consumer<Channel> action = channel -> {};

    public Told then(Consumer<Channel> action) {
      this.action = action;
      return this;
    }

    @Override
    public void proxied(Channel channel, ProxiedAddress address) {
      all.add(address.isProxied() ? "proxied" : "direct");
      action.accept(channel);
    }

    @Override
    public void dropped(Channel channel, InetSocketAddress sender, ProxyHeaderException cause) {
      all.add(cause.reason().name());
      droppedSenders.add(sender);
      causes.add(cause);
      action.accept(channel);
    }
  }
}
