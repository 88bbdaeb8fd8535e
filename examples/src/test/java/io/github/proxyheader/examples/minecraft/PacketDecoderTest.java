/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.minecraft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nettyplus.leakdetector.junit.NettyLeakDetectorExtension;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CorruptedFrameException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NettyLeakDetectorExtension.class)
class PacketDecoderTest {
  private static final String STATUS_HANDSHAKE = "0800fd05016163dd01";
  private static final String LOGIN_HANDSHAKE = "0800fd05016163dd02";

  private final EmbeddedChannel channel = new EmbeddedChannel(new PacketDecoder());

  @AfterEach
  void end() {
    channel.finishAndReleaseAll();
  }

  private void receive(String hex) {
    channel.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex)));
  }

  @Test
  void statusAndPingByteByByte() {
    String all = STATUS_HANDSHAKE + "0100" + "09010102030405060708";
    for (int i = 0; i < all.length(); i += 2) {
      receive(all.substring(i, i + 2));
    }

    assertThat(channel.<Packet>readInbound()).isEqualTo(new Packet.Handshake(765, false));
    assertThat(channel.<Packet>readInbound()).isEqualTo(new Packet.StatusRequest());
    assertThat(channel.<Packet>readInbound()).isEqualTo(new Packet.Ping(0x0102030405060708L));
  }

  @Test
  void loginIgnoresWhatStandsBehindTheName() {
    receive(LOGIN_HANDSHAKE + "0500024a6f" + "ff");

    assertThat(channel.<Packet>readInbound()).isEqualTo(new Packet.Handshake(765, true));
    assertThat(channel.<Packet>readInbound()).isEqualTo(new Packet.LoginStart("Jo"));
    receive("0100");
    assertThat(channel.<Packet>readInbound()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00", // a packet without a number
        "8000", // the same in two bytes
        "ffff", // a length that goes on
        "8110", // a length of 2,049
        "0101", // not a handshake
        "0800fd05016163dd04", // no such state
        "0500fd05ff7f", // a host longer than the packet
        "0700fdffffffff0f", // a version of more than five bytes
        "0300fd05", // a handshake that ends early
        "0900fd05016163dd0100" // a byte too many
      })
  void hostileBytesAreRefusedOnceAndNothingBehindThemIsRead(String hex) {
    assertThatThrownBy(() -> receive(hex)).isInstanceOf(CorruptedFrameException.class);

    receive(STATUS_HANDSHAKE);
    assertThat(channel.<Packet>readInbound()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"09020102030405060708", "020000", "0800010203040506ff"})
  void otherPacketsBehindTheHandshakeAreRefused(String hex) {
    receive(STATUS_HANDSHAKE);

    assertThatThrownBy(() -> receive(hex)).isInstanceOf(CorruptedFrameException.class);
  }

  @Test
  void nameThatIsTooLongIsRefused() {
    receive(LOGIN_HANDSHAKE);

    assertThatThrownBy(() -> receive("330031" + "61".repeat(49)))
        .isInstanceOf(CorruptedFrameException.class);
  }

  @Test
  void legacyPingsAreToldApartByWhatFollows() {
    receive("fe01fa000b");
    assertThat(channel.<Packet>readInbound()).isEqualTo(new Packet.LegacyPing(true));
    receive("00");
    assertThat(channel.<Packet>readInbound()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fe", "fe01"})
  void shortLegacyPingIsCompleteWhenNothingFollows(String hex) {
    channel.freezeTime();
    receive(hex);
    assertThat(channel.<Packet>readInbound()).isNull();

    channel.advanceTimeBy(PacketDecoder.LEGACY_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();

    assertThat(channel.<Packet>readInbound()).isEqualTo(new Packet.LegacyPing(hex.length() > 2));
  }

  @Test
  void handshakeOf254BytesIsNoLegacyPing() {
    // A host of 246 characters makes the packet's length FE 01.
    receive("fe01");
    receive("00" + "fd05" + "f601" + "61".repeat(246) + "63dd01");

    assertThat(channel.<Packet>readInbound()).isEqualTo(new Packet.Handshake(765, false));
  }
}
