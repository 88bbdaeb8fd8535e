/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.datagram.ProxiedDatagram;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.testing.Oracle.Judgement;
import io.github.proxyheader.testing.Oracle.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What must become of one datagram, by {@link Oracle} and without the code under test: version 2
 * alone, and all of it in there.
 */
public final class DatagramOracle {
  private static final byte[] BINARY = Bytes.hex("0d0a0d0a000d0a515549540a");
  private static final byte[] TEXT = Bytes.text("PROXY");

  /** What a malformed header may be refused for. */
  private static final Set<String> MALFORMED =
      Stream.of(
              Reason.TOO_LONG,
              Reason.VERSION,
              Reason.COMMAND,
              Reason.TRANSPORT,
              Reason.LENGTH,
              Reason.TLV,
              Reason.CHECKSUM)
          .map(Enum::name)
          .collect(Collectors.toSet());

  private DatagramOracle() {}

  /** Asserts what the one datagram that was received and told of became. */
  public static void assertOutcome(Datagrams datagrams, ProxyHeaderPolicy policy, byte[] bytes) {
    assertThat(datagrams.channel.isOpen()).isTrue();
    assertThat(datagrams.exceptions).isEmpty();
    assertThat(datagrams.told.all).hasSize(1);
    String told = datagrams.told.all.get(0);
    boolean text = startsWith(bytes, TEXT);
    boolean present = text || startsWith(bytes, BINARY);
    switch (policy) {
      case CLOSE -> assertDropped(datagrams, told, Set.of("UNTRUSTED"));
      case SKIP -> assertDirect(datagrams, told, bytes, 0);
      case REJECT -> {
        if (present) {
          assertDropped(datagrams, told, Set.of("UNEXPECTED"));
        } else {
          assertDirect(datagrams, told, bytes, 0);
        }
      }
      default -> {
        if (text) {
          assertDropped(datagrams, told, Set.of("VERSION"));
        } else if (present) {
          assertBinary(datagrams, policy, told, bytes);
        } else if (policy == ProxyHeaderPolicy.REQUIRE) {
          assertDropped(datagrams, told, Set.of("MISSING"));
        } else {
          assertDirect(datagrams, told, bytes, 0);
        }
      }
    }
  }

  private static void assertBinary(
      Datagrams datagrams, ProxyHeaderPolicy policy, String told, byte[] bytes) {
    Judgement judgement = Oracle.judge(bytes);
    if (judgement.kind() == Kind.INCOMPLETE) {
      assertDropped(datagrams, told, Set.of("TRUNCATED"));
    } else if (judgement.kind() != Kind.ACCEPTED) {
      assertDropped(datagrams, told, MALFORMED);
    } else if (judgement.source() == null || policy == ProxyHeaderPolicy.IGNORE) {
      assertDirect(datagrams, told, bytes, judgement.consumed());
    } else {
      assertThat(told).isEqualTo("proxied");
      ProxiedDatagram datagram = assertPayload(datagrams, bytes, judgement.consumed());
      assertThat(datagram.proxiedAddress().source()).isEqualTo(judgement.source());
      assertThat(datagram.proxiedAddress().destination()).isEqualTo(judgement.destination());
      assertThat(datagram.proxiedAddress().tlvs()).containsExactlyElementsOf(judgement.tlvs());
    }
  }

  private static void assertDropped(Datagrams datagrams, String told, Set<String> reasons) {
    assertThat(reasons).contains(told);
    assertThat(datagrams.received).isEmpty();
    datagrams.leaks.assertNothingLeaked();
  }

  private static void assertDirect(Datagrams datagrams, String told, byte[] bytes, int consumed) {
    assertThat(told).isEqualTo("direct");
    ProxiedDatagram datagram = assertPayload(datagrams, bytes, consumed);
    assertThat(datagram.proxiedAddress().source()).isEqualTo(datagram.sender());
    assertThat(datagram.proxiedAddress().destination()).isEqualTo(datagram.recipient());
  }

  private static ProxiedDatagram assertPayload(Datagrams datagrams, byte[] bytes, int consumed) {
    byte[] payload = Arrays.copyOfRange(bytes, consumed, bytes.length);
    assertThat(datagrams.payloads)
        .isEqualTo(List.of(new String(payload, StandardCharsets.ISO_8859_1)));
    assertThat(datagrams.last().proxiedAddress().peer()).isEqualTo(datagrams.last().sender());
    return datagrams.last();
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length >= start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }
}
