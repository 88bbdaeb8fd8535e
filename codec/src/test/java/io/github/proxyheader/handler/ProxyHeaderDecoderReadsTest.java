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
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the decoder asks the transport for, with and without AUTO_READ. */
class ProxyHeaderDecoderReadsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @RegisterExtension final Embedded connection = new Embedded();

  private static ReceiverOptions.Builder options(ProxyHeaderPolicy policy) {
    return ReceiverOptions.builder().policy(policy);
  }

  @Test
  @DisplayName("4.4 AUTO_READ on: the decoder asks for nothing itself")
  void autoReadNeedsNoHelp() {
    connection.accept();
    assertThat(connection.front.reads()).as("the channel's own at channelActive").isEqualTo(1);
    connection.receive(text("PROXY"));
    assertThat(connection.front.reads()).isEqualTo(2);
    connection.receive(concat(text(" UNKNOWN\r\n")));
    assertThat(connection.front.reads()).isEqualTo(3);
  }

  @Test
  @DisplayName("4.4 AUTO_READ off: the decoder asks at the start and after every fragment")
  void asksForWhatItNeeds() {
    connection.autoRead(false).accept();
    assertThat(connection.front.reads()).isEqualTo(1);
    connection.receive(text("PROXY"));
    assertThat(connection.front.reads()).isEqualTo(2);
    connection.receive(text(" UNKNOWN"));
    assertThat(connection.front.reads()).isEqualTo(3);
    connection.receive(text("\r\n"));
    assertThat(connection.front.reads()).as("nobody asked").isEqualTo(3);
    connection.assertSeen("address", "active", "complete");
  }

  @ParameterizedTest
  @EnumSource(names = {"REQUIRE", "USE", "IGNORE", "REJECT"})
  @DisplayName("4.4 AUTO_READ off, added late: it asks from a task, not from handlerAdded")
  void addedLateItAsksToo(ProxyHeaderPolicy policy) {
    connection.autoRead(false).accept(connection.front);
    connection.channel.pipeline().addLast(connection.decoder(options(policy)), connection.behind);
    assertThat(connection.front.reads()).isZero();
    connection.channel.runPendingTasks();
    assertThat(connection.front.reads()).isEqualTo(1);
  }

  @Test
  @DisplayName("4.4 a read() from behind is remembered and issued once after a bare header")
  void readIsRemembered() {
    connection.behind.on("address", ctx -> ctx.read());
    connection.autoRead(false).accept();
    connection.channel.read();
    connection.channel.read();
    connection.channel.read();
    assertThat(connection.front.reads()).as("the decoder's own").isEqualTo(1);
    connection.receive(Wire.v2());
    assertThat(connection.front.reads()).isEqualTo(2);
    connection.channel.read();
    assertThat(connection.front.reads()).as("nothing is in the way").isEqualTo(3);
  }

  @Test
  @DisplayName("4.4 a read() from behind is answered by the payload that came with the header")
  void payloadAnswersRead() {
    connection.autoRead(false).accept();
    connection.channel.read();
    connection.receive(concat(Wire.v2(), text("x")));
    connection.assertSeen("address", "active", "read x", "complete");
    assertThat(connection.front.reads()).isEqualTo(1);
  }

  @Test
  @DisplayName("4.4 a read() in channelActive, as many servers do, is issued after a bare header")
  void readInChannelActive() {
    connection.behind.on("active", ctx -> ctx.read());
    connection.autoRead(false).accept();
    connection.receive(Wire.v1());
    assertThat(connection.front.reads()).isEqualTo(2);
  }

  @Test
  @DisplayName("4.4 a read() in channelActive is answered by the payload")
  void readInChannelActiveWithPayload() {
    connection.behind.on("active", ctx -> ctx.read());
    connection.autoRead(false).accept();
    connection.receive(concat(Wire.v1(), text("x")));
    assertThat(connection.front.reads()).isEqualTo(1);
    assertThat(connection.seen()).contains("read x");
  }

  @Test
  @DisplayName("4.4 a storm of read() calls reaches the transport once")
  void readStorm() {
    connection.autoRead(false).accept();
    for (int i = 0; i < 10_000; i++) {
      connection.channel.read();
    }
    connection.receive(Wire.v1());
    assertThat(connection.front.reads()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"USE", "IGNORE", "REJECT"})
  @DisplayName(
      "4.4 what the decoder's own read brings after the time-out waits until somebody asks")
  void nothingUnaskedAfterTheTimeout(ProxyHeaderPolicy policy) {
    connection.autoRead(false).accept(options(policy));
    connection.advance(TIMEOUT);
    connection.assertSeen("address", "active");
    connection.receive(text("GET /"));
    connection.assertSeen("address", "active");

    connection.channel.read();
    connection.assertSeen("address", "active", "read GET /", "complete");
    assertThat(connection.front.reads()).as("one read, one message").isEqualTo(1);
    assertThat(connection.hasDecoder()).isFalse();
    connection.channel.read();
    assertThat(connection.front.reads()).isEqualTo(2);
  }

  @Test
  @DisplayName("4.4 a read() after the time-out, before any byte, is the one that is out already")
  void readAfterTheTimeout() {
    connection.autoRead(false).accept(options(ProxyHeaderPolicy.USE));
    connection.advance(TIMEOUT);
    connection.channel.read();
    assertThat(connection.front.reads()).isEqualTo(1);
    assertThat(connection.hasDecoder()).isFalse();
    connection.receive(text("x"));
    connection.assertSeen("address", "active", "read x", "complete");
  }

  @Test
  @DisplayName("4.4 a read() before the time-out is the one that is out already")
  void readBeforeTheTimeout() {
    connection.autoRead(false).accept(options(ProxyHeaderPolicy.USE));
    connection.channel.read();
    connection.advance(TIMEOUT);
    assertThat(connection.front.reads()).isEqualTo(1);
    assertThat(connection.hasDecoder()).isFalse();
    connection.receive(text("x"));
    connection.assertSeen("address", "active", "read x", "complete");
  }

  @Test
  @DisplayName("4.4 4.5 a shared prefix that the time-out makes payload answers the read()")
  void prefixAnswersRead() {
    connection.autoRead(false).accept(options(ProxyHeaderPolicy.USE));
    connection.channel.read();
    connection.receive(text("PRO"));
    connection.advance(TIMEOUT);
    connection.assertSeen("address", "active", "read PRO", "complete");
    connection.receive(text("FILE"));
    assertThat(connection.seen()).doesNotContain("read FILE");
    connection.channel.read();
    assertThat(connection.seen()).endsWith("read FILE", "complete");
    assertThat(connection.front.reads()).isEqualTo(2);
  }

  @Test
  @DisplayName("4.4 a read() in the handler of the prefix lets the rest through")
  void readInTheHandlerOfThePrefix() {
    connection.behind.on("read", ctx -> ctx.read());
    connection.autoRead(false).accept(options(ProxyHeaderPolicy.USE));
    connection.receive(text("PRO"));
    connection.advance(TIMEOUT);
    connection.receive(text("FILE"));
    connection.assertSeen("address", "active", "read PRO", "complete", "read FILE", "complete");
    assertThat(connection.front.reads()).isEqualTo(2);
  }

  @Test
  @DisplayName("4.4 what waits for a read() comes before channelInactive")
  void heldMessageComesBeforeInactive() {
    connection.autoRead(false).accept(options(ProxyHeaderPolicy.USE));
    connection.advance(TIMEOUT);
    connection.receive(text("x"));
    connection.peerCloses();
    connection.assertSeen("address", "active", "read x", "complete", "inactive");
  }

  @Test
  @DisplayName("4.4 what waits for a read() comes before the end of the peer's half")
  void heldMessageComesBeforeHalfClose() {
    connection.autoRead(false).accept(options(ProxyHeaderPolicy.USE));
    connection.advance(TIMEOUT);
    connection.receive(text("x"));
    connection.halfClose();
    connection.assertSeen(
        "address", "active", "read x", "complete", "event ChannelInputShutdownEvent");
  }

  @Test
  @DisplayName("4.4 what waits for a read() is released if the application closes")
  void heldMessageIsReleasedAtClose() {
    connection.autoRead(false).accept(options(ProxyHeaderPolicy.USE));
    connection.advance(TIMEOUT);
    connection.receive(text("x"));
    connection.channel.close();
    assertThat(connection.leaks.used()).isZero();
    assertThat(connection.seen()).endsWith("inactive");
  }

  @Test
  @DisplayName("4.4 what waits for a read() goes on if AUTO_READ is switched on")
  void autoReadLetsHeldMessagesThrough() {
    connection.autoRead(false).accept(options(ProxyHeaderPolicy.USE));
    connection.advance(TIMEOUT);
    connection.receive(text("x"));
    connection.channel.config().setAutoRead(true);
    connection.assertSeen("address", "active", "read x", "complete");
    assertThat(connection.front.reads()).as("reading goes on").isEqualTo(2);
    assertThat(connection.hasDecoder()).isFalse();
  }

  @Test
  @DisplayName("4.4 what waits for a read() goes on if the handler that holds it is taken out")
  void removalLetsHeldMessagesThrough() {
    connection.autoRead(false).accept(options(ProxyHeaderPolicy.USE));
    connection.advance(TIMEOUT);
    connection.receive(text("x"));
    connection.channel.pipeline().remove(ReadGate.class);
    connection.assertSeen("address", "active", "read x", "complete");
  }

  @Test
  @DisplayName("4.4 AUTO_READ switched on while pending: the transport's reads are enough")
  void autoReadSwitchedOn() {
    connection.autoRead(false).accept();
    connection.channel.config().setAutoRead(true);
    assertThat(connection.front.reads()).isEqualTo(2);
    connection.receive(concat(Wire.v1(), text("x")));
    connection.assertSeen("address", "active", "read x", "complete");
    assertThat(connection.hasDecoder()).isFalse();
  }

  @Test
  @DisplayName("4.4 AUTO_READ switched off while pending: the decoder goes on asking")
  void autoReadSwitchedOff() {
    connection.accept();
    connection.receive(text("PRO"));
    connection.autoRead(false);
    int before = connection.front.reads();
    connection.receive(text("XY"));
    assertThat(connection.front.reads()).isEqualTo(before + 1);
  }

  @Test
  @DisplayName(
      "4.4 AUTO_READ switched off while pending takes back the read that was out: a read() from behind sends another")
  void autoReadSwitchedOffBetweenReads() {
    connection.accept();
    connection.receive(text("PRO"));
    connection.autoRead(false);
    int before = connection.front.reads();
    connection.channel.read();
    assertThat(connection.front.reads()).isEqualTo(before + 1);
  }

  @Test
  @DisplayName("4.4 AUTO_READ switched off by the event's handler: nothing but the payload comes")
  void autoReadSwitchedOffAtTheEvent() {
    connection.behind.on("address", ctx -> ctx.channel().config().setAutoRead(false));
    connection.accept();
    int before = connection.front.reads();
    connection.receive(concat(Wire.v1(), text("x")));
    connection.assertSeen("address", "active", "read x", "complete");
    assertThat(connection.front.reads()).isEqualTo(before);
  }

  @Test
  @DisplayName("4.4 AUTO_READ switched on by the event's handler: reading starts")
  void autoReadSwitchedOnAtTheEvent() {
    connection.behind.on("address", ctx -> ctx.channel().config().setAutoRead(true));
    connection.autoRead(false).accept();
    connection.receive(Wire.v1());
    assertThat(connection.front.reads()).isGreaterThanOrEqualTo(2);
    assertThat(connection.hasDecoder()).isFalse();
  }

  @Test
  @DisplayName("4.4 AUTO_READ off and a selector that says SKIP: nothing is read for the decoder")
  void skipBySelectorReadsNothing() {
    connection
        .autoRead(false)
        .accept(ReceiverOptions.builder().policy(channel -> ProxyHeaderPolicy.SKIP));
    assertThat(connection.front.reads()).isZero();
    connection.assertSeen("address", "active");
  }

  @Test
  @DisplayName("4.4 AUTO_READ off, SKIP added late: a read() that came before the event is issued")
  void skipAddedLateIssuesRead() {
    connection.autoRead(false).accept(connection.front);
    connection
        .channel
        .pipeline()
        .addLast(connection.decoder(options(ProxyHeaderPolicy.SKIP)), connection.behind);
    connection.channel.read();
    connection.channel.runPendingTasks();
    connection.assertSeen("address");
    assertThat(connection.front.reads()).isEqualTo(1);
  }

  @Test
  @DisplayName(
      "4.4 AUTO_READ off, SKIP added late: the end of a read that is under way asks for none")
  void skipAddedWithinAReadAsksForNothing() {
    connection.autoRead(false).accept(connection.front);
    connection
        .channel
        .pipeline()
        .addLast(connection.decoder(options(ProxyHeaderPolicy.SKIP)), connection.behind);
    connection.channel.pipeline().fireChannelReadComplete();
    connection.channel.runPendingTasks();
    assertThat(connection.front.reads()).isZero();
  }

  @Test
  @DisplayName("4.4 half-close without AUTO_READ: nothing is left to wait for")
  void halfCloseWithoutAutoRead() {
    connection.autoRead(false).accept(options(ProxyHeaderPolicy.USE));
    connection.receive(text("PRO"));
    connection.halfClose();
    connection.assertSeen(
        "address", "active", "read PRO", "complete", "event ChannelInputShutdownEvent");
    assertThat(connection.hasDecoder()).isFalse();
  }
}
