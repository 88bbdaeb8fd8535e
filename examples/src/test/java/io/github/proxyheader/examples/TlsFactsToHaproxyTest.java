/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.examples.recipes.TlsTerminator;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A proxy that terminates TLS tells HAProxy what it knows of it. */
@Timeout(60)
class TlsFactsToHaproxyTest {
  @RegisterExtension static final Peers PEERS = new Peers();
  @RegisterExtension static final EventLoops LOOPS = new EventLoops();

  private static InetSocketAddress haproxy;
  private static SslContext tls;

  @BeforeAll
  static void start() throws Exception {
    Peers.require("haproxy");
    int ready = ExternalProgram.freePort();
    haproxy = new InetSocketAddress(Loopback.V4, ExternalProgram.freePort());
    String config =
        Peers.haproxyHttp(ready)
            + """
        frontend accept
            bind 127.0.0.1:%d accept-proxy
            http-request return status 200 content-type text/plain lf-string \
        "src=%%[src]:%%[src_port] authority=%%[fc_pp_authority] id=%%[fc_pp_unique_id]\\n"
        """
                .formatted(haproxy.getPort());
    PEERS.haproxy(ready, config);
    try (InputStream certificate =
            TlsFactsToHaproxyTest.class.getResourceAsStream("/tls/www.example.org.pem");
        InputStream key =
            TlsFactsToHaproxyTest.class.getResourceAsStream("/tls/www.example.org.pem")) {
      tls = SslContextBuilder.forServer(certificate, key).sslProvider(SslProvider.JDK).build();
    }
  }

  @Test
  void serverNameIdentifierAndChecksum() throws Exception {
    Channel proxy =
        new ServerBootstrap()
            .group(LOOPS.group())
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    accepted
                        .pipeline()
                        .addLast(tls.newHandler(accepted.alloc()), new TlsTerminator(haproxy));
                  }
                })
            .bind(new InetSocketAddress(Loopback.V4, 0))
            .sync()
            .channel();
    try (Socket socket = Loopback.connect((InetSocketAddress) proxy.localAddress());
        SSLSocket secure = secure(socket)) {
      String client = Loopback.text(Loopback.localAddress(socket));

      assertThat(PlainHttp.get(secure))
          .matches("src=" + client + " authority=www\\.example\\.org id=[0-9a-f-]{36}\\n");
    } finally {
      proxy.close().sync();
    }
  }

  private static SSLSocket secure(Socket socket) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    SSLSocket secure =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(socket, "www.example.org", socket.getPort(), true);
    SSLParameters parameters = secure.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName("www.example.org")));
    secure.setSSLParameters(parameters);
    return secure;
  }
}
