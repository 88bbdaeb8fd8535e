/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.testing.Logs;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SafeListenerTest {
  private static final String HEADER = "PROXY TCP4 203.0.113.7 198.51.100.9 45678 443\r\n";

  @RegisterExtension final Logs logs = new Logs();

  /** A listener that fails whatever it is told. */
  private static final class Failing implements ProxyHeaderListener {
    @Override
    public void proxied(Channel channel, ProxiedAddress address) {
      throw new IllegalStateException("a listener's fault");
    }

    @Override
    public void rejected(Channel channel, ProxyHeaderException cause) {
      throw new IllegalStateException("a listener's fault");
    }

    @Override
    public void abandoned(Channel channel) {
      throw new IllegalStateException("a listener's fault");
    }

    @Override
    public void reported(Channel channel, ProxyHeaderException cause) {
      throw new IllegalStateException("a listener's fault");
    }
  }

  private long warnings() {
    return logs.lines().stream().filter(line -> line.contains("A listener failed")).count();
  }

  @Test
  void listenerThatFailsForEachConnectionIsLoggedOnceWithItsStackTrace() {
    ReceiverOptions options = ReceiverOptions.builder().listener(new Failing()).build();
    for (int i = 0; i < 50; i++) {
      EmbeddedChannel channel = new EmbeddedChannel(new ProxyHeaderDecoder(options));
      channel.writeInbound(Unpooled.copiedBuffer(HEADER, StandardCharsets.US_ASCII));
      assertThat(ProxiedAddress.of(channel).isProxied()).isTrue();
      channel.finishAndReleaseAll();
    }
    assertThat(warnings()).isEqualTo(1);
    assertThat(logs.lines())
        .anyMatch(line -> line.startsWith("\tat " + SafeListenerTest.class.getName()));
  }

  @Test
  void everyMethodIsProtectedAndEachOptionsObjectWarnsOnce() {
    EmbeddedChannel channel = new EmbeddedChannel();
    ProxyHeaderException cause = new ProxyHeaderException(Reason.MISSING, "none");
    for (int i = 0; i < 2; i++) {
      ProxyHeaderListener safe =
          ReceiverOptions.builder().listener(new Failing()).build().listener();
      safe.proxied(channel, ProxiedAddress.of(channel));
      safe.rejected(channel, cause);
      safe.abandoned(channel);
      safe.reported(channel, cause);
    }
    assertThat(warnings()).isEqualTo(2);
  }
}
