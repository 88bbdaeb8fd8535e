/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.hex;
import static io.github.proxyheader.testing.Bytes.text;
import static io.github.proxyheader.testing.Datagrams.OTHER_PROXY;
import static io.github.proxyheader.testing.Datagrams.PROXY;
import static io.github.proxyheader.testing.Datagrams.SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.testing.Addresses;
import io.github.proxyheader.testing.BufferKind;
import io.github.proxyheader.testing.Datagrams;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.netty.handler.codec.UnsupportedMessageTypeException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SimpleProxyProtocolCodecTest {
  @RegisterExtension final Datagrams datagrams = new Datagrams();

  private static final InetSocketAddress CLIENT = Addresses.inet("203.0.113.7", 0x1234);
  private static final InetSocketAddress EDGE = Addresses.inet("198.51.100.9", 0x5678);

  /** Put together by hand from the published layout, every field distinct. */
  private static final byte[] IPV4 =
      hex(
          "56ec"
              + "00000000000000000000ffffcb007107"
              + "00000000000000000000ffffc6336409"
              + "1234"
              + "5678");

  private static final byte[] IPV6 =
      hex(
          "56ec"
              + "20010db8000000000000000000000007"
              + "20010db8000000000000000000000009"
              + "1234"
              + "5678");

  private Datagrams codec(DatagramReceiverOptions.Builder options) {
    return datagrams.with(new SimpleProxyProtocolCodec(options.listener(datagrams.told).build()));
  }

  private byte[] written(Object msg) {
    assertThat(datagrams.channel.writeAndFlush(msg).isSuccess()).isTrue();
    DatagramPacket out = datagrams.channel.readOutbound();
    byte[] bytes = ByteBufUtil.getBytes(out.content());
    out.release();
    return bytes;
  }

  @ParameterizedTest
  @EnumSource
  void ipv4(BufferKind kind) {
    codec(DatagramReceiverOptions.builder())
        .receiveMessage(
            new DatagramPacket(
                datagrams.leaks.buffer(kind, concat(IPV4, text("hello"))), SERVER, PROXY));
    assertThat(datagrams.payloads).containsExactly("hello");
    ProxiedDatagram datagram = datagrams.last();
    assertThat(datagram.proxiedAddress().source()).isEqualTo(CLIENT);
    assertThat(datagram.proxiedAddress().destination()).isEqualTo(EDGE);
    assertThat(datagram.proxiedAddress().peer()).isEqualTo(PROXY);
    assertThat(datagram.sender()).isEqualTo(PROXY);
    assertThat(datagram.proxiedAddress().header().transport()).isEqualTo(ProxyTransport.UDP4);
  }

  @Test
  void ipv6() {
    codec(DatagramReceiverOptions.builder()).receive(IPV6, text("hello"));
    assertThat(datagrams.last().proxiedAddress().source())
        .isEqualTo(Addresses.inet("2001:db8::7", 0x1234));
    assertThat(datagrams.last().proxiedAddress().header().transport())
        .isEqualTo(ProxyTransport.UDP6);
  }

  @Test
  void answersHaveTheSameHeader() {
    codec(DatagramReceiverOptions.builder());
    byte[] mixed = IPV4.clone();
    System.arraycopy(IPV6, 2, mixed, 2, 16);
    for (byte[] header : new byte[][] {IPV4, IPV6, mixed}) {
      datagrams.receive(header, text("question"));
      ProxiedDatagram question = datagrams.last();
      ProxiedDatagram answer =
          question.reply(datagrams.leaks.buffer(BufferKind.DIRECT, text("answer")));
      assertThat(answer.recipient()).isEqualTo(PROXY);
      assertThat(written(answer)).isEqualTo(concat(header, text("answer")));
    }
  }

  @Test
  void applicationsThatKnowClientsByTheirSender() {
    datagrams
        .with(new SimpleProxyProtocolCodec(), new ProxiedDatagramFlows())
        .receive(IPV4, text("question"))
        .receiveFrom(OTHER_PROXY, IPV6, text("question"));
    assertThat(datagrams.received.get(0).sender()).isEqualTo(CLIENT);
    datagrams.channel.writeAndFlush(
        new DatagramPacket(datagrams.leaks.buffer(BufferKind.DIRECT, text("answer")), CLIENT));
    DatagramPacket out = datagrams.channel.readOutbound();
    assertThat(out.recipient()).isEqualTo(PROXY);
    assertThat(ByteBufUtil.getBytes(out.content())).isEqualTo(concat(IPV4, text("answer")));
    out.release();
  }

  @Test
  void otherMessagesAreWrittenUnchanged() {
    codec(DatagramReceiverOptions.builder().policy(ProxyHeaderPolicy.USE)).receive(text("direct"));
    assertThat(
            written(
                datagrams
                    .last()
                    .reply(datagrams.leaks.buffer(BufferKind.DIRECT, text("direct answer")))))
        .isEqualTo(text("direct answer"));
    assertThat(
            written(
                new DatagramPacket(
                    datagrams.leaks.buffer(BufferKind.DIRECT, text("plain")), PROXY)))
        .isEqualTo(text("plain"));
  }

  @Test
  void segmentsAreRefused() {
    codec(DatagramReceiverOptions.builder());
    ChannelFuture write =
        datagrams.channel.writeAndFlush(
            new SegmentedDatagramPacket(
                datagrams.leaks.buffer(BufferKind.DIRECT, text("xyz")), 1, PROXY));
    assertThat(write.cause()).isInstanceOf(UnsupportedMessageTypeException.class);
  }

  @Test
  void answerThatGetsTooLongFails() {
    codec(DatagramReceiverOptions.builder()).receive(IPV4);
    ProxiedDatagram question = datagrams.last();
    ChannelFuture write =
        datagrams.channel.writeAndFlush(
            question.reply(datagrams.leaks.buffer(BufferKind.DIRECT, new byte[65_507 - 37])));
    assertThat(write.cause()).isInstanceOf(IllegalArgumentException.class);
    assertThat(
            written(
                question.reply(datagrams.leaks.buffer(BufferKind.DIRECT, new byte[65_507 - 38]))))
        .hasSize(65_507);
  }

  @ParameterizedTest
  @CsvSource({
    "REQUIRE, MISSING, MISSING, TRUNCATED, proxied",
    "USE, direct, direct, TRUNCATED, proxied",
    "IGNORE, direct, direct, TRUNCATED, direct",
    "REJECT, direct, direct, UNEXPECTED, UNEXPECTED",
    "SKIP, direct, direct, direct, direct",
    "CLOSE, UNTRUSTED, UNTRUSTED, UNTRUSTED, UNTRUSTED",
  })
  void policies(ProxyHeaderPolicy policy, String empty, String one, String part, String whole) {
    codec(DatagramReceiverOptions.builder().policy(policy));
    for (int length = 0; length <= IPV4.length; length++) {
      datagrams.told.all.clear();
      datagrams.receive(Arrays.copyOf(IPV4, length));
      assertThat(datagrams.told.all)
          .containsExactly(
              length == 0 ? empty : length == 1 ? one : length < IPV4.length ? part : whole);
    }
  }

  @Test
  void headersOfTheProxyProtocolAreNotRead() {
    codec(DatagramReceiverOptions.builder()).receive(Datagrams.headerBytes(CLIENT), text("x"));
    assertThat(datagrams.told.all).containsExactly("MISSING");
  }

  @Test
  void trustedSenders() {
    codec(DatagramReceiverOptions.builder().policy(TrustedProxies.of("10.0.0.2")))
        .receiveFrom(PROXY, IPV4)
        .receiveFrom(OTHER_PROXY, IPV4);
    assertThat(datagrams.told.all).containsExactly("UNTRUSTED", "proxied");
  }

  @Test
  void withoutAutoReadAReadWhoseDatagramsAreAllDroppedIsFollowedByAnother() {
    datagrams.channel.config().setAutoRead(false);
    codec(DatagramReceiverOptions.builder());
    int before = datagrams.reads;
    datagrams.receive(text("dirt"));
    datagrams.channel.pipeline().fireChannelReadComplete();
    assertThat(datagrams.reads).isEqualTo(before + 1);
  }

  @Test
  void nullsAreRefused() {
    assertThatNullPointerException().isThrownBy(() -> new SimpleProxyProtocolCodec(null));
  }
}
