/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.testing.Bytes.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.testing.Await;
import io.github.proxyheader.testing.Connection;
import io.github.proxyheader.testing.ManualReads;
import io.github.proxyheader.testing.SocketServer;
import io.github.proxyheader.testing.Transport;
import io.github.proxyheader.testing.Wire;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** TLS behind the header. */
@Timeout(120)
class TlsSocketTest {
  private static SslContext serverContext;
  private static SSLContext clientContext;

  @RegisterExtension final SocketServer server = new SocketServer();

  @BeforeAll
  static void loadKeys() throws Exception {
    char[] password = "changeit".toCharArray();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = TlsSocketTest.class.getResourceAsStream("localhost.p12")) {
      keys.load(in, password);
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, password);
    serverContext = SslContextBuilder.forServer(managers).sslProvider(SslProvider.JDK).build();
    clientContext = SSLContext.getInstance("TLS");
    clientContext.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
  }

  @ParameterizedTest(name = "{0}, AUTO_READ {1}")
  @MethodSource("io.github.proxyheader.testing.Transport#withAutoReadOnAndOff")
  @DisplayName("4.1 the ClientHello in the header's segment reaches the SslHandler behind")
  void clientHelloInTheSameSegment(Transport transport, boolean autoRead) throws Exception {
    server.start(transport);
    Connection connection = new Connection(server).peer(new PrefixingSocket(Wire.v2()));
    SslHandler tls = serverContext.newHandler(server.leaks.allocator());
    connection.handlers(behind(connection, autoRead, tls)).with(ChannelOption.AUTO_READ, autoRead);
    connection.connect();

    assertExchange(connection);

    assertThat(connection.seen()).startsWith("address", "active");
    assertThat(ProxiedAddress.of(connection.channel()).source()).isEqualTo(Wire.SOURCE);
  }

  @ParameterizedTest
  @MethodSource(Transport.AVAILABLE)
  @DisplayName("4.3 with replaceWith the handshake's clock does not run before the header")
  void handshakeTimeoutStartsAtTheHeader(Transport transport) throws Exception {
    Duration handshakeTimeout = Duration.ofMillis(200);
    server.start(transport);
    Connection connection = new Connection(server);
    SslHandler tls = serverContext.newHandler(server.leaks.allocator());
    tls.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
    ChannelHandler[] application = behind(connection, true, tls);
    connection
        .handlers()
        .options(
            Connection.patientOptions()
                .replaceWith(
                    address ->
                        new ChannelInitializer<Channel>() {
                          @Override
                          protected void initChannel(Channel channel) {
                            channel.pipeline().addLast(application);
                          }
                        }))
        .connect();

    Await.pause(handshakeTimeout.multipliedBy(3));
    // The clock's time is taken when it starts: from now on a slow machine has enough.
    tls.setHandshakeTimeoutMillis(30_000);
    connection.send(Wire.v2());
    assertExchange(connection);

    assertThat(connection.seen()).startsWith("active");
    assertThat(ProxiedAddress.of(connection.channel()).source()).isEqualTo(Wire.SOURCE);
  }

  private static ChannelHandler[] behind(Connection connection, boolean autoRead, SslHandler tls) {
    connection.behind.on(
        "read", ctx -> ctx.writeAndFlush(ByteBufUtil.writeAscii(ctx.alloc(), "answer")));
    return autoRead
        ? new ChannelHandler[] {tls, connection.behind}
        : new ChannelHandler[] {tls, new ManualReads(), connection.behind};
  }

  private void assertExchange(Connection connection) throws IOException {
    SSLSocket secure =
        server.closeLater(
            (SSLSocket)
                clientContext
                    .getSocketFactory()
                    .createSocket(connection.peer(), "localhost", 0, true));
    secure.getOutputStream().write(text("question"));
    assertThat(new String(secure.getInputStream().readNBytes(6), ISO_8859_1)).isEqualTo("answer");
    assertThat(connection.payload()).isEqualTo("question");
  }

  /** Sends some bytes in one segment with the first that somebody else writes. */
  private static final class PrefixingSocket extends Socket {
    private final byte[] prefix;
    private OutputStream out;

    PrefixingSocket(byte[] prefix) {
      this.prefix = prefix;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      if (out == null) {
        out =
            new FilterOutputStream(super.getOutputStream()) {
              private boolean sent;

              @Override
              public void write(byte[] bytes, int offset, int length) throws IOException {
                byte[] all = new byte[prefix.length + length];
                System.arraycopy(prefix, 0, all, 0, prefix.length);
                System.arraycopy(bytes, offset, all, prefix.length, length);
                out.write(all, sent ? prefix.length : 0, sent ? length : all.length);
                sent = true;
              }
            };
      }
      return out;
    }
  }
}
