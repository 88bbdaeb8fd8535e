/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.udp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.proxyheader.datagram.DatagramReceiverOptions;
import io.github.proxyheader.datagram.ProxiedDatagram;
import io.github.proxyheader.datagram.ProxyHeaderDatagramDecoder;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.TrustedProxies;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsOpCode;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A DNS server behind proxies that answers a query for any name, over UDP, with the real address of
 * whoever asked: the address for A and AAAA, address and port of client and proxy for TXT.
 */
public final class WhoAmIDns implements AutoCloseable {
  private final Channel channel;

  private WhoAmIDns(Channel channel) {
    this.channel = channel;
  }

  /**
   * Answers until the process is ended.
   *
   * @param args an IP address and a port to listen on, then the trusted proxies, as addresses or
   *     networks
   */
  public static void main(String[] args) {
    InetAddress address =
        args.length < 3 ? null : NetUtil.createInetAddressFromIpAddressString(args[0]);
    if (address == null) {
      System.err.println("usage: WhoAmIDns <address> <port> <trusted proxy>...");
      System.exit(2);
      return;
    }
    InetSocketAddress listen = new InetSocketAddress(address, Integer.parseInt(args[1]));
    String[] proxies = Arrays.copyOfRange(args, 2, args.length);
    DatagramReceiverOptions options =
        DatagramReceiverOptions.builder().policy(TrustedProxies.of(proxies)).build();
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try (WhoAmIDns server = start(group, listen, options)) {
      System.out.println("listening on " + NetUtil.toSocketAddressString(server.address()));
      server.channel.closeFuture().syncUninterruptibly();
    } finally {
      group.shutdownGracefully();
    }
  }

  /**
   * Starts a server.
   *
   * @param group the NIO event loops, which stay the caller's
   * @param address where to listen, port 0 for a free one
   * @param options who may send a header, and more
   */
  public static WhoAmIDns start(
      EventLoopGroup group, InetSocketAddress address, DatagramReceiverOptions options) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(group)
            .channel(NioDatagramChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new ProxyHeaderDatagramDecoder(options), // first
                            new ClientQueryDecoder(),
                            new DatagramDnsResponseEncoder(),
                            new Answerer());
                  }
                });
    return new WhoAmIDns(bootstrap.bind(address).syncUninterruptibly().channel());
  }

  /** Returns where the server listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) channel.localAddress();
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
  }

  // region decoder
  /** A query, to be released, and who asked it; the query's sender is the proxy. */
  record ClientQuery(DatagramDnsQuery query, ProxiedAddress client) {}

  /** Keeps the client, of whom Netty's decoder knows nothing, beside the query. */
  static final class ClientQueryDecoder extends DatagramDnsQueryDecoder {
    @Override
    protected void decode(ChannelHandlerContext ctx, DatagramPacket packet, List<Object> out)
        throws Exception {
      super.decode(ctx, packet, out);
      ProxiedAddress client = ((ProxiedDatagram) packet).proxiedAddress();
      out.replaceAll(query -> new ClientQuery((DatagramDnsQuery) query, client));
    }
  }

  // endregion

  private static final class Answerer extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ClientQuery asked = (ClientQuery) msg;
      try {
        if (ctx.channel().isWritable()) { // else the client asks again
          ctx.writeAndFlush(answer(asked));
        }
      } finally {
        asked.query().release();
      }
    }

    /** What is no DNS query gets no answer. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {}
  }

  private static DatagramDnsResponse answer(ClientQuery asked) {
    DatagramDnsQuery query = asked.query();
    DatagramDnsResponse response =
        new DatagramDnsResponse(query.recipient(), query.sender(), query.id(), query.opCode());
    response.setRecursionDesired(query.isRecursionDesired());
    if (!query.opCode().equals(DnsOpCode.QUERY)) {
      response.setCode(DnsResponseCode.NOTIMP);
    } else if (query.count(DnsSection.QUESTION) != 1) {
      response.setCode(DnsResponseCode.FORMERR);
    } else {
      DnsQuestion question = query.recordAt(DnsSection.QUESTION);
      response.setAuthoritativeAnswer(true).addRecord(DnsSection.QUESTION, question);
      ByteBuf data = data(question.type(), asked.client());
      if (data != null) {
        response.addRecord(
            DnsSection.ANSWER,
            new DefaultDnsRawRecord(
                question.name(), question.type(), question.dnsClass(), 0, data));
      }
    }
    return response;
  }

  /** Returns a record's data, {@code null} if there is no record of this type. */
  private static @Nullable ByteBuf data(DnsRecordType type, ProxiedAddress client) {
    if (type.equals(DnsRecordType.TXT)) {
      return strings("client=" + text(client.source()), "proxy=" + text(client.peer()));
    }
    if (client.source() instanceof InetSocketAddress source) {
      InetAddress address = source.getAddress();
      if (type.equals(DnsRecordType.A) && address instanceof Inet4Address
          || type.equals(DnsRecordType.AAAA) && address instanceof Inet6Address) {
        return Unpooled.wrappedBuffer(address.getAddress());
      }
    }
    return null;
  }

  private static ByteBuf strings(String... texts) {
    ByteBuf data = Unpooled.buffer();
    for (String text : texts) {
      data.writeByte(text.length()).writeCharSequence(text, US_ASCII);
    }
    return data;
  }

  private static String text(SocketAddress address) {
    return address instanceof InetSocketAddress inet
        ? NetUtil.toSocketAddressString(inet)
        : "no IP address";
  }
}
