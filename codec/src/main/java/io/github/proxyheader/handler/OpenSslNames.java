/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static java.util.Map.entry;

import io.netty.handler.ssl.CipherSuiteConverter;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.DSAKey;
import java.security.interfaces.DSAParams;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names that HAProxy and hitch write into SSL vectors. They are the short names of OpenSSL, and
 * receivers compare them as texts. The JDK and its providers have other names for the same things.
 */
final class OpenSslNames {
  /** The short names of signature algorithms in OpenSSL's table of objects, by identifier. */
  private static final Map<String, String> SIGNATURES =
      Map.ofEntries(
          entry("1.2.840.113549.1.1.2", "RSA-MD2"),
          entry("1.2.840.113549.1.1.4", "RSA-MD5"),
          entry("1.2.840.113549.1.1.5", "RSA-SHA1"),
          entry("1.2.840.113549.1.1.10", "RSASSA-PSS"),
          entry("1.2.840.113549.1.1.11", "RSA-SHA256"),
          entry("1.2.840.113549.1.1.12", "RSA-SHA384"),
          entry("1.2.840.113549.1.1.13", "RSA-SHA512"),
          entry("1.2.840.113549.1.1.14", "RSA-SHA224"),
          entry("1.2.840.113549.1.1.15", "RSA-SHA512/224"),
          entry("1.2.840.113549.1.1.16", "RSA-SHA512/256"),
          entry("1.3.14.3.2.29", "RSA-SHA1-2"),
          entry("2.16.840.1.101.3.4.3.13", "id-rsassa-pkcs1-v1_5-with-sha3-224"),
          entry("2.16.840.1.101.3.4.3.14", "id-rsassa-pkcs1-v1_5-with-sha3-256"),
          entry("2.16.840.1.101.3.4.3.15", "id-rsassa-pkcs1-v1_5-with-sha3-384"),
          entry("2.16.840.1.101.3.4.3.16", "id-rsassa-pkcs1-v1_5-with-sha3-512"),
          entry("1.2.840.10045.4.1", "ecdsa-with-SHA1"),
          entry("1.2.840.10045.4.3.1", "ecdsa-with-SHA224"),
          entry("1.2.840.10045.4.3.2", "ecdsa-with-SHA256"),
          entry("1.2.840.10045.4.3.3", "ecdsa-with-SHA384"),
          entry("1.2.840.10045.4.3.4", "ecdsa-with-SHA512"),
          entry("2.16.840.1.101.3.4.3.9", "id-ecdsa-with-sha3-224"),
          entry("2.16.840.1.101.3.4.3.10", "id-ecdsa-with-sha3-256"),
          entry("2.16.840.1.101.3.4.3.11", "id-ecdsa-with-sha3-384"),
          entry("2.16.840.1.101.3.4.3.12", "id-ecdsa-with-sha3-512"),
          entry("1.3.14.3.2.27", "DSA-SHA1-old"),
          entry("1.2.840.10040.4.3", "DSA-SHA1"),
          entry("2.16.840.1.101.3.4.3.1", "dsa_with_SHA224"),
          entry("2.16.840.1.101.3.4.3.2", "dsa_with_SHA256"),
          entry("2.16.840.1.101.3.4.3.3", "id-dsa-with-sha384"),
          entry("2.16.840.1.101.3.4.3.4", "id-dsa-with-sha512"),
          entry("2.16.840.1.101.3.4.3.5", "id-dsa-with-sha3-224"),
          entry("2.16.840.1.101.3.4.3.6", "id-dsa-with-sha3-256"),
          entry("2.16.840.1.101.3.4.3.7", "id-dsa-with-sha3-384"),
          entry("2.16.840.1.101.3.4.3.8", "id-dsa-with-sha3-512"),
          entry("1.3.101.112", "ED25519"),
          entry("1.3.101.113", "ED448"),
          entry("1.2.156.10197.1.501", "SM2-SM3"),
          entry("1.2.156.10197.1.504", "RSA-SM3"),
          entry("2.16.840.1.101.3.4.3.17", "id-ml-dsa-44"),
          entry("2.16.840.1.101.3.4.3.18", "id-ml-dsa-65"),
          entry("2.16.840.1.101.3.4.3.19", "id-ml-dsa-87"));

  private OpenSslNames() {}

  /** Returns the name of a cipher suite; the given name if no other one is known. */
  static String cipher(String javaName) {
    String name = CipherSuiteConverter.toOpenSsl(javaName, false);
    return name == null ? javaName : name;
  }

  /**
   * Returns the name of the algorithm that a certificate was signed with; the provider's own name
   * if the table has none. The identifier decides, because the names depend on the provider.
   */
  static String signature(X509Certificate certificate) {
    String name = SIGNATURES.get(certificate.getSigAlgOID());
    return name == null ? certificate.getSigAlgName() : name;
  }

  /**
   * Returns the kind of a key and its size in bits, such as {@code RSA2048}. Returns null for the
   * keys that HAProxy has no name for: those that are neither RSA nor EC nor DSA, and RSA keys that
   * are restricted to RSASSA-PSS, which are a kind of their own in OpenSSL.
   */
  static @Nullable String key(PublicKey key) {
    if (key instanceof RSAKey rsa) {
      return key.getAlgorithm().equals("RSASSA-PSS") ? null : "RSA" + rsa.getModulus().bitLength();
    }
    if (key instanceof ECKey ec) {
      // OpenSSL's size of an EC key is that of the group's order, not that of its field.
      return "EC" + ec.getParams().getOrder().bitLength();
    }
    if (key instanceof DSAKey dsa) {
      DSAParams parameters = dsa.getParams(); // null if the certificate's issuer has them
      return parameters == null ? null : "DSA" + parameters.getP().bitLength();
    }
    return null;
  }
}
