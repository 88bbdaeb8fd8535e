/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.testing.Certificates.commonName;
import static io.github.proxyheader.testing.Certificates.relativeName;
import static io.github.proxyheader.testing.Certificates.subject;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.testing.Certificates;
import io.github.proxyheader.testing.Certificates.Kind;
import io.github.proxyheader.testing.Logs;
import io.github.proxyheader.tlv.SslInfo;
import io.github.proxyheader.tlv.Tlv;
import io.github.proxyheader.tlv.TlvType;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.handler.ssl.CipherSuiteConverter;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.util.LazyX509Certificate;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSessionContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sessions of engines of any provider, and values that a client has chosen. */
class TlsFactsTest {
  private static final RelayOptions FACTS = RelayOptions.builder().tlsFacts(true).build();

  @RegisterExtension final Logs logs = new Logs();
  private final Session session = new Session();
  private final RelayOptions certificate =
      RelayOptions.builder().tlsFacts(true).clientCertificate(true).build();
  private final RelayOptions longCertificate =
      RelayOptions.builder()
          .tlsFacts(true)
          .clientCertificate(true)
          .longClientCertificate(true)
          .build();

  @Test
  void aSessionThatTellsLittleIsTold() {
    session.local = null;

    assertThat(facts().ssl())
        .contains(
            SslInfo.builder()
                .verifyResult(1)
                .version("TLSv1.3")
                .cipher("TLS_AES_256_GCM_SHA384")
                .build());
    assertThat(facts()).hasSize(1);
  }

  @Test
  void ciphersHaveTheNamesOfOpenSsl() {
    session.cipher = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384";
    assertThat(info().cipher()).contains("ECDHE-RSA-AES256-GCM-SHA384");
    session.cipher = "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256";
    assertThat(info().cipher()).contains("ECDHE-ECDSA-CHACHA20-POLY1305");
    session.cipher = "TLS_CHACHA20_POLY1305_SHA256";
    assertThat(info().cipher()).contains("TLS_CHACHA20_POLY1305_SHA256");
    session.cipher = "OWN-CIPHER";
    assertThat(info().cipher()).contains("OWN-CIPHER");
  }

  @Test
  void ciphersOfBoringSslKeepTheirNames() {
    List<String> names =
        OpenSsl.availableOpenSslCipherSuites().stream()
            .filter(name -> !name.startsWith("AEAD-")) // BoringSSL's own for those of TLS 1.3
            .toList();
    assertThat(names).contains("TLS_AES_256_GCM_SHA384", "ECDHE-RSA-CHACHA20-POLY1305");
    for (String name : names) {
      session.cipher = CipherSuiteConverter.toJava(name, "TLS");
      assertThat(info().cipher()).contains(name);
    }
  }

  @Test
  @DisplayName("R51 a key that HAProxy has no name for is left out, its signature's name is not")
  void aKeyWithoutAName() throws Exception {
    session.local = new Certificate[] {certificate(Kind.ED25519)};

    assertThat(info().signatureAlgorithm()).contains("ED25519");
    assertThat(info().keyAlgorithm()).isEmpty();
  }

  @Test
  @DisplayName("R50 a certificate is told of as one of this connection only if the session is new")
  void aNewSession() throws Exception {
    session.peer = new Certificate[] {certificate(Kind.EC_SHA256)};

    for (boolean isNew : new boolean[] {true, false}) {
      Tlvs.Builder vectors = Tlvs.builder();
      TlsFacts.addSession(vectors, session, isNew, FACTS);
      SslInfo info = vectors.build().ssl().orElseThrow();
      assertThat(info.certInSession()).isTrue();
      assertThat(info.certOnConnection()).isEqualTo(isNew);
    }
    session.peer = null;
    Tlvs.Builder vectors = Tlvs.builder();
    TlsFacts.addSession(vectors, session, true, FACTS);
    assertThat(vectors.build().ssl().orElseThrow().certOnConnection()).isFalse();
  }

  @Test
  @DisplayName("A certificate goes out while the value of SSL has 1,024 bytes, and not with more")
  void theLongestCertificate() throws Exception {
    int others = vectorWith(new OddCertificate(new byte[0]), certificate).length();
    OddCertificate longest = new OddCertificate(new byte[1024 - others]);
    OddCertificate tooLong = new OddCertificate(new byte[1025 - others]);

    Tlv ssl = vectorWith(longest, certificate);
    assertThat(ssl.length()).isEqualTo(1024);
    assertThat(info(ssl).clientCertificate()).contains(longest.getEncoded());
    assertThat(leftOut()).isEmpty();

    SslInfo without = info(vectorWith(tooLong, certificate));
    assertThat(without.clientCertificate()).isEmpty();
    assertThat(without.verified()).isTrue();
    assertThat(without.commonName()).isPresent();
    assertThat(leftOut()).hasSize(1).allMatch(line -> line.contains(" 1025 bytes"));
    vectorWith(tooLong, certificate);
    assertThat(leftOut()).as("logged once").hasSize(1);

    Tlv all = vectorWith(tooLong, longCertificate);
    assertThat(all.length()).isEqualTo(1025);
    assertThat(info(all).clientCertificate()).contains(tooLong.getEncoded());
  }

  @Test
  @DisplayName("A certificate that is longer than any vector is left out, and is no error")
  void aCertificateLongerThanAnyVector() {
    SslInfo info = info(vectorWith(new OddCertificate(new byte[70_000]), certificate));

    assertThat(info.clientCertificate()).isEmpty();
    assertThat(info.commonName()).contains("odd");
  }

  @Test
  void anEngineThatDoesNotKnowTheServerNameIsNoError() {
    for (RuntimeException cause :
        List.of(new UnsupportedOperationException(), new IllegalArgumentException("bad name"))) {
      session.names =
          () -> {
            throw cause;
          };

      assertThat(facts()).hasSize(1);
    }
  }

  @Test
  void onlyAHostNameIsAnAuthority() {
    session.names = () -> List.of(new SNIServerName(0, new byte[] {'a', '\n'}) {});
    assertThat(facts().authority()).isEmpty();
    session.names = () -> List.of(new SNIServerName(1, new byte[] {'a'}) {});
    assertThat(facts().authority()).isEmpty();
    session.names =
        () -> List.of(new SNIServerName(1, new byte[0]) {}, new SNIHostName("www.example.org"));
    assertThat(facts().authority()).contains("www.example.org");
    session.names =
        () -> List.of(new SNIHostName("zo\u00eb.example".getBytes(StandardCharsets.UTF_8)));
    assertThat(facts().authority()).contains("xn--zo-ija.example");
  }

  @Test
  void aServerNameOfMoreThan255CharactersIsLeftOut() {
    String longest = ("x".repeat(63) + ".").repeat(4).substring(0, 255);
    session.names = () -> List.of(new SNIHostName(longest));
    assertThat(facts().authority()).contains(longest);
    session.names = () -> List.of(new SNIHostName(longest + ".x"));
    assertThat(facts().authority()).isEmpty();
  }

  @Test
  void aCertificateThatIsNoX509IsNone() {
    session.peer = new Certificate[0];
    assertThat(info().verified()).isFalse();
    session.peer =
        new Certificate[] {
          new Certificate("own") {
            @Override
            public byte[] getEncoded() {
              return new byte[0];
            }

            @Override
            public void verify(PublicKey key) {}

            @Override
            public void verify(PublicKey key, String provider) {}

            @Override
            public String toString() {
              return "own";
            }

            @Override
            public @Nullable PublicKey getPublicKey() {
              return null;
            }
          }
        };
    assertThat(info().verified()).isFalse();
  }

  @Test
  void aCertificateThatDoesNotKeepItsEncodingIsToldWithoutIt() {
    session.peer = new Certificate[] {new OddCertificate(null)};
    Tlvs.Builder vectors = Tlvs.builder();

    TlsFacts.addSession(vectors, session, false, certificate);

    SslInfo info = vectors.build().ssl().orElseThrow();
    assertThat(info.verified()).isTrue();
    assertThat(info.commonName()).contains("odd");
    assertThat(info.clientCertificate()).isEmpty();
  }

  @Test
  void aCertificateThatOnlyAnotherLibraryCanReadIsToldWithoutItsName() {
    byte[] encoded = {0x30, 0x00};
    session.peer = new Certificate[] {new LazyX509Certificate(encoded)};
    Tlvs.Builder vectors = Tlvs.builder();

    TlsFacts.addSession(vectors, session, false, certificate);

    SslInfo info = vectors.build().ssl().orElseThrow();
    assertThat(info.verified()).isTrue();
    assertThat(info.commonName()).isEmpty();
    assertThat(info.clientCertificate()).contains(encoded);
  }

  private Tlv vectorWith(X509Certificate client, RelayOptions options) {
    session.peer = new Certificate[] {client};
    Tlvs.Builder vectors = Tlvs.builder();
    TlsFacts.addSession(vectors, session, false, options);
    return vectors.build().first(TlvType.SSL).orElseThrow();
  }

  private static SslInfo info(Tlv ssl) {
    return Tlvs.builder().add(ssl).build().ssl().orElseThrow();
  }

  private static X509Certificate certificate(Kind kind) throws Exception {
    return Certificates.create(kind, subject(relativeName(commonName("x")))).certificate();
  }

  private List<String> leftOut() {
    return logs.lines().stream().filter(line -> line.contains("left out")).toList();
  }

  private SslInfo info() {
    return facts().ssl().orElseThrow();
  }

  private Tlvs facts() {
    Tlvs.Builder vectors = Tlvs.builder();
    TlsFacts.addSession(vectors, session, false, FACTS);
    return vectors.build();
  }

  /** Says what a test wants. */
  private static final class Session extends ExtendedSSLSession {
    String cipher = "TLS_AES_256_GCM_SHA384";
    Certificate @Nullable [] local = {};
    Certificate @Nullable [] peer;
    Supplier<List<SNIServerName>> names = List::of;

    @Override
    public String getCipherSuite() {
      return cipher;
    }

    @Override
    public String getProtocol() {
      return "TLSv1.3";
    }

    @Override
    public Certificate @Nullable [] getLocalCertificates() {
      return local;
    }

    @Override
    public Certificate[] getPeerCertificates() throws SSLPeerUnverifiedException {
      if (peer == null) {
        throw new SSLPeerUnverifiedException("none");
      }
      return peer;
    }

    @Override
    public List<SNIServerName> getRequestedServerNames() {
      return names.get();
    }

    @Override
    public String[] getLocalSupportedSignatureAlgorithms() {
      return new String[0];
    }

    @Override
    public String[] getPeerSupportedSignatureAlgorithms() {
      return new String[0];
    }

    @Override
    public byte[] getId() {
      return new byte[0];
    }

    @Override
    public @Nullable SSLSessionContext getSessionContext() {
      return null;
    }

    @Override
    public long getCreationTime() {
      return 0;
    }

    @Override
    public long getLastAccessedTime() {
      return 0;
    }

    @Override
    public void invalidate() {}

    @Override
    public boolean isValid() {
      return false;
    }

    @Override
    public void putValue(String name, Object value) {}

    @Override
    public @Nullable Object getValue(String name) {
      return null;
    }

    @Override
    public void removeValue(String name) {}

    @Override
    public String[] getValueNames() {
      return new String[0];
    }

    @Override
    public @Nullable Principal getPeerPrincipal() {
      return null;
    }

    @Override
    public @Nullable Principal getLocalPrincipal() {
      return null;
    }

    @Override
    public @Nullable String getPeerHost() {
      return null;
    }

    @Override
    public int getPeerPort() {
      return -1;
    }

    @Override
    public int getPacketBufferSize() {
      return 0;
    }

    @Override
    public int getApplicationBufferSize() {
      return 0;
    }
  }
}
