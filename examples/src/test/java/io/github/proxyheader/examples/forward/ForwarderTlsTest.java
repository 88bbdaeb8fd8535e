/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import static io.github.proxyheader.examples.forward.Stage.address;
import static io.github.proxyheader.examples.forward.Stage.assertReset;
import static io.github.proxyheader.examples.forward.Stage.readHeader;
import static io.github.proxyheader.examples.forward.Stage.receive;
import static io.github.proxyheader.examples.forward.Stage.receiveAll;
import static io.github.proxyheader.examples.forward.Stage.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.proxyheader.examples.forward.ConnectionEnd.Reason;
import io.github.proxyheader.examples.forward.config.ForwarderConfig.Transport;
import io.github.proxyheader.examples.forward.config.TargetConfig;
import io.github.proxyheader.examples.forward.config.TargetConfig.HeaderTlv;
import io.github.proxyheader.examples.forward.config.TargetTlsConfig;
import io.github.proxyheader.examples.forward.config.TlsConfig;
import io.github.proxyheader.examples.forward.config.TlsConfig.NameConfig;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.tlv.SslInfo;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ForwarderTlsTest {
  @RegisterExtension final Stage stage = new Stage();

  @TempDir private Path directory;
  private Authority authority;
  private ServerSocket target;

  @BeforeEach
  void prepare() throws Exception {
    authority = Authority.in(directory);
    target = stage.target();
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void targetIsToldOfTheTlsThatEnded(Transport transport) throws Exception {
    X509Bundle standard = authority.issue("localhost");
    X509Bundle named = authority.issue("www.example.org");
    TlsConfig tls =
        new TlsConfig(
            authority.certificateFile("standard", standard),
            authority.keyFile("standard", standard),
            authority.file(),
            true,
            Duration.ofSeconds(10),
            List.of("h2", "http/1.1"),
            List.of(
                new NameConfig(
                    "*.example.org",
                    authority.certificateFile("named", named),
                    authority.keyFile("named", named))));
    stage.start(transport, Rules.to(Rules.version2(address(target), HeaderTlv.TLS)).tls(tls));

    SSLSocket client = secure(stage.connect(), authority.issue("client.example.org"));
    SSLParameters parameters = client.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName("www.example.org")));
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    client.setSSLParameters(parameters);
    send(client, "question");
    Socket served = stage.accept(target);
    ProxyHeader header = readHeader(served.getInputStream());

    X509Certificate seen = (X509Certificate) client.getSession().getPeerCertificates()[0];
    assertThat(seen.getSubjectX500Principal().getName()).isEqualTo("CN=www.example.org");
    assertThat(client.getApplicationProtocol()).isEqualTo("http/1.1");
    assertThat(header.tlvs().authority()).contains("www.example.org");
    assertThat(header.tlvs().alpn()).isPresent();
    SslInfo ssl = header.tlvs().ssl().orElseThrow();
    assertThat(ssl.commonName()).contains("client.example.org");
    assertThat(ssl.version()).contains("TLSv1.3");
    assertThat(receive(served, 8)).isEqualTo("question");
    send(served, "answer");
    assertThat(receive(client, 6)).isEqualTo("answer");
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void failedHandshakeIsTold(Transport transport) throws Exception {
    TlsConfig tls = authority.server(authority.issue("localhost"));
    stage.start(transport, Rules.to(Rules.plain(address(target))).tls(tls));

    send(stage.connect(), "GET / HTTP/1.1\r\n\r\n");
    stage.ends.awaitReason(Reason.TLS_FAILED);
    stage.connect().shutdownOutput();
    stage.ends.awaitReason(Reason.TLS_FAILED);
    stage.connect().close();
    stage.ends.awaitReason(Reason.TLS_FAILED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void clientThatSaysNothingIsWaitedForAsLongAsTheRuleSays(boolean names) throws Exception {
    stage.start(
        Transport.AUTO,
        Rules.to(Rules.plain(address(target))).tls(impatient(Duration.ofMillis(500), names)));

    stage.connect();

    stage.ends.awaitReason(Reason.TLS_FAILED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void clientThatDoesNotGoOnIsWaitedForAsLongAsTheRuleSays(boolean names) throws Exception {
    stage.start(
        Transport.AUTO,
        Rules.to(Rules.plain(address(target))).tls(impatient(Duration.ofSeconds(2), names)));
    SSLEngine engine = authority.context(null).createSSLEngine("www.example.org", 443);
    engine.setUseClientMode(true);
    ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), hello);

    Socket client = stage.connect();
    client.getOutputStream().write(hello.array(), 0, hello.position());
    assertThat(client.getInputStream().read()).as("a record of TLS: handshake").isEqualTo(22);

    stage.ends.awaitReason(Reason.TLS_FAILED);
  }

  private TlsConfig impatient(Duration handshakeTimeout, boolean names) throws Exception {
    TlsConfig plain = authority.server(authority.issue("localhost"));
    NameConfig name = new NameConfig("*.example.org", plain.certificate(), plain.key());
    return new TlsConfig(
        plain.certificate(),
        plain.key(),
        null,
        false,
        handshakeTimeout,
        List.of(),
        names ? List.of(name) : List.of());
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void clientWithoutACertificateIsRefused(Transport transport) throws Exception {
    X509Bundle own = authority.issue("localhost");
    TlsConfig tls =
        new TlsConfig(
            authority.certificateFile("server", own),
            authority.keyFile("server", own),
            authority.file(),
            true,
            Duration.ofSeconds(10),
            List.of(),
            List.of());
    stage.start(transport, Rules.to(Rules.plain(address(target))).tls(tls));

    SSLSocket client = secure(stage.connect(), null);
    assertThatThrownBy(
            () -> {
              send(client, "question");
              client.getInputStream().read();
            })
        .isInstanceOf(IOException.class);
    stage.ends.awaitReason(Reason.TLS_FAILED);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void halfCloseOfEitherSideIsKept(Transport transport) throws Exception {
    TlsConfig tls = authority.server(authority.issue("localhost"));
    stage.start(transport, Rules.to(Rules.plain(address(target))).tls(tls));

    SSLSocket client = secure(stage.connect(), null);
    send(client, "question");
    client.shutdownOutput();
    Socket served = stage.accept(target);
    assertThat(receiveAll(served)).isEqualTo("question");
    String answer = "answer".repeat(100_000);
    send(served, answer);
    served.close();
    assertThat(receiveAll(client)).isEqualTo(answer);
    client.close();
    stage.ends.awaitReason(Reason.DONE);

    client = secure(stage.connect(), null);
    send(client, "hello");
    served = stage.accept(target);
    assertThat(receive(served, 5)).isEqualTo("hello");
    send(served, answer);
    served.shutdownOutput();
    assertThat(receiveAll(client)).isEqualTo(answer);
    send(client, "late");
    client.shutdownOutput();
    client.close();
    assertThat(receiveAll(served)).isEqualTo("late");
    served.close();
    stage.ends.awaitReason(Reason.DONE);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void closeNotifyEndsBothDirectionsBeforeTls13(Transport transport) throws Exception {
    TlsConfig tls = authority.server(authority.issue("localhost"));
    stage.start(transport, Rules.to(Rules.plain(address(target))).tls(tls));

    SSLSocket client = secure(stage.connect(), null);
    client.setEnabledProtocols(new String[] {"TLSv1.2"});
    send(client, "question");
    client.shutdownOutput();
    Socket served = stage.accept(target);
    assertThat(receiveAll(served)).isEqualTo("question");
    assertThat(receiveAll(client)).isEmpty();
    stage.ends.awaitReason(Reason.DONE);

    client = secure(stage.connect(), null);
    client.setEnabledProtocols(new String[] {"TLSv1.2"});
    send(client, "question");
    served = stage.accept(target);
    receive(served, 8);
    send(served, "answer");
    served.shutdownOutput();
    assertThat(receiveAll(client)).isEqualTo("answer");
    client.close();
    assertThat(receiveAll(served)).isEmpty();
    stage.ends.awaitReason(Reason.DONE);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void endWithoutCloseNotifyIsPassedOnAsAReset(Transport transport) throws Exception {
    TlsConfig tls = authority.server(authority.issue("localhost"));
    stage.start(transport, Rules.to(Rules.plain(address(target))).tls(tls));

    Socket under = stage.connect();
    SSLSocket client = secure(under, null);
    send(client, "half");
    Socket served = stage.accept(target);
    assertThat(receive(served, 4)).isEqualTo("half");
    under.shutdownOutput();

    assertReset(served);
    stage.ends.awaitReason(Reason.CLIENT_RESET);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void resetOfTheTargetIsNoEndInGoodOrder(Transport transport) throws Exception {
    TlsConfig tls = authority.server(authority.issue("localhost"));
    stage.start(transport, Rules.to(Rules.plain(address(target))).tls(tls));

    SSLSocket client = secure(stage.connect(), null);
    send(client, "question");
    Socket served = stage.accept(target);
    receive(served, 8);
    Stage.reset(served);

    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOfAny(SocketException.class, SSLException.class);
    stage.ends.awaitReason(Reason.TARGET_RESET);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void tlsToTheTargetStandsBehindTheHeader(Transport transport) throws Exception {
    TlsConfig tls = authority.server(authority.issue("localhost"), "h2", "http/1.1");
    stage.start(transport, Rules.to(secureTarget("backend.example.org")).tls(tls));
    SSLContext backend = authority.context(authority.issue("backend.example.org"));

    SSLSocket client = secure(stage.connect(), null);
    SSLParameters parameters = client.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    client.setSSLParameters(parameters);
    CompletableFuture<SSLSocket> serving = serve(backend);
    send(client, "question");
    SSLSocket served = serving.get(20, TimeUnit.SECONDS);
    assertThat(receive(served, 8)).isEqualTo("question");
    send(served, "answer");
    served.shutdownOutput();
    assertThat(receiveAll(client)).isEqualTo("answer");
    send(client, "late");
    client.shutdownOutput();
    assertThat(receiveAll(served)).isEqualTo("late");
    assertThat(served.getApplicationProtocol()).isEqualTo("h2");
    served.close();
    client.close();
    stage.ends.awaitReason(Reason.DONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"backend", "backend.example.org"})
  void targetIsAskedForTheNameThatIsVerified(String name) throws Exception {
    stage.start(Transport.AUTO, Rules.to(secureTarget(name)));
    CompletableFuture<SSLSocket> serving = serve(authority.context(authority.issue(name)));

    Socket client = stage.connect();
    send(client, "question");
    SSLSocket served = serving.get(20, TimeUnit.SECONDS);
    assertThat(receive(served, 8)).isEqualTo("question");

    assertThat(((ExtendedSSLSession) served.getSession()).getRequestedServerNames())
        .containsExactly(new SNIHostName(name));
    client.close();
    served.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void targetWithAnotherNameIsNotSpokenTo(Transport transport) throws Exception {
    stage.start(transport, Rules.to(secureTarget("backend.example.org")));
    SSLContext other = authority.context(authority.issue("other.example.org"));

    Socket client = stage.connect();
    send(client, "secret");
    CompletableFuture<SSLSocket> serving = serve(other);

    assertReset(client);
    ConnectionEnd end = stage.ends.await();
    assertThat(end.reason()).isEqualTo(Reason.NO_TARGET);
    assertThat(stage.ends.failedTargets).hasSize(1);
    assertThat(serving.handle((served, cause) -> cause).get(20, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(IOException.class);
  }

  private TargetConfig secureTarget(String name) throws Exception {
    TargetTlsConfig tls = new TargetTlsConfig(authority.file(), name);
    return new TargetConfig(address(target), ProxyVersion.V2, Set.of(), tls);
  }

  /** Accepts the next connection, takes the header off and shakes hands. */
  private CompletableFuture<SSLSocket> serve(SSLContext context) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            Socket raw = stage.accept(target);
            readHeader(raw.getInputStream());
            SSLSocket served =
                (SSLSocket) context.getSocketFactory().createSocket(raw, null, false);
            SSLParameters parameters = served.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"http/1.1", "h2"});
            served.setSSLParameters(parameters);
            served.startHandshake();
            return served;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private SSLSocket secure(Socket socket, X509Bundle own) throws Exception {
    return (SSLSocket)
        authority
            .context(own)
            .getSocketFactory()
            .createSocket(socket, "localhost", socket.getPort(), false);
  }
}
