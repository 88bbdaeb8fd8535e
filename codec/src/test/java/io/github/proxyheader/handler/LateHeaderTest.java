/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.testing.Embedded;
import io.github.proxyheader.testing.Wire;
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

/** A header that comes after the time-out is refused under every policy but SKIP. */
class LateHeaderTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @RegisterExtension final Embedded connection = new Embedded();

  private static ReceiverOptions.Builder options(ProxyHeaderPolicy policy) {
    return ReceiverOptions.builder().policy(policy);
  }

  static Stream<Arguments> policiesAndHeaders() {
    return Stream.of(ProxyHeaderPolicy.USE, ProxyHeaderPolicy.IGNORE, ProxyHeaderPolicy.REJECT)
        .flatMap(policy -> Wire.all().stream().map(header -> Arguments.of(policy, header)));
  }

  private static String refusal(ProxyHeaderPolicy policy) {
    return policy == ProxyHeaderPolicy.REJECT ? "UNEXPECTED" : "TIMEOUT";
  }

  /** Returns how many bytes of a header leave open whether it is one. */
  private static int undecidedLength(byte[] header) {
    return header[0] == 'P' ? 4 : 11;
  }

  @ParameterizedTest
  @MethodSource("policiesAndHeaders")
  @DisplayName("6.2 a whole header after the time-out: refused, and no byte of it is payload")
  void wholeHeader(ProxyHeaderPolicy policy, byte[] header) {
    connection.accept(options(policy));
    connection.advance(TIMEOUT);
    connection.assertSeen("address", "active");
    connection.receive(concat(header, text("payload")));
    connection.receive("more");
    connection.assertClosed();
    connection.assertSeen("address", "active", "exception " + refusal(policy), "inactive");
    connection.assertTold("proxied");
    assertThat(connection.told.reported()).containsExactly(refusal(policy));
  }

  @ParameterizedTest
  @MethodSource("policiesAndHeaders")
  @DisplayName("6.2 the time-out may fall between any two of the undecided bytes")
  void timeoutWithinTheSignature(ProxyHeaderPolicy policy, byte[] header) {
    for (int at = 1; at <= undecidedLength(header); at++) {
      Embedded late = new Embedded();
      late.accept(options(policy));
      late.receive(Arrays.copyOf(header, at));
      late.advance(TIMEOUT);
      late.receive(Arrays.copyOfRange(header, at, header.length));
      late.assertClosed();
      assertThat(late.seen()).endsWith("exception " + refusal(policy), "inactive");
      assertThat(late.seen()).filteredOn(entry -> entry.startsWith("read")).hasSize(1);
      late.finish();
    }
  }

  @ParameterizedTest
  @MethodSource("policiesAndHeaders")
  @DisplayName("6.2 byte by byte: closed at the byte that completes the signature")
  void byteByByte(ProxyHeaderPolicy policy, byte[] header) {
    connection.accept(options(policy));
    connection.advance(TIMEOUT);
    int undecided = undecidedLength(header);
    for (int at = 0; at < undecided; at++) {
      connection.receive(new byte[] {header[at]});
      connection.assertOpen();
    }
    assertThat(connection.seen()).filteredOn(e -> e.startsWith("read")).hasSize(undecided);
    connection.receive(new byte[] {header[undecided]});
    connection.assertClosed();
    assertThat(connection.seen()).filteredOn(e -> e.startsWith("read")).hasSize(undecided);
    assertThat(connection.behind.all(ProxyHeaderException.class)).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"USE", "IGNORE", "REJECT"})
  @DisplayName("6.2 what is no header passes untouched, and nothing stays in the pipeline")
  void otherBytesPass(ProxyHeaderPolicy policy) {
    connection.accept(options(policy));
    connection.receive("PR");
    connection.advance(TIMEOUT);
    connection.receive("OX");
    connection.receive(text("I"));
    connection.receive(Wire.v1());
    connection.assertOpen();
    connection.assertSeen(
        "address",
        "active",
        "read PR",
        "complete",
        "read OX",
        "complete",
        "read I",
        "complete",
        "read " + new String(Wire.v1(), StandardCharsets.ISO_8859_1),
        "complete");
    assertThat(connection.channel.pipeline().get(LateHeaderDetector.class)).isNull();
  }

  @Test
  @DisplayName("6.2 a message that is not bytes is no header")
  void otherMessagesPass() {
    connection.accept(options(ProxyHeaderPolicy.USE));
    connection.advance(TIMEOUT);
    connection.receive((Object) "a string");
    connection.receive(Wire.v1());
    connection.assertOpen();
    assertThat(connection.channel.pipeline().get(LateHeaderDetector.class)).isNull();
  }

  @Test
  @DisplayName("6.2 empty buffers decide nothing")
  void emptyBuffersPass() {
    connection.accept(options(ProxyHeaderPolicy.USE));
    connection.advance(TIMEOUT);
    connection.receive(new byte[0]);
    connection.receive(Wire.v2());
    connection.assertClosed();
  }

  @Test
  @DisplayName("6.2 SKIP looks at no byte at any time")
  void skipPassesLateHeaders() {
    connection.accept(options(ProxyHeaderPolicy.SKIP));
    connection.advance(TIMEOUT);
    connection.receive(Wire.v1());
    connection.assertOpen();
    assertThat(connection.seen()).hasSize(4);
  }

  @Test
  @DisplayName("6.2 the refusal of a late header is fired before the close and may be answered")
  void exceptionMayBeAnswered() {
    List<String> order = new ArrayList<>();
    connection.behind.on(
        "exception",
        ctx -> {
          connection.assertOpen();
          order.add("exception");
          ctx.writeAndFlush("bye");
        });
    connection.accept(options(ProxyHeaderPolicy.USE));
    connection.advance(TIMEOUT);
    connection.receive(Wire.v1());
    assertThat(order).containsExactly("exception");
    assertThat((Object) connection.channel.readOutbound()).isEqualTo("bye");
    connection.assertClosed();
  }

  @Test
  @DisplayName("6.2 with replaceWith the new handler is told, and sees no byte of the header")
  void replacementIsTold() {
    ReceiverOptions.Builder options =
        options(ProxyHeaderPolicy.USE).replaceWith(address -> connection.behind);
    connection.accept(connection.front, connection.decoder(options));
    connection.receive("PRO");
    connection.advance(TIMEOUT);
    connection.receive("XY TCP4 ");
    connection.assertSeen("active", "read PRO", "complete", "exception TIMEOUT", "inactive");
  }

  @Test
  @DisplayName("6.2 without AUTO_READ, a header that nobody has asked for yet is refused as well")
  void withoutAutoRead() {
    connection.autoRead(false).accept(options(ProxyHeaderPolicy.USE));
    connection.advance(TIMEOUT);
    connection.receive(Wire.v2());
    connection.assertClosed();
    connection.assertSeen("address", "active", "exception TIMEOUT", "inactive");
  }

  @Test
  @DisplayName("6.2 reported refusals: a late header is refused all the same")
  void reportOnly() {
    connection.accept(options(ProxyHeaderPolicy.REQUIRE).reportOnly(true));
    connection.advance(TIMEOUT);
    connection.receive(Wire.v2());
    connection.assertClosed();
    assertThat(connection.told.reported()).containsExactly("MISSING", "TIMEOUT");
  }

  @Test
  @DisplayName("6.2 the end of the peer's half decides: nothing watches on for long")
  void endPasses() {
    connection.accept(options(ProxyHeaderPolicy.USE));
    connection.advance(TIMEOUT);
    connection.halfClose();
    connection.peerCloses();
    connection.assertSeen("address", "active", "event ChannelInputShutdownEvent", "inactive");
  }

  @Test
  @DisplayName("6.2 REQUIRE: silence has a reason of its own, half a header is late")
  void reasonsOfTheTimeout() {
    connection.accept(options(ProxyHeaderPolicy.REQUIRE));
    connection.receive(new byte[0]);
    connection.advance(TIMEOUT);
    connection.assertTold("rejected SILENT");

    Embedded half = new Embedded();
    half.accept(options(ProxyHeaderPolicy.REQUIRE));
    half.receive("P");
    half.advance(TIMEOUT);
    half.assertTold("rejected TIMEOUT");
    half.finish();
  }
}
