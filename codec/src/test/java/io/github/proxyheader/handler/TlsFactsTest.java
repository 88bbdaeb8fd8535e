/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.tlv.SslInfo;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.handler.ssl.CipherSuiteConverter;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.util.LazyX509Certificate;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSessionContext;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What engines of any provider may say, and clients that choose what they are asked for. */
class TlsFactsTest {
  private final Session session = new Session();

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
  void algorithmsWithoutAnotherNameHaveThatOfTheJdk() {
    session.local = new Certificate[] {new OddCertificate()};

    assertThat(info().signatureAlgorithm()).contains("Ed25519");
    assertThat(info().keyAlgorithm()).contains("EdDSA");
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
    session.peer = new Certificate[] {new OddCertificate()};
    Tlvs.Builder vectors = Tlvs.builder();

    TlsFacts.addSession(vectors, session, true);

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

    TlsFacts.addSession(vectors, session, true);

    SslInfo info = vectors.build().ssl().orElseThrow();
    assertThat(info.verified()).isTrue();
    assertThat(info.commonName()).isEmpty();
    assertThat(info.clientCertificate()).contains(encoded);
  }

  private SslInfo info() {
    return facts().ssl().orElseThrow();
  }

  private Tlvs facts() {
    Tlvs.Builder vectors = Tlvs.builder();
    TlsFacts.addSession(vectors, session, false);
    return vectors.build();
  }

  /** Of another provider: it has an algorithm without parameters, and keeps no encoding. */
  private static final class OddCertificate extends X509Certificate {
    @Override
    public X500Principal getSubjectX500Principal() {
      return new X500Principal("CN=odd");
    }

    @Override
    public byte[] getEncoded() throws CertificateEncodingException {
      throw new CertificateEncodingException();
    }

    @Override
    public String getSigAlgName() {
      return "Ed25519";
    }

    @Override
    public PublicKey getPublicKey() {
      return new PublicKey() {
        private static final long serialVersionUID = 1;

        @Override
        public String getAlgorithm() {
          return "EdDSA";
        }

        @Override
        public @Nullable String getFormat() {
          return null;
        }

        @Override
        public byte @Nullable [] getEncoded() {
          return null;
        }
      };
    }

    @Override
    public void checkValidity() {}

    @Override
    public void checkValidity(Date date) {}

    @Override
    public int getVersion() {
      return 3;
    }

    @Override
    public BigInteger getSerialNumber() {
      return BigInteger.ONE;
    }

    @Override
    public Principal getIssuerDN() {
      return getSubjectX500Principal();
    }

    @Override
    public Principal getSubjectDN() {
      return getSubjectX500Principal();
    }

    @Override
    public Date getNotBefore() {
      return new Date(0);
    }

    @Override
    public Date getNotAfter() {
      return new Date(0);
    }

    @Override
    public byte[] getTBSCertificate() {
      return new byte[0];
    }

    @Override
    public byte[] getSignature() {
      return new byte[0];
    }

    @Override
    public String getSigAlgOID() {
      return "1.3.101.112";
    }

    @Override
    public byte @Nullable [] getSigAlgParams() {
      return null;
    }

    @Override
    public boolean @Nullable [] getIssuerUniqueID() {
      return null;
    }

    @Override
    public boolean @Nullable [] getSubjectUniqueID() {
      return null;
    }

    @Override
    public boolean @Nullable [] getKeyUsage() {
      return null;
    }

    @Override
    public int getBasicConstraints() {
      return -1;
    }

    @Override
    public void verify(PublicKey key) {}

    @Override
    public void verify(PublicKey key, String provider) {}

    @Override
    public String toString() {
      return "odd";
    }

    @Override
    public boolean hasUnsupportedCriticalExtension() {
      return false;
    }

    @Override
    public @Nullable Set<String> getCriticalExtensionOIDs() {
      return null;
    }

    @Override
    public @Nullable Set<String> getNonCriticalExtensionOIDs() {
      return null;
    }

    @Override
    public byte @Nullable [] getExtensionValue(String oid) {
      return null;
    }
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
