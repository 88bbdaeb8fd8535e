/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.testing.BufferKind;
import io.github.proxyheader.testing.Bytes;
import io.github.proxyheader.testing.DatagramOracle;
import io.github.proxyheader.testing.Datagrams;
import io.github.proxyheader.testing.Headers;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever the datagrams. */
class DatagramProperties {
  @Provide
  Arbitrary<List<byte[]>> datagrams() {
    return Arbitraries.oneOf(Headers.mutated(), Headers.acceptedBinary(), Headers.bytes(0, 60))
        .list()
        .ofMinSize(1)
        .ofMaxSize(6);
  }

  @Provide
  Arbitrary<byte[]> accepted() {
    return Headers.acceptedBinary();
  }

  @Provide
  Arbitrary<byte[]> payloads() {
    return Headers.bytes(0, 100);
  }

  @Property
  @Label("R10 each of several datagrams becomes what a naive second implementation says")
  void eachStandsForItself(
      @ForAll("datagrams") List<byte[]> all, @ForAll ProxyHeaderPolicy policy) {
    Datagrams datagrams = new Datagrams();
    datagrams.with(
        new ProxyHeaderDatagramDecoder(
            DatagramReceiverOptions.builder().policy(policy).listener(datagrams.told).build()));
    for (byte[] bytes : all) {
      datagrams.told.all.clear();
      datagrams.received.clear();
      datagrams.payloads.clear();
      datagrams.receive(bytes);
      DatagramOracle.assertOutcome(datagrams, policy, bytes);
    }
    datagrams.afterEach(null);
  }

  @Property
  @Label("R10 what the encoder sends, the decoder takes")
  void roundTrip(@ForAll("accepted") byte[] bytes, @ForAll("payloads") byte[] payload) {
    ProxyHeader header = ProxyHeaderReader.standard().read(Unpooled.wrappedBuffer(bytes));
    Datagrams datagrams = new Datagrams();
    datagrams.with(new ProxyHeaderDatagramEncoder(header), new ProxyHeaderDatagramDecoder());
    datagrams.channel.writeAndFlush(
        new DatagramPacket(
            datagrams.leaks.buffer(BufferKind.DIRECT, payload), Datagrams.SERVER, Datagrams.PROXY));
    DatagramPacket sent = datagrams.channel.readOutbound();
    assertThat(ByteBufUtil.getBytes(sent.content()))
        .isEqualTo(Bytes.concat(ProxyHeaderWriter.toBytes(header), payload));
    datagrams.receiveMessage(sent);
    assertThat(header.version()).isEqualTo(ProxyVersion.V2);
    assertThat(datagrams.last().proxiedAddress().header()).isEqualTo(header);
    assertThat(datagrams.payloads.get(0)).hasSize(payload.length);
    datagrams.afterEach(null);
  }

  /**
   * What comes in, as client, proxy, or an answer to a client; all from a few, so that they meet.
   */
  record Step(int client, int proxy, boolean answer) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 9),
            Arbitraries.integers().between(0, 3),
            Arbitraries.of(true, false))
        .as(Step::new)
        .list()
        .ofMaxSize(60);
  }

  @Property
  void flowsAreABoundedMapByTheOrderOfUse(@ForAll("steps") List<Step> steps) {
    int max = 4;
    Map<Integer, Integer> model =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Integer, Integer> eldest) {
            return size() > max;
          }
        };
    Datagrams datagrams = new Datagrams();
    ProxiedDatagramFlows flows =
        new ProxiedDatagramFlows(DatagramFlowOptions.builder().maxFlows(max).build());
    datagrams.with(new ProxyHeaderDatagramDecoder(), flows);
    for (Step step : steps) {
      InetSocketAddress client = new InetSocketAddress("203.0.113.7", 1_000 + step.client);
      InetSocketAddress proxy = new InetSocketAddress("10.0.0.1", 1 + step.proxy);
      if (step.answer) {
        datagrams.channel.writeAndFlush(new DatagramPacket(Unpooled.EMPTY_BUFFER, client));
        DatagramPacket out = datagrams.channel.readOutbound();
        Integer expected = model.get(step.client);
        assertThat(out.recipient().getPort())
            .isEqualTo(expected == null ? client.getPort() : 1 + expected);
      } else {
        datagrams.receiveFrom(proxy, Datagrams.headerBytes(client));
        model.put(step.client, step.proxy);
      }
      assertThat(flows.size()).isEqualTo(model.size());
    }
    datagrams.afterEach(null);
  }
}
