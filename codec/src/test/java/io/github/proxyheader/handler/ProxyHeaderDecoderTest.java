/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.testing.Addresses;
import io.github.proxyheader.testing.BufferKind;
import io.github.proxyheader.testing.Bytes;
import io.github.proxyheader.testing.Embedded;
import io.github.proxyheader.testing.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the handlers behind the decoder see of a connection that goes on, and in which order. */
class ProxyHeaderDecoderTest {
  @RegisterExtension final Embedded connection = new Embedded();

  static Stream<byte[]> headers() {
    return Wire.all().stream();
  }

  @ParameterizedTest
  @MethodSource("headers")
  @DisplayName("4.2 event, channelActive, payload, channelReadComplete; then the decoder is gone")
  void everythingComesInOrder(byte[] header) {
    connection.accept();
    connection.assertSeen();

    connection.receive(concat(header, text("GET /")));

    connection.assertSeen("address", "active", "read GET /", "complete");
    connection.assertTold("proxied");
    assertThat(connection.hasDecoder()).isFalse();

    connection.receive("more");
    assertThat(connection.seen()).endsWith("read more", "complete");
  }

  @Test
  @DisplayName("4.2 a header without payload is followed by no channelRead")
  void headerAlone() {
    connection.accept();
    connection.receive(Wire.v2());
    connection.assertSeen("address", "active", "complete");
  }

  @ParameterizedTest
  @MethodSource("headers")
  @DisplayName("4.1 the header may come in two parts, cut anywhere")
  void everySplitPoint(byte[] header) {
    byte[] all = concat(header, text("payload"));
    for (int at = 1; at < all.length; at++) {
      Embedded split = new Embedded();
      split.accept();
      split.receive(Arrays.copyOf(all, at));
      if (at < header.length) {
        split.assertSeen();
      }
      split.receive(Arrays.copyOfRange(all, at, all.length));

      assertThat(split.seen()).startsWith("address", "active");
      assertThat(payload(split)).as("cut at " + at).isEqualTo("payload");
      split.finish();
    }
  }

  @ParameterizedTest
  @MethodSource("headers")
  @DisplayName("4.1 T23 the header may come byte by byte, with empty buffers in between")
  void byteByByte(byte[] header) {
    connection.accept();
    byte[] all = concat(header, text("ab"));
    for (byte b : all) {
      connection.receive(new byte[0]);
      connection.receive(new byte[] {b});
    }
    connection.assertSeen(
        "address",
        "active",
        "complete",
        "read ",
        "complete",
        "read a",
        "complete",
        "read ",
        "complete",
        "read b",
        "complete");
  }

  @ParameterizedTest
  @EnumSource(BufferKind.class)
  @DisplayName("4.1 any kind of buffer and any reader index will do, in one piece or in two")
  void everyKindOfBuffer(BufferKind kind) {
    for (byte[] header : Wire.all()) {
      byte[] all = concat(header, text("payload"));
      for (int at : new int[] {1, 12, header.length - 1, header.length, all.length}) {
        Embedded split = new Embedded();
        split.accept();
        split.receive(split.leaks.buffer(kind, Arrays.copyOf(all, at)));
        split.receive(split.leaks.buffer(kind, Arrays.copyOfRange(all, at, all.length)));
        assertThat(payload(split)).isEqualTo("payload");
        split.finish();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(BufferKind.class)
  @DisplayName("4.1 the payload is passed on in the buffer that it came in, without a copy")
  void payloadIsNotCopied(BufferKind kind) {
    connection.accept();
    ByteBuf buffer = connection.leaks.buffer(kind, concat(Wire.v1(), text("payload")));
    connection.receive(buffer);

    assertThat(connection.behind.all(ByteBuf.class)).hasSize(1).first().isSameAs(buffer);
  }

  @Test
  @DisplayName("4.1 the payload behind the last fragment of a header is not copied either")
  void payloadBehindFragmentIsNotCopied() {
    connection.accept();
    byte[] all = concat(Wire.v2(), text("payload"));
    connection.receive(Arrays.copyOf(all, 20));
    ByteBuf last = connection.receive(Arrays.copyOfRange(all, 20, all.length));

    assertThat(connection.behind.all(ByteBuf.class)).hasSize(1).first().isSameAs(last);
  }

  @Test
  @DisplayName("4.1 an incomplete header keeps no receive buffer alive and no more than its bytes")
  void receiveBuffersAreLetGo() {
    connection.accept();
    ByteBuf large = connection.leaks.allocator().directBuffer(1 << 20);
    large.writeBytes(Wire.v2(), 0, 20);
    connection.receive(large);

    assertThat(large.refCnt()).isZero();
    assertThat(connection.leaks.used()).isLessThanOrEqualTo(128);
    connection.receive(Arrays.copyOfRange(Wire.v2(), 20, 28));
    assertThat(connection.leaks.used()).isZero();
  }

  @Test
  @DisplayName("4.1 what is kept of a large header never exceeds maxHeaderSize")
  void pendingBytesAreBounded() {
    connection.accept();
    byte[] header = Wire.v2(Bytes.tlv(0xE5, new byte[4_112 - 28 - 3]));
    assertThat(header).hasSize(4_112);
    for (byte b : header) {
      connection.receive(new byte[] {b});
      assertThat(connection.leaks.used()).isLessThanOrEqualTo(4_112);
    }
    connection.assertTold("proxied");
  }

  @Test
  @DisplayName("4.1 a large fragment behind a small one is passed on whole")
  void largePayloadBehindFragment() {
    connection.accept();
    connection.receive(Arrays.copyOf(Wire.v1(), 3));
    byte[] payload = Bytes.filled(100_000, 'x');
    connection.receive(concat(Arrays.copyOfRange(Wire.v1(), 3, Wire.v1().length), payload));
    assertThat(payload(connection)).hasSize(100_000);
  }

  @Test
  @DisplayName("4.2 the attribute is set before the event and before the listener is told")
  void attributeIsSetBeforeTheEvent() {
    List<ProxiedAddress> found = new ArrayList<>();
    connection.told.then(channel -> found.add(channel.attr(ProxiedAddress.KEY).get()));
    connection.behind.on("address", ctx -> found.add(ProxiedAddress.of(ctx.channel())));
    connection.accept();
    connection.receive(Wire.v2());

    ProxiedAddress event = connection.behind.all(ProxiedAddress.class).get(0);
    assertThat(found).hasSize(2).allMatch(address -> address == event);
    assertThat(event.source()).isEqualTo(Wire.SOURCE);
    assertThat(event.destination()).isEqualTo(Wire.DESTINATION);
    assertThat(event.isProxied()).isTrue();
    assertThat(event.peer()).isEqualTo(connection.channel.remoteAddress());
  }

  @Test
  @DisplayName("T15 attribute, event and listener hold the same instance; peer() is the real peer")
  void oneAddressEverywhere() {
    connection.accept();
    connection.receive(Wire.v1());
    ProxiedAddress attribute = connection.channel.attr(ProxiedAddress.KEY).get();
    assertThat(connection.behind.all(ProxiedAddress.class)).containsExactly(attribute);
    assertThat(attribute.peer()).isEqualTo(connection.channel.remoteAddress());
    assertThat(attribute.source()).isNotEqualTo(attribute.peer());
  }

  @ParameterizedTest
  @DisplayName(
      "4.2 without a header, with LOCAL, IGNORE or SKIP there is an event, with the real addresses")
  @MethodSource("unproxied")
  void realAddressesWithoutHeader(ProxyHeaderPolicy policy, byte[] bytes, boolean hasHeader) {
    connection.accept(ReceiverOptions.builder().policy(policy));
    connection.receive(bytes);

    ProxiedAddress event = connection.behind.all(ProxiedAddress.class).get(0);
    assertThat(event.isProxied()).isFalse();
    assertThat(event.source()).isEqualTo(connection.channel.remoteAddress());
    assertThat(event.destination()).isEqualTo(connection.channel.localAddress());
    assertThat(event.header() != null).isEqualTo(hasHeader);
    assertThat(connection.seen()).startsWith("address", "active");
  }

  static Stream<Arguments> unproxied() {
    return Stream.of(
        Arguments.of(ProxyHeaderPolicy.USE, text("GET /"), false),
        Arguments.of(ProxyHeaderPolicy.REJECT, text("GET /"), false),
        Arguments.of(ProxyHeaderPolicy.IGNORE, Wire.v1(), false),
        Arguments.of(ProxyHeaderPolicy.IGNORE, Wire.v2(), false),
        Arguments.of(ProxyHeaderPolicy.SKIP, Wire.v2(), false),
        Arguments.of(ProxyHeaderPolicy.REQUIRE, Wire.local(), true),
        Arguments.of(ProxyHeaderPolicy.REQUIRE, Wire.unknown(), true),
        Arguments.of(ProxyHeaderPolicy.USE, Wire.local(), true));
  }

  @Test
  @DisplayName("4.2 nothing goes behind while the header is pending")
  void nothingIsSeenWhilePending() {
    connection.accept();
    connection.receive(Arrays.copyOf(Wire.v2(), 13));
    connection.channel.pipeline().fireChannelWritabilityChanged();
    connection.channel.pipeline().fireChannelReadComplete();
    connection.channel.pipeline().fireUserEventTriggered(ChannelInputShutdownReadComplete.INSTANCE);

    connection.assertSeen();
  }

  @Test
  @DisplayName("4.2 channelRegistered goes behind at once, channelUnregistered in the end")
  void registrationPasses() {
    List<String> seen = new ArrayList<>();
    connection.accept(
        connection.decoder(ReceiverOptions.builder()),
        new ChannelInboundHandlerAdapter() {
          @Override
          public void channelRegistered(ChannelHandlerContext ctx) {
            seen.add("registered");
          }

          @Override
          public void channelUnregistered(ChannelHandlerContext ctx) {
            seen.add("unregistered");
          }
        });
    assertThat(seen).containsExactly("registered");
    connection.peerCloses();
    assertThat(seen).containsExactly("registered", "unregistered");
  }

  @Test
  @DisplayName("4.2 events and writability that came meanwhile follow channelActive, in order")
  void eventsAreHeldBack() {
    connection.accept();
    connection.channel.pipeline().fireUserEventTriggered("one");
    connection.channel.pipeline().fireChannelWritabilityChanged();
    connection.channel.pipeline().fireChannelWritabilityChanged();
    connection.channel.pipeline().fireUserEventTriggered("two");
    connection.receive(concat(Wire.v1(), text("x")));

    connection.assertSeen(
        "address", "active", "event one", "event two", "writability", "read x", "complete");
  }

  @Test
  @DisplayName("4.2 a flood of events from in front is not kept without limit")
  void heldEventsAreBounded() {
    connection.accept();
    List<ByteBuf> events = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      events.add(connection.leaks.buffer(BufferKind.HEAP, text("x")));
      connection.channel.pipeline().fireUserEventTriggered(events.get(i));
    }
    assertThat(events).filteredOn(event -> event.refCnt() > 0).hasSizeLessThan(100);
    connection.receive(Wire.v1());
    assertThat(events).allMatch(event -> event.refCnt() == 0);
  }

  @Test
  @DisplayName("4.2 reference-counted events that are held back are released with the connection")
  void heldEventsAreReleased() {
    connection.accept();
    ByteBuf event = connection.leaks.buffer(BufferKind.HEAP, text("x"));
    connection.channel.pipeline().fireUserEventTriggered(event);
    connection.peerCloses();
    assertThat(event.refCnt()).isZero();
  }

  @Test
  @DisplayName(
      "4.2 an exception from a handler in front goes behind, and the header may still come")
  void foreignExceptionPasses() {
    connection.accept();
    connection.channel.pipeline().fireExceptionCaught(new IllegalStateException("foreign"));
    connection.assertSeen("exception foreign");
    connection.receive(Wire.v1());
    connection.assertSeen("exception foreign", "address", "active", "complete");
  }

  @Test
  @DisplayName("4.2 nothing is fired from handlerAdded")
  void nothingIsFiredFromHandlerAdded() {
    for (ProxyHeaderPolicy policy : ProxyHeaderPolicy.values()) {
      Embedded late = new Embedded();
      late.accept(late.front, new ChannelInboundHandlerAdapter());
      ProxyHeaderDecoder decoder = late.decoder(ReceiverOptions.builder().policy(policy));
      late.channel
          .eventLoop()
          .execute(
              () -> {
                late.channel.pipeline().addLast(decoder, late.behind);
                late.assertSeen();
                late.assertTold();
                late.assertOpen();
              });
      late.channel.runPendingTasks();
      late.finish();
    }
  }

  @Test
  @DisplayName("4.2 SKIP: the event comes before channelActive, nothing is read for it")
  void skipSpeaksAtChannelActive() {
    connection.autoRead(false).accept(ReceiverOptions.builder().policy(ProxyHeaderPolicy.SKIP));
    connection.assertSeen("address", "active");
    assertThat(connection.hasDecoder()).isFalse();
    assertThat(connection.front.reads()).isZero();
    connection.receive(Wire.v2());
    assertThat(connection.behind.all(ByteBuf.class)).hasSize(1);
  }

  @Test
  @DisplayName("4.2 SKIP, added late: the event comes from a task")
  void skipAddedLateSpeaksFromTask() {
    connection.accept(connection.front);
    connection
        .channel
        .pipeline()
        .addLast(
            connection.decoder(ReceiverOptions.builder().policy(ProxyHeaderPolicy.SKIP)),
            connection.behind);
    connection.assertSeen();
    connection.channel.runPendingTasks();
    connection.assertSeen("address");
    assertThat(connection.hasDecoder()).isFalse();
  }

  @Test
  @DisplayName("4.2 SKIP, added late: a read that comes before the task brings the event")
  void skipAddedLateSpeaksAtRead() {
    connection.accept(connection.front);
    connection
        .channel
        .pipeline()
        .addLast(
            connection.decoder(ReceiverOptions.builder().policy(ProxyHeaderPolicy.SKIP)),
            connection.behind);
    connection.channel.pipeline().fireChannelRead("x").fireChannelReadComplete();
    connection.assertSeen("address", "read x", "complete");
    connection.channel.runPendingTasks();
    connection.assertSeen("address", "read x", "complete");
  }

  @Test
  @DisplayName("4.3 added late: no second channelActive, and channelInactive goes through")
  void addedLate() {
    connection.accept(connection.front);
    connection
        .channel
        .pipeline()
        .addLast(connection.decoder(ReceiverOptions.builder()), connection.behind);
    connection.receive(concat(Wire.v1(), text("x")));
    connection.peerCloses();
    connection.assertSeen("address", "read x", "complete", "inactive");
  }

  @Test
  @DisplayName("4.3 added late and refused: channelInactive goes through, after the exception")
  void addedLateAndRefused() {
    connection.accept(connection.front);
    connection
        .channel
        .pipeline()
        .addLast(connection.decoder(ReceiverOptions.builder()), connection.behind);
    connection.receive("GET /");
    connection.assertSeen("exception MISSING", "inactive");
    connection.assertTold("rejected MISSING");
  }

  @Test
  @DisplayName("4.3 added to a closed channel it does nothing")
  void addedToClosedChannel() {
    connection.accept(connection.front);
    connection.peerCloses();
    connection
        .channel
        .pipeline()
        .addLast(connection.decoder(ReceiverOptions.builder()), connection.behind);
    connection.channel.runPendingTasks();
    connection.assertSeen();
    connection.assertTold();
  }

  @Test
  @DisplayName("4.3 a connection that ends before its header is neither active nor inactive behind")
  void endBeforeHeaderIsInvisible() {
    connection.accept();
    connection.peerCloses();
    connection.assertSeen();
  }

  @Test
  @DisplayName(
      "4.3 holdActive(false): channelActive goes behind at once, the event when the header comes")
  void activeIsNotHeld() {
    connection.accept(ReceiverOptions.builder().holdActive(false));
    connection.assertSeen("active");
    connection.channel.pipeline().fireUserEventTriggered("one").fireChannelWritabilityChanged();
    connection.assertSeen("active", "event one", "writability");
    connection.receive(Arrays.copyOf(Wire.v1(), 9));
    assertThat(connection.seen()).hasSize(3);
    connection.receive(concat(Arrays.copyOfRange(Wire.v1(), 9, 45), text("x")));
    connection.peerCloses();
    connection.assertSeen(
        "active", "event one", "writability", "address", "read x", "complete", "inactive");
  }

  @Test
  @DisplayName("4.3 holdActive(false): an abandoned connection is active and inactive behind")
  void activeIsNotHeldAndAbandoned() {
    connection.accept(ReceiverOptions.builder().holdActive(false));
    connection.peerCloses();
    connection.assertSeen("active", "inactive");
    connection.assertTold("abandoned");
  }

  @Test
  @DisplayName("4.3 holdActive(false) and CLOSE: the connection is never active behind")
  void activeIsNotFiredIfClosed() {
    connection.accept(ReceiverOptions.builder().holdActive(false).policy(ProxyHeaderPolicy.CLOSE));
    connection.assertSeen();
    connection.assertTold("rejected UNTRUSTED");
  }

  @Test
  @DisplayName(
      "4.5 holdActive(false) and no time-out: a greeting leaves, the header is consumed when it comes")
  void greetingBeforeHeader() {
    connection.behind.on("active", ctx -> ctx.writeAndFlush("220 hello"));
    connection.accept(ReceiverOptions.builder().holdActive(false).timeout(Duration.ZERO));
    assertThat((Object) connection.channel.readOutbound()).isEqualTo("220 hello");
    connection.advance(Duration.ofDays(1));
    connection.receive(concat(Wire.v2(), text("HELO")));
    connection.assertSeen("active", "address", "read HELO", "complete");
  }

  @Test
  @DisplayName("4.1 bytes behind a header that look like a second one are payload (T20)")
  void secondHeaderIsPayload() {
    connection.accept();
    byte[] second = Wire.v1();
    connection.receive(concat(Wire.v1(), second));
    assertThat(payload(connection).getBytes(StandardCharsets.ISO_8859_1)).isEqualTo(second);
    connection.receive(second);
    assertThat(connection.behind.all(ByteBuf.class)).hasSize(2);
  }

  @Test
  @DisplayName("4.2 behind another decoder: one event, of the second header")
  void secondDecoderReadsASecondHeader() {
    byte[] second = text("PROXY TCP4 203.0.113.7 198.51.100.2 1001 443\r\n");
    for (int size : new int[] {1, 7, 1000}) {
      Embedded chain = new Embedded();
      chain.accept(
          new ProxyHeaderDecoder(), chain.decoder(ReceiverOptions.builder()), chain.behind);
      chain.receiveSplit(concat(Wire.v2(), second), size);
      chain.receive("data");
      assertThat(chain.seen()).startsWith("address", "active").contains("read data");
      ProxiedAddress address = ProxiedAddress.of(chain.channel);
      assertThat(address.source()).isEqualTo(Addresses.inet("203.0.113.7", 1001));
      assertThat(chain.behind.all(ProxiedAddress.class)).containsExactly(address);
      chain.finish();
    }
  }

  @Test
  @DisplayName("T20b version 1 behind version 2, as AWS NLB passes a client's own header on")
  void otherVersionBehindIsPayload() {
    connection.accept();
    connection.receive(concat(Wire.v2(), Wire.v1(), text("GET /")));
    assertThat(payload(connection)).startsWith("PROXY TCP4 ").endsWith("GET /");
    assertThat(ProxiedAddress.of(connection.channel).header().version()).isEqualTo(ProxyVersion.V2);
  }

  @Test
  @DisplayName("4.8 nothing of the library is left in the pipeline")
  void pipelineIsAsItWasWithout() {
    connection.accept();
    assertThat(connection.channel.pipeline().names()).hasSize(4);
    connection.receive(Wire.v2());
    assertThat(connection.channel.pipeline().names()).hasSize(3);
    assertThat(connection.hasTimer()).isFalse();
  }

  @Test
  void messagesThatAreNotBytesAreNoHeader() {
    connection.accept();
    connection.receive("a string");
    connection.receive((Object) "a string");
    connection.assertSeen("exception MISSING");
  }

  @Test
  void messagesThatAreNotBytesGoOnWithoutHeader() {
    connection.accept(ReceiverOptions.builder().policy(ProxyHeaderPolicy.USE));
    connection.receive(text("PRO"));
    Object message = new Object();
    connection.receive(message);
    connection.assertSeen("address", "active", "read PRO", "read " + message, "complete");
  }

  @Test
  void decoderServesOneConnectionOnly() {
    ProxyHeaderDecoder decoder = connection.accept();
    assertThat(decoder.isSharable()).isFalse();
    EmbeddedChannel other = new EmbeddedChannel();
    assertThatThrownBy(() -> other.pipeline().addLast(decoder))
        .hasMessageContaining("not a @Sharable handler");
    other.finish();
  }

  @Test
  void defaultsOfTheTwoConstructorsAreTheSame() {
    connection.accept(connection.front, new ProxyHeaderDecoder(), connection.behind);
    connection.receive(concat(Wire.v1(), text("x")));
    connection.assertSeen("address", "active", "read x", "complete");
  }

  @Test
  @DisplayName("T24 no name is ever resolved: host names in a line are refused")
  void namesAreNotResolved() {
    connection.accept();
    connection.receive("PROXY TCP4 localhost 198.51.100.2 56324 443\r\n");
    connection.assertSeen("exception ADDRESS");
  }

  @ParameterizedTest
  @EnumSource(
      names = {"REQUIRE", "USE", "IGNORE"},
      value = ProxyHeaderPolicy.class)
  @DisplayName("T22 LOCAL is accepted, whatever its block holds, and the connection goes on")
  void localIsAccepted(ProxyHeaderPolicy policy) {
    for (byte[] block : List.of(new byte[0], new byte[12], Bytes.filled(300, 0xFF))) {
      for (int family : new int[] {0x00, 0x11, 0x21, 0xFF}) {
        Embedded local = new Embedded();
        local.accept(ReceiverOptions.builder().policy(policy));
        local.receive(concat(Bytes.binary(0x20, family, block), text("x")));
        local.assertSeen("address", "active", "read x", "complete");
        local.assertTold("proxied");
        local.finish();
      }
    }
  }

  @Test
  void versionsOfTheReaderHold() {
    connection.accept(
        ReceiverOptions.builder()
            .policy(ProxyHeaderPolicy.USE)
            .reader(ProxyHeaderReader.builder().versions(ProxyVersion.V2).build()));
    connection.receive("PROXY");
    connection.assertSeen("exception VERSION");
  }

  @Test
  void maxHeaderSizeBelowALinesLengthHolds() {
    connection.accept(
        ReceiverOptions.builder().reader(ProxyHeaderReader.builder().maxHeaderSize(16).build()));
    connection.receiveSplit(Wire.v1(), 3);
    connection.assertSeen("exception TOO_LONG");
    connection.assertTold("rejected TOO_LONG");
  }

  @Test
  void shortHeadersFitTheSmallestMaxHeaderSize() {
    for (byte[] header : List.of(Wire.local(), Wire.unknown())) {
      Embedded small = new Embedded();
      small.accept(
          ReceiverOptions.builder().reader(ProxyHeaderReader.builder().maxHeaderSize(16).build()));
      small.receiveSplit(concat(header, text("payload")), 15);
      assertThat(payload(small)).isEqualTo("payload");
      small.finish();
    }
  }

  @Test
  void headersOfTheLargestSizeAreRead() {
    connection.accept(
        ReceiverOptions.builder()
            .reader(ProxyHeaderReader.builder().maxHeaderSize(65_551).build()));
    byte[] header =
        Wire.v2(Bytes.tlv(0xE5, new byte[32_000]), Bytes.tlv(0xE6, new byte[65_535 - 32_018]));
    assertThat(header).hasSize(65_551);
    connection.receiveSplit(concat(header, text("payload")), 1_448);
    assertThat(payload(connection)).isEqualTo("payload");
    ProxyHeader read = ProxiedAddress.of(connection.channel).header();
    assertThat(read.tlvs().size()).isEqualTo(2);
  }

  @Test
  @DisplayName("4.2 the end of the peer's half comes behind the payload")
  void halfCloseBehindHeaderGoesOn() {
    connection.accept();
    connection.receive(concat(Wire.v1(), text("x")));
    connection.halfClose();
    connection.assertSeen(
        "address", "active", "read x", "complete", "event ChannelInputShutdownEvent");
  }

  private static String payload(Embedded connection) {
    StringBuilder all = new StringBuilder();
    connection.seen().stream()
        .filter(entry -> entry.startsWith("read "))
        .forEach(entry -> all.append(entry.substring("read ".length())));
    return all.toString();
  }
}
