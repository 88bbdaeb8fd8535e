/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.filled;
import static io.github.proxyheader.testing.Bytes.fixedPart;
import static io.github.proxyheader.testing.Bytes.hex;
import static io.github.proxyheader.testing.Bytes.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.testing.BufferKind;
import io.github.proxyheader.testing.Embedded;
import io.github.proxyheader.testing.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Connections that do not go on: late, refused, ended, closed by either side. */
class ProxyHeaderDecoderEndTest {
  @RegisterExtension final Embedded connection = new Embedded();

  private static ReceiverOptions.Builder options(ProxyHeaderPolicy policy) {
    return ReceiverOptions.builder().policy(policy);
  }

  @Test
  @DisplayName("4.5 T2 silence: closed at 5 seconds, not before")
  void silenceIsClosedAtTheDeadline() {
    connection.accept();
    connection.advance(Duration.ofMillis(4_900));
    connection.assertOpen();
    connection.assertSeen();
    connection.advance(Duration.ofMillis(100));
    connection.assertClosed();
    connection.assertSeen("exception SILENT");
    connection.assertTold("rejected SILENT");
  }

  @Test
  @DisplayName("4.5 T2 one byte a second does not move the deadline")
  void deadlineIsAbsolute() {
    connection.accept();
    for (int second = 0; second < 4; second++) {
      connection.advance(Duration.ofSeconds(1));
      connection.receive(new byte[] {Wire.v2()[second]});
    }
    connection.assertOpen();
    connection.advance(Duration.ofSeconds(1));
    connection.assertClosed();
    connection.assertSeen("exception TIMEOUT");
  }

  @Test
  @DisplayName("4.5 T2 the deadline is gone after the header: no task is left")
  void deadlineIsGoneAfterTheHeader() {
    connection.accept();
    assertThat(connection.hasTimer()).isTrue();
    connection.receive(Wire.v1());
    assertThat(connection.hasTimer()).isFalse();
    connection.advance(Duration.ofDays(1));
    connection.assertOpen();
  }

  @ParameterizedTest
  @EnumSource(ProxyHeaderPolicy.class)
  @DisplayName("4.5 no task is left once the outcome is known, under any policy")
  void noTaskIsLeft(ProxyHeaderPolicy policy) {
    connection.accept(options(policy));
    connection.receive(text("GET / HTTP/1.1\r\n\r\n"));
    assertThat(connection.hasTimer()).isFalse();
  }

  @Test
  @DisplayName("4.5 a time-out of zero is none")
  void zeroIsNoTimeout() {
    connection.accept(ReceiverOptions.builder().timeout(Duration.ZERO));
    assertThat(connection.hasTimer()).isFalse();
    connection.advance(Duration.ofDays(365));
    connection.assertOpen();
    connection.receive(Wire.v1());
    connection.assertTold("proxied");
  }

  @Test
  @DisplayName("4.5 added late, the clock starts then")
  void clockOfALateDecoderStartsThen() {
    connection.accept(connection.front);
    connection.advance(Duration.ofDays(1));
    connection
        .channel
        .pipeline()
        .addLast(connection.decoder(ReceiverOptions.builder()), connection.behind);
    connection.advance(Duration.ofMillis(4_900));
    connection.assertOpen();
    connection.advance(Duration.ofMillis(100));
    connection.assertClosed();
  }

  @Test
  @DisplayName("4.5 removed by the application, the clock stops")
  void clockStopsAtRemoval() {
    ProxyHeaderDecoder decoder = connection.accept();
    connection.channel.pipeline().remove(decoder);
    assertThat(connection.hasTimer()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"USE", "IGNORE", "REJECT"})
  @DisplayName("4.5 time-out within a prefix that both a header and a request may have: payload")
  void prefixBecomesPayload(ProxyHeaderPolicy policy) {
    for (byte[] prefix : new byte[][] {text("P"), text("PROX"), hex("0d0a0d0a000d0a515549540a")}) {
      if (prefix.length == 12) {
        prefix = Arrays.copyOf(prefix, 11);
      }
      Embedded undecided = new Embedded();
      undecided.accept(options(policy));
      undecided.receiveSplit(prefix, 2);
      undecided.assertSeen();
      undecided.advance(Duration.ofSeconds(5));
      undecided.assertSeen(
          "address",
          "active",
          "read " + new String(prefix, StandardCharsets.ISO_8859_1),
          "complete");
      undecided.finish();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"USE", "IGNORE", "REJECT"})
  @DisplayName("4.1 a prefix and the bytes that show it to be none both go on, once, in order")
  void prefixAndTheRestGoOn(ProxyHeaderPolicy policy) {
    connection.accept(options(policy));
    connection.receive(text("PR"));
    connection.receive(text("O"));
    ByteBuf rest = connection.receive(text("PFIND / HTTP/1.1"));
    connection.assertSeen("address", "active", "read PRO", "read PFIND / HTTP/1.1", "complete");
    assertThat(connection.behind.all(ByteBuf.class)).endsWith(rest);
  }

  @Test
  @DisplayName("4.6 one exception, fired before the close")
  void exceptionComesBeforeTheClose() {
    connection.behind.on("exception", ctx -> connection.assertOpen());
    connection.accept();
    connection.receive("GET /");
    connection.assertClosed();
    connection.assertSeen("exception MISSING");
    connection.assertTold("rejected MISSING");
    assertThat(connection.behind.all(Throwable.class)).isEqualTo(connection.told.causes());
  }

  @Test
  @DisplayName("4.6 what the exception's handler writes leaves before the close")
  void exceptionHandlerMayAnswer() {
    connection.behind.on("exception", ctx -> ctx.writeAndFlush("400 bad header"));
    connection.accept();
    connection.receive("GET /");
    assertThat((Object) connection.channel.readOutbound()).isEqualTo("400 bad header");
    assertThat(connection.front.asked()).containsExactly("write", "flush", "close");
  }

  static Stream<byte[]> refused() {
    return Stream.of(
        text("GET / HTTP/1.1\r\n\r\n"),
        text("PROXY TCP5 "),
        text("PROXY TCP4 256"),
        concat(fixedPart(0x31, 0x11, 12), new byte[12]),
        concat(fixedPart(0x2F, 0x11, 12), new byte[12]),
        concat(fixedPart(0x21, 0x41, 12), new byte[12]),
        fixedPart(0x21, 0x11, 11),
        fixedPart(0x21, 0x11, 5_000),
        Wire.v2(hex("04000500")));
  }

  @ParameterizedTest
  @MethodSource("refused")
  @DisplayName("4.6 T9 any bad header closes, and what follows is dropped and never parsed again")
  void badHeaderIsRefusedForGood(byte[] bad) {
    for (int size : new int[] {1, 7, bad.length}) {
      Embedded refused = new Embedded();
      refused.accept();
      for (int at = 0; at < bad.length && refused.channel.isOpen(); at += size) {
        refused.receive(Arrays.copyOfRange(bad, at, Math.min(bad.length, at + size)));
      }
      refused.assertClosed();
      assertThat(refused.seen()).hasSize(1).first().asString().startsWith("exception ");
      assertThat(refused.told.all()).hasSize(1).first().asString().startsWith("rejected ");
      refused.finish();
    }
  }

  @Test
  @DisplayName("4.6 bytes that come before the close is done are dropped, a good header too")
  void bytesBehindARefusalAreDropped() {
    connection.accept(
        new CloseLater(), connection.decoder(options(ProxyHeaderPolicy.USE)), connection.behind);
    connection.receive("PROXY TCP9");
    connection.assertOpen();
    ByteBuf second = connection.receive(concat(Wire.v1(), text("x")));
    connection.halfClose();
    connection.channel.pipeline().fireChannelWritabilityChanged();
    connection.channel.pipeline().fireExceptionCaught(new IOException("reset"));
    connection.channel.pipeline().fireExceptionCaught(new IllegalStateException("foreign"));
    connection.advance(Duration.ofSeconds(60));
    connection.peerCloses();
    connection.assertSeen("exception TRANSPORT");
    connection.assertTold("rejected TRANSPORT");
    assertThat(second.refCnt()).isZero();
  }

  /** A handler in front that takes its time over a close, as one that flushes first does. */
  private static final class CloseLater extends ChannelDuplexHandler {
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {}
  }

  @Test
  @DisplayName("4.6 what is behind a bad line in the same buffer is not parsed at channelInactive")
  void restIsNotParsedAtTheEnd() {
    connection.accept();
    connection.receive(concat(text("GET / HTTP/1.1\r\n"), Wire.v1()));
    connection.assertSeen("exception MISSING");
    assertThat(connection.channel.hasAttr(ProxiedAddress.KEY)).isFalse();
  }

  @Test
  @DisplayName("4.6 no memory for the start of a header: closed, for what follows is no header")
  void memoryRunsOut() {
    connection.channel.config().setAllocator(new Exhausted());
    connection.accept(options(ProxyHeaderPolicy.USE));
    connection.receiveSplit(concat(Wire.v2(), text("data")), 10);
    connection.assertSeen("exception exhausted");
    connection.assertTold("abandoned");
    connection.assertClosed();
  }

  private static final class Exhausted extends PooledByteBufAllocator {
    @Override
    public ByteBuf heapBuffer(int initialCapacity, int maxCapacity) {
      throw new OutOfMemoryError("exhausted");
    }
  }

  @Test
  @DisplayName("4.6 a buffer that a handler in front has released: the channel closes all the same")
  void bufferWasReleased() {
    connection.accept();
    ByteBuf released = connection.leaks.buffer(BufferKind.HEAP, Wire.v2());
    released.release();
    connection.receive(released);
    assertThat(connection.seen()).hasSize(1).first().asString().startsWith("exception refCnt: 0");
    connection.assertTold("abandoned");
    connection.assertClosed();
  }

  @Test
  @DisplayName("4.6 the peer closes before any byte: abandoned, no exception")
  void closeBeforeAnyByteIsQuiet() {
    connection.accept();
    connection.peerCloses();
    connection.assertSeen();
    connection.assertTold("abandoned");
  }

  @Test
  @DisplayName("4.6 the peer half-closes before any byte: abandoned, and closed")
  void halfCloseBeforeAnyByteIsQuiet() {
    connection.accept();
    connection.halfClose();
    connection.assertClosed();
    connection.assertSeen();
    connection.assertTold("abandoned");
  }

  @Test
  @DisplayName("4.6 the peer resets before any byte: abandoned, the IOException goes nowhere")
  void resetBeforeAnyByteIsQuiet() {
    connection.accept();
    connection.channel.pipeline().fireExceptionCaught(new IOException("Connection reset"));
    connection.peerCloses();
    connection.assertSeen();
    connection.assertTold("abandoned");
  }

  @Test
  @DisplayName("4.6 the peer closes in the middle of a header, anywhere: TRUNCATED")
  void closeWithinAHeader() {
    for (byte[] header : Wire.all()) {
      for (int at = 1; at < header.length; at++) {
        Embedded ended = new Embedded();
        ended.accept();
        ended.receive(Arrays.copyOf(header, at));
        if (at % 2 == 0) {
          ended.peerCloses();
        } else {
          ended.halfClose();
        }
        ended.assertClosed();
        ended.assertSeen("exception TRUNCATED");
        ended.assertTold("rejected TRUNCATED");
        ended.finish();
      }
    }
  }

  @Test
  @DisplayName("4.6 the peer resets in the middle of a header: TRUNCATED, with that cause")
  void resetWithinAHeader() {
    connection.accept();
    connection.receive("PROXY ");
    IOException reset = new IOException("Connection reset");
    connection.channel.pipeline().fireExceptionCaught(reset);
    connection.assertClosed();
    connection.assertSeen("exception TRUNCATED");
    assertThat(connection.told.causes()).first().extracting(Throwable::getCause).isSameAs(reset);
  }

  @Test
  @DisplayName("4.6 an IOException after the header is the application's")
  void resetBehindAHeader() {
    connection.accept();
    connection.receive(Wire.v1());
    connection.channel.pipeline().fireExceptionCaught(new IOException("Connection reset"));
    assertThat(connection.seen()).endsWith("exception Connection reset");
  }

  @Test
  @DisplayName("4.5 USE, the peer closes within a prefix: those bytes go on, then channelInactive")
  void closeWithinAPrefix() {
    connection.accept(options(ProxyHeaderPolicy.USE));
    connection.receive(text("PRO"));
    connection.peerCloses();
    connection.assertSeen("address", "active", "read PRO", "complete", "inactive");
    connection.assertTold("proxied");
  }

  @Test
  @DisplayName("4.6 USE, the peer resets within a prefix: TRUNCATED or nothing, but never payload")
  void resetWithinAPrefix() {
    connection.accept(options(ProxyHeaderPolicy.USE));
    connection.receive(text("PRO"));
    connection.channel.pipeline().fireExceptionCaught(new IOException("Connection reset"));
    connection.assertClosed();
    connection.assertSeen();
    connection.assertTold("abandoned");
  }

  @Test
  @DisplayName("4.6 CLOSE: closed at once without an exception, the listener is told UNTRUSTED")
  void closePolicyIsQuiet() {
    connection.accept(options(ProxyHeaderPolicy.CLOSE));
    connection.assertClosed();
    connection.assertSeen();
    connection.assertTold("rejected UNTRUSTED");
    assertThat(connection.front.reads()).isLessThanOrEqualTo(1);
  }

  @Test
  @DisplayName("4.6 CLOSE, added late: closed from a task, or at the first read")
  void closePolicyAddedLate() {
    for (boolean read : new boolean[] {false, true}) {
      Embedded late = new Embedded();
      late.accept(late.front);
      late.channel.pipeline().addLast(late.decoder(options(ProxyHeaderPolicy.CLOSE)), late.behind);
      late.assertOpen();
      if (read) {
        late.receive(Wire.v1());
      }
      late.channel.runPendingTasks();
      late.assertClosed();
      late.assertSeen("inactive");
      late.assertTold("rejected UNTRUSTED");
      late.finish();
    }
  }

  @Test
  @DisplayName("4.6 the application closes before any byte: abandoned, nothing is seen")
  void applicationClosesBeforeAnyByte() {
    connection.accept();
    connection.channel.close();
    connection.assertSeen();
    connection.assertTold("abandoned");
  }

  @Test
  @DisplayName("4.6 the application closes within a header: TRUNCATED, as if the peer had closed")
  void applicationClosesWithinAHeader() {
    for (int bytes : new int[] {3, 20}) {
      Embedded closed = new Embedded();
      closed.accept();
      closed.receive(Arrays.copyOf(Wire.v2(), bytes));
      closed.channel.close();
      closed.assertSeen("exception TRUNCATED");
      closed.assertTold("rejected TRUNCATED");
      closed.finish();
    }
  }

  @Test
  @DisplayName("4.5 USE, the application closes within a prefix: those bytes go on, as at any end")
  void applicationClosesWithinAPrefix() {
    connection.accept(options(ProxyHeaderPolicy.USE));
    connection.receive("PRO");
    connection.channel.close();
    connection.assertSeen("address", "active", "read PRO", "complete", "inactive");
    connection.assertTold("proxied");
  }

  @Test
  @DisplayName("The application closes while pending and the close takes its time: nothing goes on")
  void applicationClosesSlowly() {
    connection.accept(
        new CloseLater(), connection.decoder(ReceiverOptions.builder()), connection.behind);
    connection.receive(Arrays.copyOf(Wire.v1(), 10));
    connection.channel.close();
    connection.receive(Arrays.copyOfRange(Wire.v1(), 10, Wire.v1().length));
    connection.advance(Duration.ofSeconds(60));
    connection.assertSeen();
    connection.peerCloses();
    connection.assertSeen("exception TRUNCATED");
    connection.assertTold("rejected TRUNCATED");
  }

  @Test
  @DisplayName("The application takes the decoder out: channelActive, then the bytes, go on")
  void applicationRemoves() {
    ProxyHeaderDecoder decoder = connection.accept();
    connection.channel.pipeline().fireUserEventTriggered("one");
    connection.receive(text("PROXY TCP4"));
    connection.channel.pipeline().remove(decoder);
    connection.assertSeen("active", "event one", "read PROXY TCP4", "complete");
    connection.receive(text(" more"));
    connection.peerCloses();
    assertThat(connection.seen()).endsWith("read  more", "complete", "inactive");
    connection.assertTold();
  }

  @Test
  @DisplayName("The application takes the decoder out: a read() that was remembered is not lost")
  void applicationRemovesAndHadAsked() {
    ProxyHeaderDecoder decoder = connection.autoRead(false).accept();
    connection.channel.read();
    connection.channel.pipeline().remove(decoder);
    connection.assertSeen("active");
    assertThat(connection.front.reads()).as("the decoder's own is still out").isEqualTo(1);
  }

  @Test
  @DisplayName("The application puts another handler in the decoder's place: it gets the bytes")
  void applicationReplaces() {
    ProxyHeaderDecoder decoder = connection.decoder(ReceiverOptions.builder());
    connection.accept(connection.front, decoder);
    connection.receive(text("PROXY TCP4"));
    connection.channel.pipeline().replace(decoder, null, connection.behind);
    connection.assertSeen("active", "read PROXY TCP4", "complete");
  }

  @Test
  @DisplayName("T1 a line without end is refused at byte 107 at the latest, and nothing is kept")
  void endlessLine() {
    connection.accept(
        new CloseLater(), connection.decoder(ReceiverOptions.builder()), connection.behind);
    ByteBuf chunk = connection.leaks.buffer(BufferKind.DIRECT, filled(64 * 1024, 'A'));
    connection.receive(text("PROXY UNKNOWN "));
    for (int at = 14; at < 107; at++) {
      connection.assertTold();
      connection.receive(text("A"));
    }
    connection.assertTold("rejected TOO_LONG");
    for (int sent = 0; sent < 1 << 30; sent += 64 * 1024) {
      connection.channel.pipeline().fireChannelRead(chunk.retainedDuplicate());
    }
    assertThat(connection.leaks.used()).isEqualTo(chunk.capacity());
    assertThat(chunk.release()).isTrue();
    connection.assertSeen("exception TOO_LONG");
  }

  @Test
  @DisplayName("T1 a line without end in one huge buffer is refused as well")
  void endlessLineInOneBuffer() {
    connection.accept();
    connection.receive(concat(text("PROXY UNKNOWN "), filled(10 << 20, 'A')));
    connection.assertSeen("exception TOO_LONG");
  }

  @Test
  @DisplayName("T1 an announced length above the limit is refused at byte 16")
  void announcedLengthAboveTheLimit() {
    connection.accept();
    connection.receive(Arrays.copyOf(fixedPart(0x21, 0x11, 4_097), 15));
    connection.assertSeen();
    connection.receive(new byte[] {fixedPart(0x21, 0x11, 4_097)[15]});
    connection.assertSeen("exception TOO_LONG");
  }

  @Test
  @DisplayName("T8 bytes 13 and 14: every value is decided at once or bounded by the length")
  void everyCommandAndFamily() {
    for (int value = 0; value < 256; value++) {
      for (int at : new int[] {12, 13}) {
        byte[] header = Wire.v2();
        header[at] = (byte) value;
        Embedded any = new Embedded();
        any.accept();
        for (int i = 0; i < header.length && any.channel.isOpen(); i++) {
          any.receive(new byte[] {header[i]});
          assertThat(any.leaks.used()).isLessThanOrEqualTo(128);
        }
        assertThat(any.told.all()).as("byte %s: %s", at, value).hasSize(1);
        any.finish();
      }
    }
  }

  @Test
  @DisplayName("4.6 messages of exceptions hold nothing of what the peer sent")
  void messagesHoldNoPeerBytes() {
    connection.accept();
    connection.receive("PROXY TCP4 \u001b[31m");
    ProxyHeaderException cause = connection.told.causes().get(0);
    assertThat(cause.getMessage()).doesNotContain("\u001b", "31m");
    assertThat(cause.getStackTrace()).isEmpty();
  }

  @Test
  @DisplayName("4.6 REJECT refuses a header as soon as it is one, whole or not")
  void rejectDoesNotWait() {
    connection.accept(options(ProxyHeaderPolicy.REJECT));
    connection.receiveSplit(text("PROXY"), 1);
    connection.assertSeen("exception UNEXPECTED");
    connection.assertTold("rejected UNEXPECTED");
  }
}
