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
import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.DSAParams;
import java.security.interfaces.DSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OpenSslNamesTest {
  @ParameterizedTest
  @CsvSource({
    "EC_SHA256, ecdsa-with-SHA256, EC256",
    "EC_SHA384, ecdsa-with-SHA384, EC384",
    "RSA_SHA256, RSA-SHA256, RSA2048",
    "RSA_SHA512, RSA-SHA512, RSA3072",
    "RSA_PSS, RSASSA-PSS, RSA2048",
    "PSS, RSASSA-PSS,",
    "ED25519, ED25519,",
    "ED448, ED448,",
    "DSA_SHA256, dsa_with_SHA256, DSA2048"
  })
  @DisplayName(
      "R51 signatures and keys have the names that HAProxy sends, or none if it sends none")
  void certificates(Kind kind, String signature, @Nullable String key) throws Exception {
    X509Certificate certificate = certificate(kind);

    assertThat(OpenSslNames.signature(certificate)).isEqualTo(signature);
    assertThat(OpenSslNames.key(certificate.getPublicKey())).isEqualTo(key);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("R51 the name of a signature depends on its identifier, not on the provider's name")
  void anotherProvidersName(Kind kind) throws Exception {
    X509Certificate certificate = certificate(kind);
    X509Certificate other =
        new OddCertificate(certificate.getSigAlgOID(), "1WITH2/3", certificate.getPublicKey());

    assertThat(OpenSslNames.signature(other)).isEqualTo(OpenSslNames.signature(certificate));
  }

  @Test
  @DisplayName("R51 a signature that OpenSSL has no name for has the provider's name")
  void anUnknownSignature() throws Exception {
    PublicKey key = certificate(Kind.EC_SHA256).getPublicKey();

    assertThat(OpenSslNames.signature(new OddCertificate("1.2.3.4", "XYZwithRSA", key)))
        .isEqualTo("XYZwithRSA");
  }

  @Test
  @DisplayName("R51 the size of an EC key is that of the order of its group")
  void sizesOfEcKeys() throws Exception {
    List<@Nullable String> names = new ArrayList<>();
    for (String curve : new String[] {"secp256r1", "secp384r1", "secp521r1"}) {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      names.add(OpenSslNames.key(generator.generateKeyPair().getPublic()));
    }

    assertThat(names).containsExactly("EC256", "EC384", "EC521");
  }

  @Test
  @DisplayName("R51 a DSA key whose parameters are those of its issuer has no name")
  void aDsaKeyWithoutParameters() throws Exception {
    DSAPublicKey whole = (DSAPublicKey) certificate(Kind.DSA_SHA256).getPublicKey();
    PublicKey inherited =
        new DSAPublicKey() {
          private static final long serialVersionUID = 1;

          @Override
          public BigInteger getY() {
            return whole.getY();
          }

          @Override
          public @Nullable DSAParams getParams() {
            return null;
          }

          @Override
          public String getAlgorithm() {
            return "DSA";
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

    assertThat(OpenSslNames.key(inherited)).isNull();
  }

  private static X509Certificate certificate(Kind kind) throws Exception {
    return Certificates.create(kind, subject(relativeName(commonName("x")))).certificate();
  }
}
