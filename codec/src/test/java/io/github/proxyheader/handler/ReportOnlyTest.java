/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.testing.Embedded;
import io.github.proxyheader.testing.Wire;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("Report-only: nothing is refused, every would-be refusal is told")
class ReportOnlyTest {
  private static final String HEADER = "PROXY TCP4 203.0.113.7 198.51.100.9 45678 443\r\n";

  @RegisterExtension final Embedded connection = new Embedded();

  private final ReceiverOptions.Builder options = ReceiverOptions.builder().reportOnly(true);

  @Test
  void untrustedPeerGoesOnAndItsHeaderIsUsed() {
    connection.accept(options.policy(TrustedProxies.of("10.0.0.0/8")));

    connection.receive(HEADER + "payload");

    connection.assertOpen();
    connection.assertTold("proxied");
    assertThat(connection.told.reported()).containsExactly("UNTRUSTED");
    assertThat(ProxiedAddress.of(connection.channel).isProxied()).isTrue();
    assertThat(connection.seen()).contains("active");
  }

  @Test
  void closeForAllGoesOnWithoutAHeaderToo() {
    connection.accept(options.policy(ProxyHeaderPolicy.CLOSE));

    connection.receive("GET / HTTP/1.1\r\n");

    connection.assertOpen();
    connection.assertTold("proxied");
    assertThat(connection.told.reported()).containsExactly("UNTRUSTED");
  }

  @Test
  void missingHeaderIsReported() {
    connection.accept(options.policy(ProxyHeaderPolicy.REQUIRE));

    connection.receive("GET / HTTP/1.1\r\n");

    connection.assertOpen();
    assertThat(connection.told.reported()).containsExactly("MISSING");
    assertThat(ProxiedAddress.of(connection.channel).isProxied()).isFalse();
  }

  @Test
  void silenceIsReportedWhenTheTimeIsUp() {
    connection.accept(options.policy(ProxyHeaderPolicy.REQUIRE));

    connection.advance(Duration.ofSeconds(5));

    connection.assertOpen();
    assertThat(connection.told.reported()).containsExactly("MISSING");
  }

  @Test
  void unexpectedHeaderIsReportedAndUsed() {
    connection.accept(options.policy(ProxyHeaderPolicy.REJECT));

    connection.receive(HEADER);

    connection.assertOpen();
    assertThat(connection.told.reported()).containsExactly("UNEXPECTED");
    assertThat(ProxiedAddress.of(connection.channel).isProxied()).isTrue();
  }

  @Test
  void refusalOfAValidatorIsReportedAndItsOwnFailureToo() {
    connection.accept(
        options.validator(
            (channel, header) -> {
              throw new ProxyHeaderException(Reason.CHECKSUM, "not today");
            }));
    Embedded other = new Embedded();
    other.accept(
        ReceiverOptions.builder()
            .reportOnly(true)
            .validator(
                (channel, header) -> {
                  throw new IllegalStateException();
                }));

    connection.receive(HEADER);
    other.receive(HEADER);

    connection.assertOpen();
    assertThat(connection.told.reported()).containsExactly("CHECKSUM");
    other.assertOpen();
    assertThat(other.told.reported()).containsExactly("VALIDATION");
    other.finish();
  }

  @Test
  void whatIsWelcomeIsNotReported() {
    connection.accept(options.policy(ProxyHeaderPolicy.REQUIRE));

    connection.receive(HEADER);

    connection.assertTold("proxied");
    assertThat(connection.told.reported()).isEmpty();
  }

  @Test
  void malformedHeaderIsRefusedAllTheSame() {
    connection.accept(options.policy(TrustedProxies.of("10.0.0.0/8")));

    connection.receive("PROXY TCP4 999");

    connection.assertClosed();
    connection.assertTold("rejected ADDRESS");
    assertThat(connection.told.reported()).containsExactly("UNTRUSTED");
  }

  @Test
  void halfAHeaderIsRefusedWhenTheTimeIsUp() {
    connection.accept(options.policy(ProxyHeaderPolicy.REQUIRE));

    connection.receive("PROXY TCP4 ");
    connection.advance(Duration.ofSeconds(5));

    connection.assertClosed();
    connection.assertTold("rejected TIMEOUT");
  }

  @Test
  @DisplayName("4.7 a listener that feeds the pipeline when it is told of a peer: order is kept")
  void listenerFeedsWhenItIsTold() {
    Embedded fed = new Embedded();
    ProxyHeaderListener feeding =
        new ProxyHeaderListener() {
          private boolean done;

          @Override
          public void reported(Channel channel, ProxyHeaderException cause) {
            if (!done) {
              done = true;
              fed.receive(Arrays.copyOfRange(Wire.v1(), 10, Wire.v1().length));
            }
          }
        };
    fed.accept(fed.front);
    fed.channel
        .pipeline()
        .addLast(
            new ProxyHeaderDecoder(
                ReceiverOptions.builder()
                    .policy(ProxyHeaderPolicy.CLOSE)
                    .reportOnly(true)
                    .listener(feeding)
                    .build()),
            fed.behind);
    fed.receive(Arrays.copyOf(Wire.v1(), 10));
    assertThat(ProxiedAddress.of(fed.channel).source()).isEqualTo(Wire.SOURCE);
    fed.finish();
  }
}
