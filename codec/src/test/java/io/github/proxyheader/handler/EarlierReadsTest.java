/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.testing.Embedded;
import io.github.proxyheader.testing.Wire;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the decoder asks the transport for when reads were out, or AUTO_READ changes meanwhile. */
class EarlierReadsTest {
  @RegisterExtension final Embedded connection = new Embedded();

  /** Adds the decoder in front of a handler that has read already. */
  private void acceptBehindReader(ReceiverOptions.Builder options) {
    connection.accept(
        new ChannelInboundHandlerAdapter() {
          @Override
          public void handlerAdded(ChannelHandlerContext ctx) {
            ctx.pipeline().addLast(connection.behind);
            ctx.read();
            ctx.pipeline().addFirst(connection.front, connection.decoder(options));
          }
        });
  }

  @Test
  @DisplayName("6.1 a read that a handler issued before is issued again after a bare header")
  void earlierReadIsIssuedAgain() {
    connection.autoRead(false);
    acceptBehindReader(ReceiverOptions.builder());
    int before = connection.front.reads();
    connection.receive(Wire.v2());
    assertThat(connection.front.reads()).isEqualTo(before + 1);
    connection.assertSeen("address", "active", "complete");
  }

  @Test
  @DisplayName("6.1 payload that comes with the header answers an earlier read")
  void payloadAnswersAnEarlierRead() {
    connection.autoRead(false);
    acceptBehindReader(ReceiverOptions.builder());
    int before = connection.front.reads();
    connection.receive(concat(Wire.v2(), text("x")));
    assertThat(connection.front.reads()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(names = {"USE", "IGNORE", "REJECT"})
  @DisplayName("6.1 after a time-out an earlier read is still out: nothing holds its data")
  void earlierReadIsOutAfterTheTimeout(ProxyHeaderPolicy policy) {
    connection.autoRead(false);
    acceptBehindReader(ReceiverOptions.builder().policy(policy));
    connection.advance(Duration.ofSeconds(5));
    connection.receive("data");
    connection.assertSeen("address", "active", "read data", "complete");
  }

  @Test
  @DisplayName("6.1 AUTO_READ goes off before the first byte: a read() from behind is issued")
  void readAfterAutoReadWentOff() {
    connection.accept(connection.front, connection.behind);
    connection
        .channel
        .pipeline()
        .addAfter(
            connection.channel.pipeline().firstContext().name(),
            "decoder",
            connection.decoder(ReceiverOptions.builder()));
    connection.autoRead(false);
    int before = connection.front.reads();
    connection.channel.read();
    assertThat(connection.front.reads()).isEqualTo(before + 1);
  }

  @Test
  @DisplayName("6.1 holdActive(false), AUTO_READ goes off in channelActive: the decoder reads")
  void autoReadGoesOffInChannelActive() {
    connection.behind.on("active", ctx -> ctx.channel().config().setAutoRead(false));
    connection.accept(ReceiverOptions.builder().holdActive(false).timeout(Duration.ZERO));
    assertThat(connection.front.reads()).isEqualTo(1);
    connection.receive(Arrays.copyOf(Wire.v1(), 9));
    assertThat(connection.front.reads()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"event", "writability", "exception"})
  @DisplayName("6.1 a handler's call-back switches AUTO_READ off: the decoder reads")
  void autoReadGoesOffInACallBack(String callBack) {
    connection.behind.on(callBack, ctx -> ctx.channel().config().setAutoRead(false));
    connection.accept(ReceiverOptions.builder().holdActive(false));
    connection.receive(Arrays.copyOf(Wire.v1(), 9));
    int before = connection.front.reads();
    switch (callBack) {
      case "event" -> connection.channel.pipeline().fireUserEventTriggered("one");
      case "writability" -> connection.channel.pipeline().fireChannelWritabilityChanged();
      default ->
          connection.channel.pipeline().fireExceptionCaught(new IllegalStateException("foreign"));
    }
    assertThat(connection.front.reads()).isEqualTo(before + 1);
  }

  @Test
  @DisplayName("6.1 a selector switches AUTO_READ off: the decoder reads")
  void selectorSwitchesAutoReadOff() {
    connection.accept(
        ReceiverOptions.builder()
            .policy(
                channel -> {
                  channel.config().setAutoRead(false);
                  return ProxyHeaderPolicy.REQUIRE;
                }));
    assertThat(connection.front.reads()).isEqualTo(1);
  }

  @Test
  @DisplayName("6.1 AUTO_READ goes on and off again: a read() from behind is issued")
  void autoReadGoesOnAndOff() {
    connection.autoRead(false).accept();
    connection.channel.config().setAutoRead(true);
    connection.channel.config().setAutoRead(false);
    int before = connection.front.reads();
    connection.channel.read();
    assertThat(connection.front.reads()).isEqualTo(before + 1);
  }

  @Test
  @DisplayName("6.1 a close in initChannel: the handlers behind see no channelInactive")
  void closedInInitChannel() {
    connection.accept(
        new ChannelInboundHandlerAdapter() {
          @Override
          public void handlerAdded(ChannelHandlerContext ctx) {
            ctx.pipeline()
                .addLast(
                    connection.front,
                    connection.decoder(ReceiverOptions.builder()),
                    connection.behind);
            ctx.channel().close();
          }
        });
    connection.assertSeen();
    connection.assertTold("abandoned");
  }

  @ParameterizedTest
  @EnumSource(ProxyHeaderPolicy.class)
  @DisplayName("6.1 a close in channelRegistered: the same, under any policy")
  void closedInChannelRegistered(ProxyHeaderPolicy policy) {
    connection.accept(
        connection.front,
        connection.decoder(ReceiverOptions.builder().policy(policy)),
        connection.behind,
        new ChannelInboundHandlerAdapter() {
          @Override
          public void channelRegistered(ChannelHandlerContext ctx) {
            ctx.close();
          }
        });
    connection.assertSeen();
    assertThat(connection.told.all()).hasSize(1);
  }

  @Test
  @DisplayName(
      "6.1 the channel moves before the policy is chosen: a read() from behind is repeated")
  void movesBeforeTheFirstByte() {
    connection.accept(connection.front, connection.behind);
    addLate(ReceiverOptions.builder().timeout(Duration.ZERO));
    connection.autoRead(false);
    connection.channel.read();
    int before = connection.front.reads();
    connection.channel.pipeline().fireChannelUnregistered().fireChannelRegistered();
    assertThat(connection.front.reads()).isEqualTo(before + 1);
  }

  @Test
  @DisplayName("6.1 SKIP on a transport that answers at once: one read brings one message")
  void skipReadsOnce() {
    Queue<String> wire = new ArrayDeque<>(List.of("one", "two"));
    connection
        .autoRead(false)
        .accept(
            new ChannelDuplexHandler() {
              @Override
              public void read(ChannelHandlerContext ctx) {
                String text = wire.remove();
                ctx.fireChannelRead(Unpooled.wrappedBuffer(text(text))).fireChannelReadComplete();
              }
            },
            connection.behind);
    addLate(ReceiverOptions.builder().policy(ProxyHeaderPolicy.SKIP));
    connection.channel.read();
    connection.assertSeen("active", "address", "read one", "complete");
    connection.channel.read();
    assertThat(connection.seen()).endsWith("read two", "complete");
  }

  /** Adds a decoder behind the first handler of an active channel. */
  private void addLate(ReceiverOptions.Builder options) {
    ChannelPipeline pipeline = connection.channel.pipeline();
    pipeline.addAfter(pipeline.firstContext().name(), null, connection.decoder(options));
  }
}
