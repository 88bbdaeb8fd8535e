/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.text;
import static io.github.proxyheader.testing.Datagrams.CLIENT;
import static io.github.proxyheader.testing.Datagrams.PROXY;
import static io.github.proxyheader.testing.Datagrams.SERVER;
import static io.github.proxyheader.testing.Datagrams.TARGET;
import static io.github.proxyheader.testing.Datagrams.header;
import static io.github.proxyheader.testing.Datagrams.headerBytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.testing.BufferKind;
import io.github.proxyheader.testing.Datagrams;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.DefaultAddressedEnvelope;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.netty.handler.codec.UnsupportedMessageTypeException;
import io.netty.util.IllegalReferenceCountException;
import java.net.InetSocketAddress;
import java.nio.channels.NotYetConnectedException;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProxyHeaderDatagramEncoderTest {
  @RegisterExtension final Datagrams datagrams = new Datagrams();

  private static final byte[] HEADER = headerBytes(CLIENT);
  private static final ProxyHeader VERSION_1 =
      ProxyHeader.builder().version(ProxyVersion.V1).source(CLIENT).destination(TARGET).build();

  private DatagramPacket packet(byte[] payload) {
    return new DatagramPacket(datagrams.leaks.buffer(BufferKind.DIRECT, payload), TARGET, SERVER);
  }

  private ChannelFuture write(Object msg) {
    ChannelFuture write = datagrams.channel.writeAndFlush(msg);
    assertThat(write.isDone()).isTrue();
    return write;
  }

  private static byte[] bytes(ByteBuf buffer) {
    return ByteBufUtil.getBytes(buffer);
  }

  private void assertFails(Object msg, Class<? extends Throwable> cause) {
    ChannelFuture write = datagrams.channel.writeAndFlush(msg);
    assertThat(write.cause()).isInstanceOf(cause);
    assertThat(datagrams.channel.<Object>readOutbound()).isNull();
    assertThat(datagrams.channel.isOpen()).isTrue();
    datagrams.leaks.assertNothingLeaked();
  }

  @Test
  @DisplayName("R10 header and payload are one datagram")
  void fixedHeader() {
    datagrams.with(new ProxyHeaderDatagramEncoder(header(CLIENT)));
    for (String payload : new String[] {"first", "second", ""}) {
      assertThat(write(packet(text(payload))).isSuccess()).isTrue();
      DatagramPacket out = datagrams.channel.readOutbound();
      assertThat(bytes(out.content())).isEqualTo(concat(HEADER, text(payload)));
      assertThat(out.recipient()).isEqualTo(TARGET);
      assertThat(out.sender()).isEqualTo(SERVER);
      out.release();
    }
    assertThat(datagrams.channel.<Object>readOutbound()).isNull();
  }

  @Test
  void headerOfEachDatagram() {
    datagrams.with(
        new ProxyHeaderDatagramEncoder(
            packet -> packet.recipient().equals(TARGET) ? header(CLIENT) : null));
    write(packet(text("with")));
    DatagramPacket plain =
        new DatagramPacket(datagrams.leaks.buffer(BufferKind.HEAP, text("without")), PROXY);
    write(plain);

    DatagramPacket first = datagrams.channel.readOutbound();
    assertThat(bytes(first.content())).isEqualTo(concat(HEADER, text("with")));
    assertThat(datagrams.channel.<Object>readOutbound()).isSameAs(plain);
    first.release();
    plain.release();
  }

  @Test
  void payloadIsNotCopied() {
    datagrams.with(new ProxyHeaderDatagramEncoder(header(CLIENT)));
    DatagramPacket in = packet(text("payload"));
    long address = in.content().memoryAddress();
    write(in);
    DatagramPacket out = datagrams.channel.readOutbound();
    ByteBuf payload = ((CompositeByteBuf) out.content()).component(1);
    assertThat(payload.memoryAddress()).isEqualTo(address);
    out.release();
  }

  @ParameterizedTest
  @EnumSource
  void everyKindOfBuffer(BufferKind kind) {
    datagrams.with(new ProxyHeaderDatagramEncoder(header(CLIENT)));
    write(new DatagramPacket(datagrams.leaks.buffer(kind, text("payload")), TARGET));
    DatagramPacket out = datagrams.channel.readOutbound();
    assertThat(bytes(out.content())).isEqualTo(concat(HEADER, text("payload")));
    out.release();
  }

  @Test
  void bytesOnAConnectedChannel() {
    DatagramPacket[] asked = new DatagramPacket[1];
    datagrams
        .connectedTo(TARGET)
        .with(
            new ProxyHeaderDatagramEncoder(
                packet -> {
                  asked[0] = packet;
                  return header(CLIENT);
                }));
    write(datagrams.leaks.buffer(BufferKind.DIRECT, text("x")));
    assertThat(asked[0].recipient()).isEqualTo(TARGET);
    ByteBuf out = datagrams.channel.readOutbound();
    assertThat(bytes(out)).isEqualTo(concat(HEADER, text("x")));
    out.release();
  }

  @Test
  void bytesOnATransportWithoutIpAddresses() {
    EmbeddedChannel channel = new EmbeddedChannel(new ProxyHeaderDatagramEncoder(header(CLIENT)));
    channel.writeOutbound(Unpooled.wrappedBuffer(text("x")));
    ByteBuf out = channel.readOutbound();
    assertThat(bytes(out)).isEqualTo(concat(HEADER, text("x")));
    out.release();
  }

  @Test
  void bytesOnAChannelThatIsNotConnectedFail() {
    datagrams.with(new ProxyHeaderDatagramEncoder(header(CLIENT)));
    assertFails(
        datagrams.leaks.buffer(BufferKind.DIRECT, text("x")), NotYetConnectedException.class);
  }

  @Test
  void otherEnvelopesOfBytes() {
    datagrams.with(new ProxyHeaderDatagramEncoder(header(CLIENT)));
    write(
        new DefaultAddressedEnvelope<ByteBuf, InetSocketAddress>(
            datagrams.leaks.buffer(BufferKind.DIRECT, text("x")), TARGET));
    DatagramPacket out = datagrams.channel.readOutbound();
    assertThat(bytes(out.content())).isEqualTo(concat(HEADER, text("x")));
    assertThat(out.recipient()).isEqualTo(TARGET);
    out.release();
  }

  @Test
  void writeOfAMessageThatIsNotADatagramFails() {
    datagrams.with(new ProxyHeaderDatagramEncoder(header(CLIENT)));
    assertFails("text", UnsupportedMessageTypeException.class);
    assertFails(
        new DefaultAddressedEnvelope<>(
            datagrams.leaks.buffer(BufferKind.HEAP, text("x")), new LocalAddress("x")),
        UnsupportedMessageTypeException.class);
  }

  @Test
  void eachSegmentGetsTheHeader() {
    datagrams.with(new ProxyHeaderDatagramEncoder(header(CLIENT)));
    ByteBuf payload = datagrams.leaks.buffer(BufferKind.DIRECT, text("aaabbbc"));
    write(new SegmentedDatagramPacket(payload, 3, TARGET, SERVER));
    SegmentedDatagramPacket out = datagrams.channel.readOutbound();
    assertThat(bytes(out.content()))
        .isEqualTo(concat(HEADER, text("aaa"), HEADER, text("bbb"), HEADER, text("c")));
    assertThat(out.segmentSize()).isEqualTo(HEADER.length + 3);
    assertThat(out.recipient()).isEqualTo(TARGET);
    assertThat(out.sender()).isEqualTo(SERVER);
    out.release();
  }

  @Test
  void segmentsThatGrowTooLongTogetherFail() {
    datagrams.with(new ProxyHeaderDatagramEncoder(header(CLIENT)));
    assertFails(
        new SegmentedDatagramPacket(
            datagrams.leaks.buffer(BufferKind.DIRECT, new byte[3_000]), 1, TARGET),
        IllegalArgumentException.class);
  }

  @Test
  void longestDatagram() {
    datagrams.with(new ProxyHeaderDatagramEncoder(header(CLIENT)));
    write(packet(new byte[65_507 - HEADER.length]));
    DatagramPacket out = datagrams.channel.readOutbound();
    assertThat(out.content().readableBytes()).isEqualTo(65_507);
    out.release();
    assertFails(packet(new byte[65_508 - HEADER.length]), IllegalArgumentException.class);
  }

  @Test
  void limitCanBeSet() {
    datagrams.with(new ProxyHeaderDatagramEncoder(packet -> header(CLIENT), 100));
    write(packet(new byte[100 - HEADER.length]));
    datagrams.channel.<DatagramPacket>readOutbound().release();
    assertFails(packet(new byte[101 - HEADER.length]), IllegalArgumentException.class);
    assertFails(
        new SegmentedDatagramPacket(
            datagrams.leaks.buffer(BufferKind.DIRECT, new byte[200]), 73, TARGET),
        IllegalArgumentException.class);
  }

  @Test
  @DisplayName("R28 version 1 has no UDP")
  void version1IsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProxyHeaderDatagramEncoder(VERSION_1))
        .withMessageContaining("V1");
    datagrams.with(new ProxyHeaderDatagramEncoder(packet -> VERSION_1));
    assertFails(packet(text("x")), IllegalArgumentException.class);
  }

  @Test
  void functionThatThrowsFailsItsWrite() {
    IllegalStateException failure = new IllegalStateException();
    datagrams.with(
        new ProxyHeaderDatagramEncoder(
            packet -> {
              throw failure;
            }));
    assertThat(write(packet(text("x"))).cause()).isSameAs(failure);
    datagrams.leaks.assertNothingLeaked();
  }

  @Test
  void failureOfAWriteThatNobodyWaitsForIsFired() {
    datagrams.with(new ProxyHeaderDatagramEncoder(packet -> VERSION_1));
    datagrams.channel.writeAndFlush(packet(text("x")), datagrams.channel.voidPromise());
    datagrams.channel.runPendingTasks();
    assertThat(datagrams.exceptions).hasSize(1);
    datagrams.exceptions.clear();
  }

  @Test
  void datagramThatIsReleasedAlreadyFailsAndLeaksNoHeader() {
    datagrams.with(new ProxyHeaderDatagramEncoder(header(CLIENT)));
    DatagramPacket released = packet(text("x"));
    released.release();
    assertFails(released, IllegalReferenceCountException.class);
  }

  @Test
  void badArgumentsAreRefused() {
    Function<DatagramPacket, ProxyHeader> none = packet -> null;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProxyHeaderDatagramEncoder(none, 0))
        .withMessage("maxSize: 0 (expected: 1 to 65507)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProxyHeaderDatagramEncoder(none, 65_508));
    assertThatNullPointerException()
        .isThrownBy(
            () -> new ProxyHeaderDatagramEncoder((Function<DatagramPacket, ProxyHeader>) null));
    assertThatNullPointerException()
        .isThrownBy(() -> new ProxyHeaderDatagramEncoder((ProxyHeader) null));
  }
}
