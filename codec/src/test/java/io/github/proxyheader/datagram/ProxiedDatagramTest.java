/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import static io.github.proxyheader.testing.Bytes.text;
import static io.github.proxyheader.testing.Datagrams.CLIENT;
import static io.github.proxyheader.testing.Datagrams.PROXY;
import static io.github.proxyheader.testing.Datagrams.SERVER;
import static io.github.proxyheader.testing.Datagrams.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.testing.BufferKind;
import io.github.proxyheader.testing.LeakCheck;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ProxiedDatagramTest {
  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private static final ProxiedAddress ADDRESS = ProxiedAddress.of(header(CLIENT), PROXY, SERVER);

  private ProxiedDatagram datagram() {
    return new ProxiedDatagram(
        leaks.buffer(BufferKind.DIRECT, text("secret")), SERVER, PROXY, ADDRESS);
  }

  @Test
  void everyViewKeepsTheClient() {
    List<UnaryOperator<ProxiedDatagram>> views =
        List.of(
            ProxiedDatagram::copy,
            ProxiedDatagram::duplicate,
            ProxiedDatagram::retainedDuplicate,
            d -> d.replace(leaks.buffer(BufferKind.HEAP, text("secret"))),
            ProxiedDatagram::retain,
            d -> d.retain(2),
            ProxiedDatagram::touch,
            d -> d.touch("hint"));
    for (UnaryOperator<ProxiedDatagram> view : views) {
      ProxiedDatagram original = datagram();
      ProxiedDatagram seen = view.apply(original);
      assertThat(seen.proxiedAddress()).isSameAs(ADDRESS);
      assertThat(seen.sender()).isEqualTo(PROXY);
      assertThat(seen.recipient()).isEqualTo(SERVER);
      assertThat(seen.content().readableBytes()).isEqualTo(6);
      while (seen.refCnt() > 0) {
        seen.release();
      }
      if (original.refCnt() > 0) {
        original.release();
      }
    }
  }

  @Test
  void answerGoesBackTheWayItCame() {
    ProxiedDatagram datagram = datagram();
    ProxiedDatagram answer = datagram.reply(datagram.content().retain());
    assertThat(answer.recipient()).isEqualTo(PROXY);
    assertThat(answer.sender()).isEqualTo(SERVER);
    assertThat(answer.proxiedAddress()).isSameAs(ADDRESS);
    answer.release();
    datagram.release();
  }

  @Test
  void textTellsTheAddressesAndNoByteOfThePayload() {
    ProxiedDatagram datagram = datagram();
    assertThat(datagram.toString())
        .contains("203.0.113.7", "10.0.0.1", "10.0.0.9", "6 bytes")
        .doesNotContain("secret", "\n");
    datagram.release();
    assertThat(datagram.toString()).contains("0 bytes");
  }

  @Test
  void clientIsNeverNull() {
    ProxiedDatagram datagram = datagram();
    assertThatNullPointerException()
        .isThrownBy(() -> new ProxiedDatagram(datagram.content(), SERVER, PROXY, null));
    datagram.release();
  }
}
