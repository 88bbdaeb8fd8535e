/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.proxyheader.datagram.DatagramFlowOptions;
import io.github.proxyheader.datagram.DatagramReceiverOptions;
import io.github.proxyheader.datagram.ProxiedDatagramFlows;
import io.github.proxyheader.datagram.ProxyHeaderDatagramDecoder;
import io.github.proxyheader.datagram.SimpleProxyProtocolCodec;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.testing.BufferKind;
import io.github.proxyheader.testing.Bytes;
import io.github.proxyheader.testing.DatagramOracle;
import io.github.proxyheader.testing.Datagrams;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Datagrams cut out of the input, one after another over the same channel. Whatever they hold, the
 * channel stays open, nothing leaks, and each one becomes what it would become alone.
 */
class DatagramFuzzTest {
  private static final BufferKind[] KINDS = BufferKind.values();
  private static final ProxyHeaderPolicy[] POLICIES = ProxyHeaderPolicy.values();

  static Stream<byte[]> seeds() {
    List<byte[]> headers = new ArrayList<>(Seeds.headers().toList());
    headers.add(Bytes.concat(Bytes.hex("56ec"), Bytes.filled(36, 7), Bytes.text("payload")));
    return Stream.iterate(0, i -> i < headers.size(), i -> i + 1)
        .map(i -> seed(i, headers.get(i), headers.get((i * 7 + 1) % headers.size())));
  }

  private static byte[] seed(int i, byte[] first, byte[] second) {
    return Bytes.concat(
        new byte[] {(byte) i}, datagram(first), datagram(second), datagram(Bytes.text("x")));
  }

  private static byte[] datagram(byte[] bytes) {
    return Bytes.concat(new byte[] {(byte) (bytes.length >> 8), (byte) bytes.length}, bytes);
  }

  /** Length (16 bits, cut down to what is there), bytes, and again. */
  private static List<byte[]> cut(byte[] input) {
    List<byte[]> all = new ArrayList<>();
    int at = 1;
    while (at + 2 <= input.length && all.size() < 16) {
      int length = (input[at] & 0xFF) << 8 | input[at + 1] & 0xFF;
      at += 2;
      int end = Math.min(input.length, at + length);
      all.add(Arrays.copyOfRange(input, at, end));
      at = end;
    }
    return all;
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "60s")
  void datagrams(byte[] input) {
    if (input.length == 0) {
      return;
    }
    List<byte[]> all = cut(input);
    ProxyHeaderPolicy policy = POLICIES[Math.floorMod(input[0], POLICIES.length)];
    eachAlone(all, policy, input[0]);
    coalesced(all, policy);
    simpleProxyProtocol(all);
    flows(all, input[0]);
  }

  private static DatagramReceiverOptions options(Datagrams datagrams, ProxyHeaderPolicy policy) {
    return DatagramReceiverOptions.builder().policy(policy).listener(datagrams.told).build();
  }

  private static void eachAlone(List<byte[]> all, ProxyHeaderPolicy policy, int kind) {
    Datagrams datagrams = new Datagrams();
    datagrams.with(new ProxyHeaderDatagramDecoder(options(datagrams, policy)));
    for (byte[] bytes : all) {
      datagrams.told.all.clear();
      datagrams.received.clear();
      datagrams.payloads.clear();
      datagrams.receiveMessage(
          new DatagramPacket(
              datagrams.leaks.buffer(KINDS[Math.floorMod(kind, KINDS.length)], bytes),
              Datagrams.SERVER,
              Datagrams.PROXY));
      DatagramOracle.assertOutcome(datagrams, policy, bytes);
    }
    datagrams.afterEach(null);
  }

  private static void coalesced(List<byte[]> all, ProxyHeaderPolicy policy) {
    if (all.isEmpty() || all.get(0).length == 0) {
      return;
    }
    Datagrams datagrams = new Datagrams();
    datagrams.with(new ProxyHeaderDatagramDecoder(options(datagrams, policy)));
    byte[] bytes = Bytes.concat(all.toArray(byte[][]::new));
    int size = all.get(0).length;
    datagrams.receiveMessage(
        new SegmentedDatagramPacket(
            datagrams.leaks.buffer(BufferKind.DIRECT, bytes),
            size,
            Datagrams.SERVER,
            Datagrams.PROXY));
    assertThat(datagrams.told.all).hasSize((bytes.length + size - 1) / size);
    assertThat(datagrams.channel.isOpen()).isTrue();
    datagrams.afterEach(null);
  }

  private static void simpleProxyProtocol(List<byte[]> all) {
    Datagrams datagrams = new Datagrams();
    datagrams.with(new SimpleProxyProtocolCodec(options(datagrams, ProxyHeaderPolicy.REQUIRE)));
    for (byte[] bytes : all) {
      datagrams.told.all.clear();
      datagrams.receive(bytes);
      boolean magic = bytes.length >= 2 && bytes[0] == 0x56 && bytes[1] == (byte) 0xEC;
      assertThat(datagrams.told.all)
          .containsExactly(magic ? bytes.length < 38 ? "TRUNCATED" : "proxied" : "MISSING");
      if (magic && bytes.length >= 38) {
        datagrams.channel.writeAndFlush(
            datagrams
                .last()
                .reply(
                    datagrams.leaks.buffer(
                        BufferKind.HEAP, Arrays.copyOfRange(bytes, 38, bytes.length))));
        DatagramPacket answer = datagrams.channel.readOutbound();
        assertThat(ByteBufUtil.getBytes(answer.content())).isEqualTo(bytes);
        answer.release();
      }
    }
    datagrams.afterEach(null);
  }

  private static void flows(List<byte[]> all, int options) {
    Datagrams datagrams = new Datagrams();
    ProxiedDatagramFlows flows =
        new ProxiedDatagramFlows(
            DatagramFlowOptions.builder()
                .maxFlows(2)
                .headerOnce((options & 1) != 0)
                .repliesOnly((options & 2) != 0)
                .build());
    datagrams.with(
        new ProxyHeaderDatagramDecoder(options(datagrams, ProxyHeaderPolicy.USE)), flows);
    for (byte[] bytes : all) {
      datagrams.receive(bytes);
      assertThat(flows.size()).isLessThanOrEqualTo(2);
      if (!datagrams.received.isEmpty()) {
        datagrams.channel.writeAndFlush(
            datagrams.last().reply(datagrams.leaks.buffer(BufferKind.DIRECT, bytes)));
        DatagramPacket answer = datagrams.channel.readOutbound();
        if (answer != null) {
          assertThat(answer.content().readableBytes()).isEqualTo(bytes.length);
          answer.release();
        }
      }
    }
    assertThat(datagrams.channel.isOpen()).isTrue();
    datagrams.afterEach(null);
  }
}
