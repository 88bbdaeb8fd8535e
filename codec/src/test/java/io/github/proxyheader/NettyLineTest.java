/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.Epoll;
import io.netty.util.Version;
import org.junit.jupiter.api.Test;

/** The tests run on the Netty that the build says, and on its native transport. */
class NettyLineTest {
  @Test
  void allOfNettyIsOfTheExpectedVersion() {
    String expected = System.getProperty("expected.netty");

    assertThat(Version.identify().values())
        .isNotEmpty()
        .allSatisfy(version -> assertThat(version.artifactVersion()).isEqualTo(expected));
  }

  @Test
  void epollIsAvailable() {
    Epoll.ensureAvailability();
  }
}
