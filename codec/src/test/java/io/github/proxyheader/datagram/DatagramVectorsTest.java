/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import static io.github.proxyheader.testing.Datagrams.PROXY;
import static io.github.proxyheader.testing.Datagrams.SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.testing.BufferKind;
import io.github.proxyheader.testing.Bytes;
import io.github.proxyheader.testing.DatagramOracle;
import io.github.proxyheader.testing.Datagrams;
import io.github.proxyheader.testing.Vector;
import io.github.proxyheader.testing.Vectors;
import io.netty.channel.socket.DatagramPacket;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every vector and every capture in one datagram, in every kind of buffer. */
class DatagramVectorsTest {
  @RegisterExtension final Datagrams datagrams = new Datagrams();

  private static List<Vector> datagramVectors() {
    return Vectors.all().stream().filter(Vector::datagram).toList();
  }

  private void decoder(ProxyHeaderPolicy policy) {
    datagrams.with(
        new ProxyHeaderDatagramDecoder(
            DatagramReceiverOptions.builder().policy(policy).listener(datagrams.told).build()));
  }

  @Test
  void thereAreVectorsOfDatagrams() {
    assertThat(datagramVectors()).hasSizeGreaterThanOrEqualTo(9);
  }

  /** By the vectors' own verdict; version 1 is refused, as they permit. */
  @ParameterizedTest
  @MethodSource("datagramVectors")
  void vectorsOfDatagrams(Vector vector) {
    decoder(ProxyHeaderPolicy.REQUIRE);
    datagrams.receive(vector.bytes());

    boolean version1 = vector.bytes().length > 0 && vector.bytes()[0] == 'P';
    String told = datagrams.told.all.get(0);
    if (version1) {
      assertThat(told).isEqualTo("VERSION");
      assertThat(vector.alternatives().contains("reject") || vector.expect().equals("reject"))
          .isTrue();
    } else {
      assertThat(told)
          .isEqualTo(
              switch (vector.expect()) {
                case "proxied" -> "proxied";
                case "local" -> "direct";
                case "absent" -> "MISSING";
                default -> "TRUNCATED";
              });
    }
    if (vector.isAccepted() && !version1) {
      assertThat(datagrams.payloads.get(0)).hasSize(vector.bytes().length - vector.consumed());
      assertThat(datagrams.last().proxiedAddress().header().transport())
          .isEqualTo(vector.transport());
    } else {
      assertThat(datagrams.received).isEmpty();
    }
  }

  /** The vectors of streams and the captures, by a second implementation's verdict. */
  @ParameterizedTest
  @EnumSource(
      value = ProxyHeaderPolicy.class,
      names = {"REQUIRE", "USE", "IGNORE", "REJECT"})
  void everyVectorAndCaptureInEveryKindOfBuffer(ProxyHeaderPolicy policy) {
    decoder(policy);
    List<byte[]> inputs =
        Stream.concat(
                Vectors.all().stream().map(Vector::bytes),
                Vectors.captures().stream().map(c -> Bytes.concat(c.header(), c.payload())))
            .toList();
    for (byte[] bytes : inputs) {
      for (BufferKind kind : BufferKind.values()) {
        datagrams.received.clear();
        datagrams.payloads.clear();
        datagrams.told.all.clear();
        datagrams.receiveMessage(
            new DatagramPacket(datagrams.leaks.buffer(kind, bytes), SERVER, PROXY));
        DatagramOracle.assertOutcome(datagrams, policy, bytes);
      }
    }
  }
}
