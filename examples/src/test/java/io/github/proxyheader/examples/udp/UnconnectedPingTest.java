/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class UnconnectedPingTest {
  private static final String PING =
      "01 0000018bcfe56800 00ffff00fefefefefdfdfdfd12345678 1122334455667788".replace(" ", "");
  private static final UnconnectedPing READ =
      new UnconnectedPing(0x0000018bcfe56800L, 0x1122334455667788L);

  private final ByteBuf bytes = Unpooled.buffer();

  @Test
  void pingIsReadAndWritten() {
    READ.write(bytes);

    assertThat(ByteBufUtil.hexDump(bytes)).isEqualTo(PING);
    assertThat(UnconnectedPing.read(bytes)).isEqualTo(READ);
  }

  @Test
  void pongTellsTheTimeAgainAndTheStatusWithItsLength() {
    READ.writePong(0x0102030405060708L, "MCPE;é", bytes);

    assertThat(ByteBufUtil.hexDump(bytes))
        .isEqualTo(
            "1c0000018bcfe56800010203040506070800ffff00fefefefefdfdfdfd12345678"
                + "0007"
                + "4d4350453bc3a9");
    assertThat(READ.readPong(bytes)).isEqualTo("MCPE;é");
  }

  @Test
  void whatIsNoPingIsNotRead() {
    assertThat(UnconnectedPing.read(hex(""))).isNull();
    assertThat(UnconnectedPing.read(hex("1c" + PING.substring(2)))).isNull();
    assertThat(UnconnectedPing.read(hex(PING + "00"))).isNull();
    assertThat(UnconnectedPing.read(hex(PING.replace("12345678", "12345679")))).isNull();
    for (int length = 0; length < PING.length(); length += 2) {
      assertThat(UnconnectedPing.read(hex(PING.substring(0, length)))).isNull();
    }
  }

  @Test
  void whatIsNoPongToThePingIsNotRead() {
    READ.writePong(1, "MCPE", bytes);
    String pong = ByteBufUtil.hexDump(bytes);

    assertThat(new UnconnectedPing(1, 1).readPong(hex(pong))).isNull();
    assertThat(READ.readPong(hex(pong + "00"))).isNull();
    for (int length = 0; length < pong.length(); length += 2) {
      assertThat(READ.readPong(hex(pong.substring(0, length)))).isNull();
    }
  }

  private static ByteBuf hex(String digits) {
    return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(digits));
  }
}
