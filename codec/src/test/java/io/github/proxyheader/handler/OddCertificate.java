/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import java.math.BigInteger;
import java.security.Principal;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** A certificate of another provider, which has its own names and may keep no encoding. */
final class OddCertificate extends X509Certificate {
  private final String signatureId;
  private final String signatureName;
  private final @Nullable PublicKey key;
  private final byte @Nullable [] encoding;

  OddCertificate(String signatureId, String signatureName, @Nullable PublicKey key) {
    this(signatureId, signatureName, key, null);
  }

  OddCertificate(byte @Nullable [] encoding) {
    this("1.2", "x", null, encoding);
  }

  private OddCertificate(
      String signatureId,
      String signatureName,
      @Nullable PublicKey key,
      byte @Nullable [] encoding) {
    this.signatureId = signatureId;
    this.signatureName = signatureName;
    this.key = key;
    this.encoding = encoding;
  }

  @Override
  public X500Principal getSubjectX500Principal() {
    return new X500Principal("CN=odd");
  }

  @Override
  public byte[] getEncoded() throws CertificateEncodingException {
    if (encoding == null) {
      throw new CertificateEncodingException();
    }
    return encoding;
  }

  @Override
  public String getSigAlgName() {
    return signatureName;
  }

  @Override
  public @Nullable PublicKey getPublicKey() {
    return key;
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
    return signatureId;
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
