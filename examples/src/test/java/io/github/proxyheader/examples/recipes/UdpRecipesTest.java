/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.datagram.DatagramReceiverOptions;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.NetUtil;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UdpRecipesTest {
  private static final InetSocketAddress PROXY = new InetSocketAddress(NetUtil.LOCALHOST4, 4_000);
  private static final InetSocketAddress SERVER = new InetSocketAddress(NetUtil.LOCALHOST4, 53);
  private static final InetSocketAddress CLIENT = new InetSocketAddress("203.0.113.7", 45_678);
  private static final InetSocketAddress TARGET = new InetSocketAddress("198.51.100.9", 53);
  private static final byte[] HEADER = ProxyHeaderWriter.toBytes(ProxyHeader.of(CLIENT, TARGET));

  private static DatagramPacket packet(byte[]... parts) {
    return new DatagramPacket(Unpooled.wrappedBuffer(parts), SERVER, PROXY);
  }

  private static EmbeddedChannel channel(ChannelHandler handler) {
    return new EmbeddedChannel(handler);
  }

  @Test
  void serverAnswersTheClientByTheProxy() throws Exception {
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try (DatagramSocket proxy = new DatagramSocket(0, NetUtil.LOCALHOST4)) {
      Channel server = UdpRecipes.server(group).bind(NetUtil.LOCALHOST4, 0).sync().channel();
      proxy.setSoTimeout(10_000);
      proxy.send(new java.net.DatagramPacket(HEADER, HEADER.length, server.localAddress()));
      java.net.DatagramPacket answer = new java.net.DatagramPacket(new byte[100], 100);
      proxy.receive(answer);
      assertThat(new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8))
          .isEqualTo("You are /203.0.113.7:45678\n");
    } finally {
      group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  @Test
  void flowsHideTheProxies() {
    EmbeddedChannel channel =
        channel(
            UdpRecipes.flows(
                DatagramReceiverOptions.builder().build(), new ChannelInboundHandlerAdapter()));
    channel.writeInbound(packet(HEADER));
    DatagramPacket in = channel.readInbound();
    assertThat(in.sender()).isEqualTo(CLIENT);
    channel.writeOutbound(new DatagramPacket(in.content(), in.sender()));
    DatagramPacket out = channel.readOutbound();
    assertThat(out.recipient()).isEqualTo(PROXY);
    out.release();
  }

  @Test
  void headerOnTheFirstDatagramOnly() {
    EmbeddedChannel channel = channel(UdpRecipes.headerOnce());
    DatagramPacket first =
        new DatagramPacket(
            Unpooled.wrappedBuffer(HEADER), SERVER, new InetSocketAddress("10.0.0.1", 1));
    DatagramPacket second =
        new DatagramPacket(
            Unpooled.wrappedBuffer(new byte[3]), SERVER, new InetSocketAddress("10.0.0.1", 1));
    channel.writeInbound(first, second);
    for (int i = 0; i < 2; i++) {
      DatagramPacket in = channel.readInbound();
      assertThat(in.sender()).isEqualTo(CLIENT);
      in.release();
    }
  }

  @Test
  void senderAndReceiverAgree() {
    EmbeddedChannel channel = channel(UdpRecipes.sender(CLIENT, TARGET));
    channel.writeOutbound(packet(new byte[] {1, 2, 3}));
    DatagramPacket sent = channel.readOutbound();
    assertThat(sent.content().readableBytes()).isEqualTo(28 + 3);
    sent.release();
  }

  @Test
  void spectrumGetsItsHeaderBack() {
    EmbeddedChannel channel =
        channel(UdpRecipes.spectrum(DatagramReceiverOptions.builder().build()));
    ByteBuf header = Unpooled.buffer().writeShort(0x56EC).writeZero(36);
    channel.writeInbound(new DatagramPacket(header.copy(), SERVER, PROXY));
    DatagramPacket answer = channel.readOutbound();
    assertThat(answer.content().readSlice(38)).isEqualTo(header);
    assertThat(answer.recipient()).isEqualTo(PROXY);
    answer.release();
    header.release();
  }

  @Test
  void lineOfNginxIsInFrontOfTheFirstDatagramOnly() {
    EmbeddedChannel channel = channel(UdpRecipes.nginx());
    InetSocketAddress nginx = new InetSocketAddress("10.0.0.1", 1);
    ByteBuf line =
        Unpooled.copiedBuffer(
            "PROXY TCP4 203.0.113.7 198.51.100.9 45678 53\r\nx", StandardCharsets.US_ASCII);
    channel.writeInbound(
        new DatagramPacket(line, SERVER, nginx),
        new DatagramPacket(Unpooled.buffer(1).writeByte('y'), SERVER, nginx));
    for (char payload : "xy".toCharArray()) {
      DatagramPacket in = channel.readInbound();
      assertThat(in.sender()).isEqualTo(CLIENT);
      assertThat(in.content().readByte()).isEqualTo((byte) payload);
      in.release();
    }
  }
}
