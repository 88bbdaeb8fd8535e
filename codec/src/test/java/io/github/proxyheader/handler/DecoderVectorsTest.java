/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.testing.BufferKind;
import io.github.proxyheader.testing.Bytes;
import io.github.proxyheader.testing.LeakCheck;
import io.github.proxyheader.testing.Vectors;
import io.github.proxyheader.testing.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every stream vector and every capture through the decoder: in every kind of buffer, whole, byte
 * by byte and at every split into two. What the reader makes of them, the tests of the protocol
 * package hold.
 */
class DecoderVectorsTest {
  private static final BufferKind[] KINDS = BufferKind.values();

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  /** Bytes from the wire, under the name of their vector or capture. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Input(String name, byte[] bytes) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Input> inputs() {
    return Stream.concat(
            Vectors.stream().stream().map(v -> new Input(v.id(), v.bytes())),
            Vectors.captures().stream()
                .map(c -> new Input(c.name(), Bytes.concat(c.header(), c.payload()))))
        .toList();
  }

  @Test
  void defaultsAreCompleteBeforeTheyAreUsed() {
    assertThat(ReceiverOptions.standard().listener()).isNotNull();
    assertThat(ReceiverOptions.standard().policy()).isNotNull();
    assertThat(ReceiverOptions.standard().reader()).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void wholeInEveryKindOfBuffer(Input input) {
    for (BufferKind kind : KINDS) {
      Connection connection = new Connection(input.bytes);
      connection.receive(leaks.buffer(kind, input.bytes));
      connection.assertOutcome();
    }
  }

  @ParameterizedTest
  @MethodSource("inputs")
  @DisplayName("T23 byte by byte")
  void byteByByteInEveryKindOfBuffer(Input input) {
    for (BufferKind kind : KINDS) {
      Connection connection = new Connection(input.bytes);
      for (byte b : input.bytes) {
        connection.receive(leaks.buffer(kind, new byte[] {b}));
      }
      connection.assertOutcome();
    }
  }

  @ParameterizedTest
  @MethodSource("inputs")
  @DisplayName("T23 at every split into two")
  void atEverySplitInEveryKindOfBuffer(Input input) {
    byte[] bytes = input.bytes;
    for (int split = 0; split <= bytes.length; split++) {
      for (int i = 0; i < KINDS.length; i++) {
        Connection connection = new Connection(bytes);
        connection.receive(leaks.buffer(KINDS[i], Arrays.copyOf(bytes, split)));
        if (split < bytes.length) {
          connection.receive(
              leaks.buffer(
                  KINDS[(i + split) % KINDS.length],
                  Arrays.copyOfRange(bytes, split, bytes.length)));
        }
        connection.assertOutcome();
      }
    }
  }

  /** A channel with a decoder and a witness behind it. */
  private final class Connection {
    private final byte[] bytes;
    private final Verdict verdict;
    private final Witness witness = new Witness();
    private final EmbeddedChannel channel = new EmbeddedChannel(new ProxyHeaderDecoder(), witness);
    private int received;

    Connection(byte[] bytes) {
      this.bytes = bytes;
      verdict = Verdict.of(bytes);
      channel.config().setAllocator(leaks.allocator());
    }

    /** Nothing reaches a closed channel. */
    void receive(ByteBuf buffer) {
      if (!channel.isOpen()) {
        buffer.release();
        return;
      }
      received += buffer.readableBytes();
      channel.pipeline().fireChannelRead(buffer);
      channel.pipeline().fireChannelReadComplete();
      channel.runPendingTasks();
      if (Verdict.of(Arrays.copyOf(bytes, received)).isIncomplete()) {
        assertThat(witness.seen).as("seen before the verdict").isEmpty();
      }
    }

    void assertOutcome() {
      if (verdict.isAccepted()) {
        assertAccepted();
      } else if (verdict.isRejected()) {
        assertRejected(verdict.reason());
      } else {
        assertThat(channel.isOpen()).isTrue();
        channel.unsafe().close(channel.newPromise()); // as when the peer closes
        if (bytes.length == 0) {
          assertThat(witness.seen).isEmpty();
        } else {
          assertRejected(Reason.TRUNCATED);
        }
      }
      assertThat(channel.<Object>readInbound()).isNull();
      assertThat(channel.<Object>readOutbound()).as("R2 the receiver answers nothing").isNull();
      channel.finishAndReleaseAll();
      leaks.assertNothingLeaked();
    }

    private void assertAccepted() {
      byte[] payload = Arrays.copyOfRange(bytes, verdict.consumed(), bytes.length);
      assertThat(witness.payload.toByteArray()).isEqualTo(payload);
      assertThat(witness.seen.subList(0, 2)).containsExactly("event", "active");
      assertThat(witness.seen.subList(2, witness.seen.size())).isSubsetOf("read", "readComplete");
      assertThat(witness.seen.contains("read")).isEqualTo(payload.length > 0);
      assertThat(witness.seen).endsWith("readComplete");
      assertAddress(witness.address, verdict.header());
      assertThat(witness.attribute).isSameAs(witness.address);
      assertThat(ProxiedAddress.of(channel)).isSameAs(witness.address);
      assertThat(channel.pipeline().get(ProxyHeaderDecoder.class)).isNull();
      assertThat(channel.isOpen()).isTrue();
    }

    private void assertAddress(ProxiedAddress address, ProxyHeader header) {
      assertThat(address.header()).isEqualTo(header);
      assertThat(address.tlvs()).isEqualTo(header.tlvs());
      assertThat(address.isProxied()).isEqualTo(header.hasAddresses());
      assertThat(address.peer()).isEqualTo(channel.remoteAddress());
      assertThat(address.source())
          .isEqualTo(header.hasAddresses() ? header.source() : channel.remoteAddress());
      assertThat(address.destination())
          .isEqualTo(header.hasAddresses() ? header.destination() : channel.localAddress());
    }

    private void assertRejected(Reason reason) {
      assertThat(witness.seen).containsExactly("exception");
      assertThat(witness.exception).isInstanceOf(ProxyHeaderException.class);
      assertThat(((ProxyHeaderException) witness.exception).reason()).isEqualTo(reason);
      assertThat(witness.openAtException).as("told before it was closed").isTrue();
      assertThat(channel.isOpen()).isFalse();
      assertThat(ProxiedAddress.of(channel).isProxied()).isFalse();
    }

    /** Writes down all that comes downstream. */
    private final class Witness extends ChannelInboundHandlerAdapter {
      private final List<String> seen = new ArrayList<>();
      private final ByteArrayOutputStream payload = new ByteArrayOutputStream();
      private ProxiedAddress address;
      private ProxiedAddress attribute;
      private Throwable exception;
      private boolean openAtException;

      @Override
      public void channelActive(ChannelHandlerContext ctx) {
        seen.add("active");
      }

      @Override
      public void channelInactive(ChannelHandlerContext ctx) {
        seen.add("inactive");
      }

      @Override
      public void channelRead(ChannelHandlerContext ctx, Object msg) {
        seen.add("read");
        ByteBuf in = (ByteBuf) msg;
        byte[] all = new byte[in.readableBytes()];
        in.readBytes(all).release();
        payload.writeBytes(all);
      }

      @Override
      public void channelReadComplete(ChannelHandlerContext ctx) {
        seen.add("readComplete");
      }

      @Override
      public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        seen.add("writability");
      }

      @Override
      public void userEventTriggered(ChannelHandlerContext ctx, Object evt) {
        seen.add("event");
        address = (ProxiedAddress) evt;
        attribute = ctx.channel().attr(ProxiedAddress.KEY).get();
      }

      @Override
      public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        seen.add("exception");
        exception = cause;
        openAtException = ctx.channel().isOpen() || verdict.isIncomplete();
        // What comes after a refusal is dropped, even while it is being told.
        ctx.pipeline().fireChannelRead(leaks.buffer(BufferKind.DIRECT, Bytes.text("later")));
        ctx.pipeline().fireChannelReadComplete();
      }
    }
  }
}
