/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.udp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.proxyheader.datagram.ProxyHeaderDatagramEncoder;
import io.github.proxyheader.protocol.ProxyHeader;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryEncoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseDecoder;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Asks one DNS server over UDP, and asks again if no answer comes. */
final class DnsClient implements AutoCloseable {
  static final String NAME = "whoami.test.";

  private static final int ATTEMPTS = 40;

  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private final InetSocketAddress server;
  private final Channel channel;
  private int lastId;

  /** What a server answers: the code, and each address or each string of a text. */
  record Answer(int id, DnsResponseCode code, List<String> data) {}

  /** Opens a client that sends its queries as they are. */
  DnsClient(EventLoopGroup group, InetSocketAddress server) {
    this(group, server, null);
  }

  /** Opens a client with a header in front of each query, or none if it is {@code null}. */
  DnsClient(EventLoopGroup group, InetSocketAddress server, ProxyHeader header) {
    this.server = server;
    InetAddress loopback =
        server.getAddress() instanceof Inet4Address ? NetUtil.LOCALHOST4 : NetUtil.LOCALHOST6;
    channel =
        new Bootstrap()
            .group(group)
            .channel(NioDatagramChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (header != null) {
                      channel.pipeline().addLast(new ProxyHeaderDatagramEncoder(header));
                    }
                    channel
                        .pipeline()
                        .addLast(
                            new DatagramDnsQueryEncoder(),
                            new DatagramDnsResponseDecoder(),
                            new Collector());
                  }
                })
            .bind(loopback, 0)
            .syncUninterruptibly()
            .channel();
  }

  InetSocketAddress address() {
    return (InetSocketAddress) channel.localAddress();
  }

  /** Returns the answer. */
  Answer ask(DnsRecordType type) throws InterruptedException {
    int id = ++lastId;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      DatagramDnsQuery query = new DatagramDnsQuery(null, server, id);
      query.setRecursionDesired(true);
      query.setRecord(DnsSection.QUESTION, new DefaultDnsQuestion(NAME, type));
      channel.writeAndFlush(query).sync();
      Answer answer = answers.poll(1, TimeUnit.SECONDS);
      while (answer != null && answer.id() != id) { // to an earlier query, sent twice
        answer = answers.poll(1, TimeUnit.SECONDS);
      }
      if (answer != null) {
        return answer;
      }
    }
    throw new AssertionError("no answer from " + server + " to " + ATTEMPTS + " queries");
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
  }

  private final class Collector extends SimpleChannelInboundHandler<DatagramDnsResponse> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramDnsResponse response) {
      List<String> data = new ArrayList<>();
      for (int i = 0; i < response.count(DnsSection.ANSWER); i++) {
        DnsRecord answer = response.recordAt(DnsSection.ANSWER, i);
        if (answer instanceof DnsRawRecord raw) {
          addData(data, raw);
        }
      }
      answers.add(new Answer(response.id(), response.code(), data));
    }
  }

  private static void addData(List<String> data, DnsRawRecord answer) {
    ByteBuf content = answer.content();
    if (answer.type().equals(DnsRecordType.TXT)) {
      while (content.isReadable()) {
        data.add(content.readCharSequence(content.readUnsignedByte(), US_ASCII).toString());
      }
    } else {
      byte[] address = new byte[content.readableBytes()];
      content.readBytes(address);
      data.add(NetUtil.bytesToIpAddress(address));
    }
  }
}
