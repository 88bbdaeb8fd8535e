/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.hex;
import static io.github.proxyheader.testing.Bytes.text;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/** Self-signed certificates whose subject may be anything, put together by hand. */
public final class Certificates {
  public static final int UTF8 = 0x0C;
  public static final int PRINTABLE = 0x13;
  public static final int TELETEX = 0x14;
  public static final int IA5 = 0x16;
  public static final int BMP = 0x1E;
  public static final int UNIVERSAL = 0x1C;

  private static final byte[] COMMON_NAME = hex("550403");
  private static final byte[] ORGANIZATION = hex("55040a");

  /** SHA-256 for the signature and for the mask, and a salt of 32 bytes. */
  private static final byte[] PSS_PARAMETERS =
      hex(
          "3034 a00f 300d 0609608648016503040201 0500"
              + " a11c 301a 06092a864886f70d010108 300d 0609608648016503040201 0500"
              + " a203 020120");

  private Certificates() {}

  /** A certificate and its key. */
  public record Identity(PrivateKey key, X509Certificate certificate) {
    public KeyManager[] keyManagers() throws Exception {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("key", key, new char[0], new Certificate[] {certificate});
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, new char[0]);
      return factory.getKeyManagers();
    }
  }

  /** The kinds of keys and signatures that the JDK can make, by their names in the JDK. */
  public enum Kind {
    EC_SHA256("EC", 256, "SHA256withECDSA", "2a8648ce3d040302", new byte[0]),
    EC_SHA384("EC", 384, "SHA384withECDSA", "2a8648ce3d040303", new byte[0]),
    RSA_SHA256("RSA", 2048, "SHA256withRSA", "2a864886f70d01010b", hex("0500")),
    RSA_SHA512("RSA", 3072, "SHA512withRSA", "2a864886f70d01010d", hex("0500")),
    /** A key for all RSA signatures, of which only the certificate's is PSS. */
    RSA_PSS("RSA", 2048, "RSASSA-PSS", "2a864886f70d01010a", PSS_PARAMETERS),
    /** A key that is restricted to PSS. */
    PSS("RSASSA-PSS", 2048, "RSASSA-PSS", "2a864886f70d01010a", PSS_PARAMETERS),
    ED25519("Ed25519", 255, "Ed25519", "2b6570", new byte[0]),
    ED448("Ed448", 448, "Ed448", "2b6571", new byte[0]),
    DSA_SHA256("DSA", 2048, "SHA256withDSA", "608648016503040302", new byte[0]);

    private final String keyAlgorithm;
    private final int size;
    private final String algorithm;
    private final byte[] algorithmId;

    Kind(String keyAlgorithm, int size, String algorithm, String id, byte[] parameters) {
      this.keyAlgorithm = keyAlgorithm;
      this.size = size;
      this.algorithm = algorithm;
      algorithmId = tlv(0x30, tlv(0x06, hex(id)), parameters);
    }
  }

  public static Identity ec(byte[] subject) throws GeneralSecurityException {
    return create(Kind.EC_SHA256, subject);
  }

  public static Identity rsa(byte[] subject) throws GeneralSecurityException {
    return create(Kind.RSA_SHA256, subject);
  }

  /** A subject: each part is the set of what {@link #commonName} and the others give. */
  public static byte[] subject(byte[]... relativeNames) {
    return tlv(0x30, concat(relativeNames));
  }

  public static byte[] relativeName(byte[]... attributes) {
    return tlv(0x31, concat(attributes));
  }

  public static byte[] commonName(int tag, byte[] value) {
    return attribute(COMMON_NAME, tag, value);
  }

  public static byte[] commonName(String name) {
    return commonName(UTF8, name.getBytes(StandardCharsets.UTF_8));
  }

  public static byte[] organization(String name) {
    return attribute(ORGANIZATION, UTF8, name.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] attribute(byte[] id, int tag, byte[] value) {
    return tlv(0x30, tlv(0x06, id), tlv(tag, value));
  }

  public static Identity create(Kind kind, byte[] subject) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(kind.keyAlgorithm);
    generator.initialize(kind.size);
    KeyPair keys = generator.generateKeyPair();
    byte[] validity = tlv(0x30, tlv(0x17, text("200101000000Z")), tlv(0x17, text("491231235959Z")));
    byte[] content =
        tlv(
            0x30,
            tlv(0x02, hex("01")),
            kind.algorithmId,
            subject,
            validity,
            subject,
            keys.getPublic().getEncoded());
    Signature signature = Signature.getInstance(kind.algorithm);
    if (kind.algorithm.equals("RSASSA-PSS")) {
      signature.setParameter(
          new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
    }
    signature.initSign(keys.getPrivate());
    signature.update(content);
    byte[] der = tlv(0x30, content, kind.algorithmId, tlv(0x03, hex("00"), signature.sign()));
    return new Identity(
        keys.getPrivate(),
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der)));
  }

  /** An element of DER. */
  public static byte[] tlv(int tag, byte[]... parts) {
    byte[] content = concat(parts);
    int length = content.length;
    byte[] head;
    if (length < 0x80) {
      head = new byte[] {(byte) tag, (byte) length};
    } else if (length < 0x100) {
      head = new byte[] {(byte) tag, (byte) 0x81, (byte) length};
    } else {
      head = new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
    }
    return concat(head, content);
  }
}
