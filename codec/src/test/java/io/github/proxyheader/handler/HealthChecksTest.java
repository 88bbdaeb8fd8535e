/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.testing.Await;
import io.github.proxyheader.testing.Connection;
import io.github.proxyheader.testing.Logs;
import io.github.proxyheader.testing.Recorder;
import io.github.proxyheader.testing.Server;
import io.github.proxyheader.testing.Told;
import io.github.proxyheader.testing.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks that a port is open, as load balancers make them all day long. */
class HealthChecksTest {
  private static final int CHECKS = 1_000;
  private static final int WAITING = 50;
  private static final int CONNECT_MILLIS = 20_000;

  @RegisterExtension final Logs logs = new Logs();

  /** How a check ends. */
  enum Check {
    /** As HAProxy does: what the server may have sent is thrown away. */
    RESET {
      @Override
      void end(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
      }
    },
    CLOSE {
      @Override
      void end(Socket socket) throws IOException {
        socket.close();
      }
    },
    HALF_CLOSE {
      @Override
      void end(Socket socket) throws IOException {
        socket.shutdownOutput();
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
        socket.close();
      }
    };

    abstract void end(Socket socket) throws IOException;
  }

  @ParameterizedTest
  @CsvSource({
    "NIO, RESET",
    "NIO, CLOSE",
    "NIO, HALF_CLOSE",
    "EPOLL, RESET",
    "EPOLL, CLOSE",
    "EPOLL, HALF_CLOSE"
  })
  @DisplayName("4.6 a thousand checks: each told as abandoned, no exception, no log line")
  @Timeout(120)
  void checksAreQuiet(Transport transport, Check check) throws Exception {
    Told told = new Told();
    ReceiverOptions options = Connection.patientOptions().listener(told).build();
    Queue<Recorder> recorders = new ConcurrentLinkedQueue<>();
    try (Server server =
        new Server(
            transport,
            channel -> {
              Recorder behind = new Recorder();
              recorders.add(behind);
              channel.pipeline().addLast(new ProxyHeaderDecoder(options), behind);
            })) {
      InetSocketAddress address = server.address();
      for (int i = 0; i < CHECKS; i++) {
        Socket socket = new Socket();
        socket.connect(address, CONNECT_MILLIS);
        check.end(socket);
        int ended = i;
        Await.until(() -> told.all().size() > ended - WAITING); // the system's queue has an end
      }
      while (told.all().size() < CHECKS) {
        Thread.sleep(5);
      }
    }
    assertThat(told.all()).hasSize(CHECKS).containsOnly("abandoned");
    assertThat(recorders).hasSize(CHECKS).allMatch(behind -> behind.seen().isEmpty());
    assertThat(logs.lines()).isEmpty();
  }
}
