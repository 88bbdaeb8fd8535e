/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;

class ProberTest {
  @Test
  void onlyResetOfFailedConnectIsOfReceiver() {
    assertThat(Prober.isReset(new SocketException("Connection reset: /127.0.0.1:80"))).isTrue();
    assertThat(Prober.isReset(new IOException("Connection reset by peer"))).isTrue();

    assertThat(Prober.isReset(new SocketException("Network is unreachable: /10.0.0.1:80")))
        .isFalse();
    assertThat(Prober.isReset(new SocketException("Too many open files"))).isFalse();
    assertThat(Prober.isReset(new BindException("Cannot assign requested address"))).isFalse();
    assertThat(Prober.isReset(new ConnectException("Connection refused"))).isFalse();
    assertThat(Prober.isReset(new NoRouteToHostException("No route to host"))).isFalse();
    assertThat(Prober.isReset(new SocketException())).isFalse();
  }
}
