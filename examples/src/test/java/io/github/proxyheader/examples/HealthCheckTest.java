/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.protocol.ProxyHeader;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Health checks with LOCAL, and who takes them. */
@Timeout(60)
@DisplayName("R64 a health check is LOCAL")
class HealthCheckTest {
  @RegisterExtension static final Peers PEERS = new Peers();
  @RegisterExtension static final EventLoops LOOPS = new EventLoops();

  private final HealthCheck http =
      new HealthCheck(LOOPS.group(), Duration.ofSeconds(10), PlainHttp.REQUEST, "HTTP/1.1 200 ");

  @Test
  void theDecoderTakesIt() throws Exception {
    Recorder recorder = new Recorder();
    ReceiverOptions options =
        ReceiverOptions.builder().policy(TrustedProxies.loopback()).listener(recorder).build();
    try (WhoAmIServer server =
        WhoAmIServer.start(LOOPS.group(), new InetSocketAddress(Loopback.V4, 0), options)) {
      assertUp(http.check(server.address()));

      ProxiedAddress client = recorder.awaitClient();
      assertThat(client.header()).isEqualTo(ProxyHeader.local());
      assertThat(client.isProxied()).isFalse();
    }
  }

  @Test
  void haproxyTakesIt() throws Exception {
    int ready = ExternalProgram.freePort();
    int port = ExternalProgram.freePort();
    PEERS.haproxy(
        ready,
        Peers.haproxyHttp(ready)
            + """
            frontend accept
                bind 127.0.0.1:%d accept-proxy
                http-request deny unless { fc_rcvd_proxy } { src 127.0.0.1 }
                http-request return status 200
            """
                .formatted(port));

    assertUp(http.check(new InetSocketAddress(Loopback.V4, port)));
    assertDown(http.check(new InetSocketAddress(Loopback.V4, ready)))
        .as("where no header is expected")
        .hasMessage("another answer than expected");
  }

  @Test
  void nginxTakesIt() throws Exception {
    int ready = ExternalProgram.freePort();
    int port = ExternalProgram.freePort();
    PEERS.nginx(
        ready,
        """
        http {
            access_log off;
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
            server {
                listen 127.0.0.1:%d;
                listen 127.0.0.1:%d proxy_protocol;
                return 200;
            }
        }
        """
            .formatted(ready, port));

    assertUp(http.check(new InetSocketAddress(Loopback.V4, port)));
    assertDown(http.check(new InetSocketAddress(Loopback.V4, ready)))
        .as("where no header is expected")
        .hasMessage("another answer than expected");
  }

  @Test
  void aTargetThatNeedNotAnswerIsUpWhenItTakesTheConnection() throws Exception {
    HealthCheck connect = new HealthCheck(LOOPS.group(), Duration.ofSeconds(10), "", "");
    try (ServerSocket server = new ServerSocket(0, 1, Loopback.V4)) {
      assertUp(connect.check(server.getLocalSocketAddress()));
    }
  }

  @Test
  void aTargetThatIsNotThereIsDown() throws Exception {
    InetSocketAddress nobody = new InetSocketAddress(Loopback.V4, ExternalProgram.freePort());

    assertDown(http.check(nobody)).isInstanceOf(ConnectException.class);
  }

  @Test
  void aTargetThatIsSilentIsDown() throws Exception {
    HealthCheck impatient = new HealthCheck(LOOPS.group(), Duration.ofMillis(200), "", "220 ");
    try (ServerSocket server = new ServerSocket(0, 1, Loopback.V4)) {
      assertDown(impatient.check(server.getLocalSocketAddress()))
          .isInstanceOf(TimeoutException.class)
          .hasMessage("no answer within PT0.2S");
    }
  }

  @Test
  void aTargetThatClosesIsDown() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, Loopback.V4)) {
      Future<Void> check = http.check(server.getLocalSocketAddress());
      try (Socket accepted = server.accept()) {
        accepted.getInputStream().readNBytes(16 + PlainHttp.REQUEST.length());
      }
      assertDown(check).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aTargetThatAnswersInPiecesIsUp() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, Loopback.V4)) {
      Future<Void> check = http.check(server.getLocalSocketAddress());
      try (Socket accepted = server.accept()) {
        accepted.setTcpNoDelay(true);
        for (byte b : "HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII)) {
          accepted.getOutputStream().write(b);
        }
        assertUp(check);
      }
    }
  }

  private static void assertUp(Future<Void> check) throws InterruptedException {
    assertThat(check.await().cause()).isNull();
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertDown(Future<Void> check)
      throws InterruptedException {
    return assertThat(check.await().cause()).isNotNull();
  }
}
