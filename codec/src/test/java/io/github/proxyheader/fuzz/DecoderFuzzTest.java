/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.protocol.HeaderPresence;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.github.proxyheader.testing.BufferKind;
import io.github.proxyheader.testing.Bytes;
import io.github.proxyheader.testing.Embedded;
import io.github.proxyheader.testing.Verdict;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A connection by plan: options, what the application does in its call-backs, then how the bytes
 * come, mixed with reads, time, closes and resets. Whatever the plan, nothing leaks and nothing is
 * seen twice; if it only cuts the bytes, the outcome is that of all bytes at once.
 */
class DecoderFuzzTest {
  private static final BufferKind[] KINDS = BufferKind.values();
  private static final ProxyHeaderPolicy[] POLICIES = ProxyHeaderPolicy.values();
  private static final ProxyHeaderReader SMALL =
      ProxyHeaderReader.builder().maxHeaderSize(64).build();

  /** A message whose text no bytes have in ISO 8859-1. */
  private static final String NOT_BYTES = "\u2603";

  /** Options, call-back, number of steps. */
  private static final int FIXED_PART = 3;

  private static final int MAX_STEPS = 31;

  private static final String[] PLANS = {
    "000000",
    "08000301020a",
    "0100060b13181b0323",
    "120003042c05",
    "1b0004010d0506",
    "180102040c",
    "1802020414",
    "18030103",
    "1804040d050e06",
    "38000204040c",
    "030002020e",
    "1c00020a12",
    "05000104",
    "180003030717",
    "19000403010f1f",
    "100004060d3605",
    "180004040427",
  };

  static Stream<byte[]> seeds() {
    List<byte[]> headers = Seeds.headers().toList();
    return Stream.iterate(0, i -> i < headers.size(), i -> i + 1)
        .map(i -> Bytes.concat(Bytes.hex(PLANS[i % PLANS.length]), headers.get(i)));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "60s")
  void connection(byte[] input) {
    if (input.length < FIXED_PART) {
      return;
    }
    int steps = Math.min(input[2] & MAX_STEPS, input.length - FIXED_PART);
    byte[] data = Arrays.copyOfRange(input, FIXED_PART + steps, input.length);
    Run run = new Run(input[0], input[1] & 7, data);
    for (int i = 0; i < steps; i++) {
      run.step(input[FIXED_PART + i] & 0xFF);
    }
    run.finish();
  }

  /** One connection. */
  private static final class Run {
    private final Embedded embedded = new Embedded();
    private final byte[] data;
    private final ProxyHeaderPolicy policy;
    private final ProxyHeaderReader reader;
    private final boolean holdActive;
    private final boolean replaced;
    private final Verdict verdict;

    /** Whether nothing but bytes, reads and events came so far. */
    private boolean plain;

    private int at;

    Run(int options, int callBack, byte[] data) {
      this.data = data;
      policy = POLICIES[Math.floorMod(options & 7, POLICIES.length)];
      holdActive = (options & 0x10) != 0;
      replaced = (options & 0x20) != 0 && holdActive;
      reader = (options & 0x40) != 0 ? SMALL : ProxyHeaderReader.standard();
      verdict = Verdict.of(reader, data);
      plain = callBack == 0 || callBack == 6;
      ReceiverOptions.Builder builder =
          ReceiverOptions.builder().reader(reader).holdActive(holdActive);
      if (options < 0) {
        builder.policy(channel -> policy);
      } else {
        builder.policy(policy);
      }
      if (replaced) {
        builder.replaceWith(address -> new ChannelInboundHandlerAdapter());
      }
      callBack(callBack);
      embedded.autoRead((options & 8) != 0).accept(builder);
    }

    private void callBack(int which) {
      switch (which) {
        case 1 -> embedded.told.then(channel -> channel.close());
        case 2 -> embedded.behind.on("address", ctx -> ctx.close());
        case 3 -> embedded.behind.on("address", ctx -> removeDecoder());
        case 4 ->
            embedded.behind.on(
                "address",
                ctx -> {
                  throw new IllegalStateException("thrown by a handler");
                });
        case 5 -> embedded.behind.on("read", ctx -> ctx.close());
        case 6 -> embedded.behind.on("address", ctx -> ctx.read());
        case 7 -> embedded.behind.on("active", ctx -> ctx.close());
        default -> {}
      }
    }

    private void removeDecoder() {
      if (embedded.hasDecoder()) {
        embedded.channel.pipeline().remove(ProxyHeaderDecoder.class);
      }
    }

    /** Nothing reaches a closed channel. */
    void step(int step) {
      if (!embedded.channel.isOpen()) {
        return;
      }
      int amount = step >> 3;
      switch (step & 7) {
        case 0, 1, 2, 3 -> receive(1 + amount, step);
        case 4 -> receive(data.length, step);
        case 5 -> embedded.channel.read();
        case 6 -> {
          plain = false;
          embedded.advance(Duration.ofMillis(250L * amount));
        }
        default -> interrupt(amount);
      }
    }

    private void receive(int length, int kind) {
      int end = Math.min(data.length, at + length);
      embedded.receive(
          (Object)
              embedded.leaks.buffer(KINDS[kind % KINDS.length], Arrays.copyOfRange(data, at, end)));
      at = end;
    }

    private void interrupt(int how) {
      switch (how) {
        case 0 -> embedded.channel.pipeline().fireChannelWritabilityChanged();
        case 1 ->
            embedded
                .channel
                .pipeline()
                .fireUserEventTriggered(
                    embedded.leaks.buffer(BufferKind.HEAP, Bytes.text("event")));
        default -> {
          plain = false;
          switch (how & 7) {
            case 2 -> embedded.halfClose();
            case 3 -> embedded.peerCloses();
            case 4 -> {
              embedded.channel.pipeline().fireExceptionCaught(new IOException("reset"));
              embedded.peerCloses();
            }
            case 5 -> embedded.channel.close();
            case 6 -> removeDecoder();
            case 7 ->
                embedded.channel.config().setAutoRead(!embedded.channel.config().isAutoRead());
            default -> embedded.receive((Object) NOT_BYTES);
          }
        }
      }
      embedded.channel.runPendingTasks();
    }

    void finish() {
      if (embedded.channel.isOpen() && at < data.length) {
        receive(data.length, 0);
      }
      if (embedded.channel.isOpen()) {
        embedded.channel.read();
        embedded.channel.runPendingTasks();
      }
      if (plain) {
        assertOutcome();
      }
      assertAlwaysTrue();
      embedded.finish();
      assertAlwaysTrue();
    }

    private List<String> seen() {
      return embedded.seen();
    }

    private String payload() {
      return seen().stream()
          .filter(entry -> entry.startsWith("read ") && !entry.equals("read " + NOT_BYTES))
          .map(entry -> entry.substring("read ".length()))
          .collect(Collectors.joining());
    }

    private void assertAlwaysTrue() {
      assertThat(seen()).filteredOn("address"::equals).hasSizeLessThan(2);
      assertThat(seen()).filteredOn("active"::equals).hasSizeLessThan(2);
      assertThat(seen()).filteredOn("inactive"::equals).hasSizeLessThan(2);
      assertThat(embedded.behind.all(ProxyHeaderException.class)).hasSizeLessThan(2);
      assertThat(embedded.behind.all(Throwable.class))
          .allMatch(
              cause ->
                  cause instanceof ProxyHeaderException
                      || cause instanceof IOException && cause.getMessage().equals("reset")
                      || cause.getMessage().equals("thrown by a handler"));
      assertThat(embedded.told.all()).hasSizeLessThan(2);
      assertPayloadIsWhatCame();
      if (told("rejected") || told("abandoned")) {
        assertThat(embedded.channel.isOpen()).isFalse();
        assertThat(payload()).isEmpty();
        assertThat(seen()).doesNotContain("address", "complete", "read " + NOT_BYTES);
        if (holdActive) {
          assertThat(seen()).doesNotContain("active", "inactive");
        }
      }
      int address = seen().indexOf("address");
      if (address >= 0 && holdActive) {
        assertThat(seen().subList(0, address)).isEmpty();
      }
    }

    private boolean told(String outcome) {
      return embedded.told.all().stream().anyMatch(entry -> entry.startsWith(outcome));
    }

    private void assertPayloadIsWhatCame() {
      String all = new String(data, StandardCharsets.ISO_8859_1);
      String payload = payload();
      List<ProxiedAddress> addresses = embedded.behind.all(ProxiedAddress.class);
      boolean consumed =
          !addresses.isEmpty()
              && (addresses.get(0).header() != null
                  || policy == ProxyHeaderPolicy.IGNORE && verdict.isAccepted());
      if (consumed && addresses.get(0).header() != null) {
        assertThat(addresses.get(0).header()).isEqualTo(verdict.header());
        assertThat(all.substring(verdict.consumed())).startsWith(payload);
      } else if (consumed) {
        assertThat(all.startsWith(payload) || all.substring(verdict.consumed()).startsWith(payload))
            .isTrue();
      } else {
        assertThat(all).startsWith(payload);
      }
    }

    /** What the bytes alone make of the connection, however they were cut. */
    private void assertOutcome() {
      switch (policy) {
        case CLOSE -> assertRejected(Reason.UNTRUSTED);
        case SKIP -> assertProxied(0);
        case REJECT -> assertUnderReject(reader.detect(Unpooled.wrappedBuffer(data)));
        case REQUIRE -> assertVerdict(verdict.isRejected() ? verdict.reason() : null);
        default -> {
          if (verdict.reason() == Reason.MISSING) {
            assertProxied(0);
          } else {
            assertVerdict(verdict.reason());
          }
        }
      }
    }

    private void assertUnderReject(HeaderPresence presence) {
      switch (presence) {
        case PRESENT -> assertRejected(Reason.UNEXPECTED);
        case ABSENT -> assertProxied(0);
        case UNDECIDED -> assertPending();
      }
    }

    private void assertVerdict(Reason reason) {
      if (reason != null) {
        assertRejected(reason);
      } else if (verdict.isAccepted()) {
        assertProxied(verdict.consumed());
      } else {
        assertPending();
      }
    }

    private void assertProxied(int consumed) {
      assertThat(embedded.told.all()).containsExactly("proxied");
      assertThat(embedded.hasDecoder()).isFalse();
      assertThat(embedded.channel.isOpen()).isTrue();
      assertThat(payload())
          .isEqualTo(
              new String(data, consumed, data.length - consumed, StandardCharsets.ISO_8859_1));
      assertThat(seen()).contains("address", "active");
    }

    private void assertRejected(Reason reason) {
      assertThat(embedded.told.all()).containsExactly("rejected " + reason);
      assertThat(embedded.behind.all(ProxyHeaderException.class))
          .hasSize(replaced || reason == Reason.UNTRUSTED ? 0 : 1);
      assertThat(embedded.channel.isOpen()).isFalse();
    }

    private void assertPending() {
      assertThat(embedded.told.all()).isEmpty();
      assertThat(embedded.hasDecoder()).isTrue();
      assertThat(embedded.channel.isOpen()).isTrue();
      assertThat(payload()).isEmpty();
    }
  }
}
