/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.testing.Bytes.text;
import static io.github.proxyheader.testing.Bytes.tlv;
import static io.github.proxyheader.testing.Certificates.commonName;
import static io.github.proxyheader.testing.Certificates.organization;
import static io.github.proxyheader.testing.Certificates.relativeName;
import static io.github.proxyheader.testing.Certificates.subject;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.testing.Await;
import io.github.proxyheader.testing.Certificates;
import io.github.proxyheader.testing.Certificates.Identity;
import io.github.proxyheader.testing.Certificates.Kind;
import io.github.proxyheader.testing.Connection;
import io.github.proxyheader.testing.Logs;
import io.github.proxyheader.testing.SocketServer;
import io.github.proxyheader.testing.Transport;
import io.github.proxyheader.testing.Wire;
import io.github.proxyheader.tlv.SslInfo;
import io.github.proxyheader.tlv.Tlv;
import io.github.proxyheader.tlv.TlvType;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.StandardConstants;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a real handshake tells; the headers are asked for on another thread than it was made on. */
@Timeout(120)
class TlsFactsSocketTest {
  private static final RelayOptions FACTS = RelayOptions.builder().tlsFacts(true).build();
  private static final RelayOptions WITH_CERTIFICATE =
      RelayOptions.builder().tlsFacts(true).clientCertificate(true).build();
  private static final RelayOptions WITH_LONG_CERTIFICATE =
      RelayOptions.builder()
          .tlsFacts(true)
          .clientCertificate(true)
          .longClientCertificate(true)
          .build();
  private static final RelayOptions RELAYING =
      RelayOptions.builder().tlsFacts(true).relayAllTlvs().build();

  private static Identity ecServer;
  private static Identity rsaServer;
  private static Identity client;

  @RegisterExtension final Logs logs = new Logs();
  @RegisterExtension final SocketServer server = new SocketServer();
  private final CountingTrustManager trust = new CountingTrustManager();
  private final EmbeddedChannel outbound = new EmbeddedChannel();
  private @Nullable SslContext serverContext;

  @BeforeAll
  static void createCertificates() throws Exception {
    ecServer = Certificates.ec(subject(relativeName(commonName("server"))));
    rsaServer = Certificates.rsa(subject(relativeName(commonName("server"))));
    client = Certificates.ec(subject(relativeName(commonName("client.example.org"))));
  }

  @AfterEach
  void releaseContext() {
    ReferenceCountUtil.release(serverContext);
  }

  static Stream<Arguments> transportsAndEngines() {
    return Transport.available().stream()
        .flatMap(t -> Stream.of(SslProvider.values()).map(engine -> Arguments.of(t, engine)));
  }

  static Stream<Arguments> transportsEnginesAndVersions() {
    return transportsAndEngines()
        .flatMap(
            both ->
                Stream.of("TLSv1.2", "TLSv1.3")
                    .map(version -> Arguments.of(both.get()[0], both.get()[1], version)));
  }

  @BeforeAll
  static void theNativeEnginesAreThere() {
    OpenSsl.ensureAvailability();
  }

  @ParameterizedTest
  @MethodSource("transportsEnginesAndVersions")
  @DisplayName("R50 R51 without a client certificate: version, cipher and the server's algorithms")
  void withoutAClientCertificate(Transport transport, SslProvider engine, String version)
      throws Exception {
    start(transport, engine, ecServer);
    ProxyHeader header =
        connect(
            context(null),
            parameters -> {
              parameters.setProtocols(new String[] {version});
              parameters.setCipherSuites(
                  new String[] {
                    "TLS_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
                  });
            });

    assertThat(header.tlvs().ssl())
        .contains(
            SslInfo.builder()
                .verifyResult(1)
                .version(version)
                .cipher(
                    version.equals("TLSv1.3")
                        ? "TLS_AES_128_GCM_SHA256"
                        : "ECDHE-ECDSA-AES128-GCM-SHA256")
                .signatureAlgorithm("ecdsa-with-SHA256")
                .keyAlgorithm("EC256")
                .build());
    assertThat(header.tlvs()).hasSize(1);
    assertThat(header.source()).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("transportsAndEngines")
  @DisplayName("R51 ciphers have OpenSSL's names, whatever the engine calls them")
  void cipherNames(Transport transport, SslProvider engine) throws Exception {
    start(transport, engine, rsaServer);
    Map<String, String> names =
        Map.of(
            "TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "ECDHE-RSA-AES128-SHA");
    for (Map.Entry<String, String> name : names.entrySet()) {
      String[] suites = {name.getKey()};
      ProxyHeader header = connect(context(null), parameters -> parameters.setCipherSuites(suites));
      assertThat(info(header).cipher()).contains(name.getValue());
    }
  }

  @ParameterizedTest
  @MethodSource("transportsAndEngines")
  void withAnRsaKey(Transport transport, SslProvider engine) throws Exception {
    start(transport, engine, rsaServer);
    SslInfo info = info(connect(context(null), parameters -> {}));

    assertThat(info.signatureAlgorithm()).contains("RSA-SHA256");
    assertThat(info.keyAlgorithm()).contains("RSA2048");
  }

  @ParameterizedTest
  @CsvSource({
    "JDK, RSA_PSS, RSASSA-PSS, RSA2048",
    "JDK, PSS, RSASSA-PSS,",
    "JDK, ED25519, ED25519,",
    "JDK, ED448, ED448,",
    "JDK, EC_SHA384, ecdsa-with-SHA384, EC384",
    "OPENSSL, RSA_PSS, RSASSA-PSS, RSA2048",
    "OPENSSL, EC_SHA384, ecdsa-with-SHA384, EC384"
  })
  @DisplayName("R51 certificates of other kinds that engines take have the names of HAProxy")
  void otherKinds(SslProvider engine, Kind kind, String signature, @Nullable String key)
      throws Exception {
    start(
        Transport.NIO,
        engine,
        Certificates.create(kind, subject(relativeName(commonName("server")))));
    SslInfo info = info(connect(context(null), parameters -> {}));

    assertThat(info.signatureAlgorithm()).contains(signature);
    assertThat(info.keyAlgorithm()).isEqualTo(Optional.ofNullable(key));
  }

  @ParameterizedTest
  @MethodSource("transportsEnginesAndVersions")
  @DisplayName("R50 R51 with a client certificate: its common name, and that it is valid")
  void withAClientCertificate(Transport transport, SslProvider engine, String version)
      throws Exception {
    start(transport, engine, ecServer);
    ProxyHeader header = connect(context(client), use(version));
    SslInfo info = info(header);

    assertThat(info.overSsl()).isTrue();
    assertThat(info.certInSession()).isTrue();
    assertThat(info.certOnConnection()).isEqualTo(tellsResumption(engine));
    assertThat(info.verifyResult()).isZero();
    assertThat(info.verified()).isTrue();
    assertThat(info.commonName()).contains("client.example.org");
    assertThat(info.clientCertificate()).as("not asked for").isEmpty();

    ProxyHeader withCertificate =
        ProxyHeaderSource.onBehalfOf(accepted(), WITH_CERTIFICATE).headerFor(outbound, null);
    assertThat(info(withCertificate).clientCertificate())
        .contains(client.certificate().getEncoded());
  }

  /** Returns whether an engine tells a resumed session from a new one. */
  private static boolean tellsResumption(SslProvider engine) {
    return engine != SslProvider.JDK;
  }

  @ParameterizedTest
  @MethodSource("transportsEnginesAndVersions")
  @DisplayName("R50 a resumed session tells the same, but its certificate is not this connection's")
  void aResumedSession(Transport transport, SslProvider engine, String version) throws Exception {
    start(transport, engine, ecServer);
    SSLContext context = context(client);
    Consumer<SSLParameters> parameters = use(version).andThen(ask("www.example.org"));
    ProxyHeader first = connect(context, parameters);
    ProxyHeader second = connect(context, parameters);

    assertThat(trust.checks).as("certificates shown: the second session is resumed").hasValue(1);
    assertThat(info(first).certOnConnection()).isEqualTo(tellsResumption(engine));
    assertThat(info(second))
        .isEqualTo(info(first).toBuilder().certOnConnection(false).build())
        .matches(SslInfo::certInSession)
        .matches(SslInfo::verified);
    assertThat(second.tlvs().authority()).contains("www.example.org");
  }

  @ParameterizedTest
  @MethodSource("transportsEnginesAndVersions")
  @DisplayName("R50 a source made before the handshake knows afterwards whether it was a new one")
  void aResumedSessionAfterTheEnd(Transport transport, SslProvider engine, String version)
      throws Exception {
    start(transport, engine, ecServer);
    SSLContext context = context(client);
    for (boolean resumed : new boolean[] {false, true}) {
      int before = server.accepted().size();
      Socket peer = plainSocket();
      Await.until(() -> server.accepted().size() > before);
      Channel accepted = accepted();
      ProxyHeaderSource early = ProxyHeaderSource.onBehalfOf(accepted, FACTS);
      handshake(peer, context, use(version));
      ProxyHeaderSource late = ProxyHeaderSource.onBehalfOf(accepted, FACTS);
      SSLEngine ended = accepted.pipeline().get(SslHandler.class).engine();
      accepted.close().sync();
      accepted.eventLoop().submit(() -> shutDown(ended)).sync();

      for (ProxyHeaderSource source : List.of(early, late)) {
        SslInfo info = info(source.headerFor(outbound, null));
        assertThat(info.certInSession()).isTrue();
        assertThat(info.certOnConnection()).isEqualTo(!resumed && tellsResumption(engine));
      }
      assertThat(trust.checks).hasValue(1);
    }
  }

  private static void offerProtocolsAndAsk(SSLParameters parameters) {
    parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
    ask("www.example.org").accept(parameters);
  }

  @ParameterizedTest
  @MethodSource("transportsAndEngines")
  @DisplayName("R43 R44 the protocol that was agreed on, and the name that was asked for")
  void protocolAndServerName(Transport transport, SslProvider engine) throws Exception {
    start(transport, engine, ecServer);
    ProxyHeader header = connect(context(null), TlsFactsSocketTest::offerProtocolsAndAsk);

    assertThat(header.tlvs().alpn()).contains(text("h2"));
    assertThat(header.tlvs().authority()).contains("www.example.org");
    assertThat(types(header)).containsExactly(TlvType.ALPN, TlvType.AUTHORITY, TlvType.SSL);
  }

  @ParameterizedTest
  @MethodSource(Transport.AVAILABLE)
  @DisplayName("R43 R44 the same from an engine that is the JDK's own")
  void protocolAndServerNameOfThePlainEngine(Transport transport) throws Exception {
    server.onAccept(
        channel ->
            channel.pipeline().addLast(new SslHandler(plainServerEngine("h2")), new Greeter()));
    server.start(transport);
    ProxyHeader header = connect(context(null), TlsFactsSocketTest::offerProtocolsAndAsk);

    assertThat(header.tlvs().alpn()).contains(text("h2"));
    assertThat(types(header)).containsExactly(TlvType.ALPN, TlvType.AUTHORITY, TlvType.SSL);
  }

  @ParameterizedTest
  @MethodSource("transportsAndEngines")
  void serverNamesAreTakenAsTheyAre(Transport transport, SslProvider engine) throws Exception {
    start(transport, engine, ecServer);
    String label = "x".repeat(60) + ".";
    for (String name : new String[] {label.repeat(4) + "example.org", "a-b.Example", "x"}) {
      assertThat(connect(context(null), ask(name)).tlvs().authority()).contains(name);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"OPENSSL", "OPENSSL_REFCNT"})
  @DisplayName("R44 OpenSSL takes server names that are none, where the JDK refuses the handshake")
  void serverNamesThatAreNoneAreLeftOut(SslProvider engine) throws Exception {
    start(Transport.NIO, engine, ecServer);
    for (String name : new String[] {"a\nb", "a b", "-", "\u202e"}) {
      assertThat(types(connect(context(null), ask(name)))).as(name).containsExactly(TlvType.SSL);
    }
  }

  /** Any bytes, whether they are a name or not. */
  private static Consumer<SSLParameters> ask(String serverName) {
    byte[] bytes = serverName.getBytes(StandardCharsets.UTF_8);
    return parameters ->
        parameters.setServerNames(
            List.of(new SNIServerName(StandardConstants.SNI_HOST_NAME, bytes) {}));
  }

  @ParameterizedTest
  @MethodSource("transportsAndEngines")
  void commonNamesOfAllKinds(Transport transport, SslProvider engine) throws Exception {
    start(transport, engine, ecServer);
    assertThat(commonNameOf(subject(relativeName(commonName("a,CN=admin")))))
        .contains("a,CN=admin");
    assertThat(commonNameOf(subject(relativeName(commonName("Zo\u00eb \u4f8b")))))
        .contains("Zo\u00eb \u4f8b");
    assertThat(
            commonNameOf(subject(relativeName(organization("CN=x"), commonName("behind another")))))
        .contains("behind another");
    assertThat(
            commonNameOf(subject(relativeName(commonName("1st")), relativeName(commonName("2nd")))))
        .contains("1st");
  }

  @ParameterizedTest
  @MethodSource("transportsAndEngines")
  void commonNamesThatCannotBeWrittenAreLeftOut(Transport transport, SslProvider engine)
      throws Exception {
    start(transport, engine, ecServer);
    for (String name : new String[] {"", "a\nb", "admin\u0000.example", "a\u2028b"}) {
      assertThat(commonNameOf(subject(relativeName(commonName(name))))).as(name).isEmpty();
    }
    assertThat(commonNameOf(subject(relativeName(organization("no name at all"))))).isEmpty();
    assertThat(
            commonNameOf(
                subject(
                    relativeName(commonName(Certificates.UTF8, new byte[] {'a', (byte) 0xFF})))))
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("transportsAndEngines")
  @DisplayName("A certificate of more than 1,024 bytes is sent only if it is asked for twice")
  void aHugeCertificate(Transport transport, SslProvider engine) throws Exception {
    start(transport, engine, ecServer);
    String name = "x".repeat(10_000);
    Identity huge = Certificates.ec(subject(relativeName(commonName(name))));
    connect(context(huge), parameters -> {});
    ProxyHeader header =
        ProxyHeaderSource.onBehalfOf(accepted(), WITH_LONG_CERTIFICATE).headerFor(outbound, null);

    assertThat(info(header).commonName()).contains(name);
    assertThat(info(header).clientCertificate()).contains(huge.certificate().getEncoded());

    ProxyHeader without =
        ProxyHeaderSource.onBehalfOf(accepted(), WITH_CERTIFICATE).headerFor(outbound, null);
    assertThat(info(without).commonName()).contains(name);
    assertThat(info(without).clientCertificate()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("transportsAndEngines")
  @DisplayName("This hop's TLS is told, not that in front of it; the identifier is kept")
  void aReceivedHeaderInFrontOfTls(Transport transport, SslProvider engine) throws Exception {
    byte[] received =
        Wire.v2(
            tlv(TlvType.ALPN, text("http/1.1")),
            tlv(TlvType.AUTHORITY, text("outer.example")),
            tlv(TlvType.UNIQUE_ID, text("id")),
            tlv(TlvType.SSL, new byte[] {7, 0, 0, 0, 0}, tlv(TlvType.SSL_CN, text("admin"))),
            tlv(0xE5, text("x")));
    start(transport, engine, ecServer, new ProxyHeaderDecoder(Connection.patientOptions().build()));
    connect(context(null), parameters -> {}, received);
    ProxyHeader header =
        ProxyHeaderSource.onBehalfOf(accepted(), RELAYING).headerFor(outbound, null);

    assertThat(header.source()).isEqualTo(Wire.SOURCE);
    assertThat(types(header)).containsExactly(TlvType.SSL, TlvType.UNIQUE_ID, 0xE5);
    assertThat(info(header).commonName()).isEmpty();
    assertThat(info(header).verified()).isFalse();

    ProxyHeader withoutFacts =
        ProxyHeaderSource.onBehalfOf(accepted(), RelayOptions.builder().relayAllTlvs().build())
            .headerFor(outbound, null);
    assertThat(info(withoutFacts).commonName()).contains("admin");
  }

  @ParameterizedTest
  @MethodSource("transportsAndEngines")
  @DisplayName("Before the handshake is done there are no facts, and the received ones go on")
  void beforeTheHandshake(Transport transport, SslProvider engine) throws Exception {
    byte[] received = Wire.v2(tlv(TlvType.AUTHORITY, text("outer.example")));
    start(transport, engine, ecServer, new ProxyHeaderDecoder(Connection.patientOptions().build()));
    Socket peer = plainSocket();
    peer.getOutputStream().write(received);
    Await.until(() -> server.accepted().stream().anyMatch(c -> ProxiedAddress.of(c).isProxied()));
    ProxyHeaderSource source = ProxyHeaderSource.onBehalfOf(accepted(), RELAYING);
    assertThat(types(source.headerFor(outbound, null))).containsExactly(TlvType.AUTHORITY);

    handshake(peer, context(null), parameters -> {});

    assertThat(types(source.headerFor(outbound, null))).containsExactly(TlvType.SSL);
  }

  @ParameterizedTest
  @MethodSource("transportsAndEngines")
  void theFactsAreKnownAlsoAfterTheConnectionWasClosed(Transport transport, SslProvider engine)
      throws Exception {
    start(transport, engine, ecServer);
    Socket peer = plainSocket();
    handshake(peer, context(client), parameters -> {});
    Channel accepted = accepted();
    ProxyHeaderSource source = ProxyHeaderSource.onBehalfOf(accepted, FACTS);
    Tlvs before = source.headerFor(outbound, null).tlvs();
    accepted.pipeline().get(SslHandler.class).engine().getSession().invalidate();
    assertThat(source.headerFor(outbound, null).tlvs()).isEqualTo(before);

    peer.close();
    accepted.close().sync();
    Await.until(() -> accepted.pipeline().get(SslHandler.class) == null);

    assertThat(source.headerFor(outbound, null).tlvs()).isEqualTo(before);
    assertThat(before.ssl().orElseThrow().verified()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("transportsAndEngines")
  @DisplayName("R44 a source that was made in time knows the name also if it is asked afterwards")
  void theServerNameIsKnownAlsoAfterTheConnectionWasClosed(Transport transport, SslProvider engine)
      throws Exception {
    start(transport, engine, ecServer);
    Socket peer = plainSocket();
    Await.until(() -> server.accepted().size() == 1);
    Channel accepted = accepted();
    ProxyHeaderSource early = ProxyHeaderSource.onBehalfOf(accepted, FACTS);
    handshake(peer, context(null), ask("www.example.org"));
    ProxyHeaderSource late = ProxyHeaderSource.onBehalfOf(accepted, FACTS);

    peer.close();
    accepted.close().sync();
    Await.until(() -> accepted.pipeline().get(SslHandler.class) == null);

    assertThat(types(early.headerFor(outbound, null)))
        .containsExactly(TlvType.AUTHORITY, TlvType.SSL);
    assertThat(types(late.headerFor(outbound, null)))
        .containsExactly(TlvType.AUTHORITY, TlvType.SSL);
  }

  @ParameterizedTest
  @MethodSource("transportsAndEngines")
  @DisplayName("An engine that has given its native memory back still tells of its session")
  void ofAnEngineThatWasShutDown(Transport transport, SslProvider engine) throws Exception {
    start(transport, engine, ecServer);
    SslInfo before = info(connect(context(client), ask("www.example.org")));
    Channel accepted = accepted();
    SslHandler tls = accepted.pipeline().get(SslHandler.class);
    accepted.eventLoop().submit(() -> shutDown(tls.engine())).sync();

    ProxyHeader after = ProxyHeaderSource.onBehalfOf(accepted, FACTS).headerFor(outbound, null);

    assertThat(accepted.pipeline().get(SslHandler.class)).isSameAs(tls);
    assertThat(info(after)).isEqualTo(before);
  }

  private static void shutDown(SSLEngine engine) {
    engine.closeOutbound();
    if (engine instanceof ReferenceCountedOpenSslEngine nativeEngine) {
      nativeEngine.shutdown();
      assertThat(nativeEngine.sslPointer()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("transportsAndEngines")
  void aHandshakeThatFailedTellsNothing(Transport transport, SslProvider engine) throws Exception {
    start(transport, engine, ecServer);
    Socket peer = plainSocket();
    Await.until(() -> server.accepted().size() == 1);
    Channel accepted = accepted();
    SslHandler tls = accepted.pipeline().get(SslHandler.class);
    ProxyHeaderSource source = ProxyHeaderSource.onBehalfOf(accepted, FACTS);
    peer.getOutputStream().write(text("GET / HTTP/1.1\r\n\r\n"));
    tls.handshakeFuture().await();

    assertThat(tls.handshakeFuture().isSuccess()).isFalse();
    assertThat(types(source.headerFor(outbound, null))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("transportsAndEngines")
  void aChildChannelTellsOfItsConnection(Transport transport, SslProvider engine) throws Exception {
    start(transport, engine, ecServer);
    connect(context(client), parameters -> {});
    EmbeddedChannel stream =
        new EmbeddedChannel(accepted(), DefaultChannelId.newInstance(), true, false);
    ProxyHeader header = ProxyHeaderSource.onBehalfOf(stream, FACTS).headerFor(outbound, null);
    stream.finish();

    assertThat(info(header).commonName()).contains("client.example.org");
  }

  private void start(
      Transport transport, SslProvider engine, Identity identity, ProxyHeaderDecoder... decoder)
      throws Exception {
    SslContext context =
        SslContextBuilder.forServer(identity.key(), identity.certificate())
            .sslProvider(engine)
            .trustManager(trust)
            .clientAuth(ClientAuth.OPTIONAL)
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    "h2",
                    "http/1.1"))
            .build();
    serverContext = context;
    if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
      sessions.setTicketKeys(); // on, with keys of its own choice, as the JDK's are
    }
    server.onAccept(
        channel ->
            channel
                .pipeline()
                .addLast(decoder)
                .addLast(context.newHandler(channel.alloc()), new Greeter()));
    server.start(transport);
  }

  private static SSLContext context(@Nullable Identity identity) throws Exception {
    KeyManager[] keys = identity == null ? null : identity.keyManagers();
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    return context;
  }

  private static SSLEngine plainServerEngine(String protocol) {
    try {
      SSLEngine engine = context(ecServer).createSSLEngine();
      engine.setUseClientMode(false);
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {protocol});
      engine.setSSLParameters(parameters);
      return engine;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Consumer<SSLParameters> use(String version) {
    return parameters -> parameters.setProtocols(new String[] {version});
  }

  private Optional<String> commonNameOf(byte[] subject) throws Exception {
    ProxyHeader header = connect(context(Certificates.ec(subject)), parameters -> {});
    assertThat(info(header).verified()).isTrue();
    return info(header).commonName();
  }

  private ProxyHeader connect(
      SSLContext context, Consumer<SSLParameters> change, byte[]... received) throws Exception {
    Socket peer = plainSocket();
    for (byte[] bytes : received) {
      peer.getOutputStream().write(bytes);
    }
    handshake(peer, context, change);
    ProxyHeader header = ProxyHeaderSource.onBehalfOf(accepted(), FACTS).headerFor(outbound, null);
    assertThat(header).isNotNull();
    return header;
  }

  /** The last connection. */
  private Channel accepted() {
    Channel last = null;
    for (Channel channel : server.accepted()) {
      last = channel;
    }
    assertThat(last).isNotNull();
    return last;
  }

  private Socket plainSocket() throws Exception {
    Socket peer = server.closeLater(new Socket());
    peer.setTcpNoDelay(true);
    peer.setSoTimeout(20_000);
    peer.connect(server.address());
    return peer;
  }

  /** Shakes hands, and waits until both sides know that. */
  private void handshake(Socket peer, SSLContext context, Consumer<SSLParameters> change)
      throws Exception {
    int port = ((InetSocketAddress) server.address()).getPort();
    SSLSocket secure =
        (SSLSocket) context.getSocketFactory().createSocket(peer, "127.0.0.1", port, true);
    SSLParameters parameters = secure.getSSLParameters();
    change.accept(parameters);
    secure.setSSLParameters(parameters);
    assertThat(secure.getInputStream().read()).isEqualTo('k');
  }

  private static SslInfo info(ProxyHeader header) {
    return header.tlvs().ssl().orElseThrow();
  }

  private static List<Integer> types(ProxyHeader header) {
    List<Integer> types = new ArrayList<>();
    header.tlvs().forEach((Tlv tlv) -> types.add(tlv.type()));
    return types;
  }

  /** Tells the client by a byte behind which it has also read its tickets. */
  private static final class Greeter extends ChannelInboundHandlerAdapter {
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
        ctx.writeAndFlush(ByteBufUtil.writeAscii(ctx.alloc(), "k"));
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  /** Trusts everybody, and counts those that have shown a certificate. */
  private static final class CountingTrustManager extends X509ExtendedTrustManager {
    final AtomicInteger checks = new AtomicInteger();

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      checks.incrementAndGet();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
      throw new AssertionError();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
      throw new AssertionError();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      throw new AssertionError();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
      throw new AssertionError();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      throw new AssertionError();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
