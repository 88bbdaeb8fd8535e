/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.tlv;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the sender tells of the client's TLS connection: the value of {@link TlvType#SSL} (rules R50
 * and R51). Immutable.
 *
 * <p>Sub-vectors nest one level only (rule R57); a text whose bytes are malformed is empty, as in
 * {@link Tlvs}.
 */
public final class SslInfo {
  private static final int CLIENT_SSL = 0x01;
  private static final int CLIENT_CERT_CONN = 0x02;
  private static final int CLIENT_CERT_SESS = 0x04;

  /** The bit field and the verify result in front of the sub-vectors. */
  private static final int FIXED_PART = 5;

  private final byte client;
  private final int verify;
  private final Tlvs vectors;

  private SslInfo(byte client, int verify, Tlvs vectors) {
    this.client = client;
    this.verify = verify;
    this.vectors = vectors;
  }

  static Optional<SslInfo> parse(byte[] value) {
    if (value.length < FIXED_PART) {
      return Optional.empty();
    }
    Tlvs vectors = Tlvs.readFrom(value, FIXED_PART);
    return vectors == null
        ? Optional.empty()
        : Optional.of(new SslInfo(value[0], Tlvs.intAt(value, 1), vectors));
  }

  /** Returns a builder: TLS is on, no certificate was shown, the verify result is 0. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns whether the client came over TLS. */
  public boolean overSsl() {
    return (client & CLIENT_SSL) != 0;
  }

  /** Returns whether the client showed a certificate on this very connection. */
  public boolean certOnConnection() {
    return (client & CLIENT_CERT_CONN) != 0;
  }

  /** Returns whether the client showed a certificate in this TLS session, perhaps before. */
  public boolean certInSession() {
    return (client & CLIENT_CERT_SESS) != 0;
  }

  /**
   * Returns whether the client showed a certificate and the sender found it valid. The verify
   * result alone does not tell: HAProxy and hitch send 0 or 1 without any certificate.
   */
  public boolean verified() {
    return verify == 0 && (client & (CLIENT_CERT_CONN | CLIENT_CERT_SESS)) != 0;
  }

  /**
   * Returns the result of the certificate's verification, an unsigned number of the sender's TLS
   * library; 0 is success or no certificate, see {@link #verified()}.
   */
  public int verifyResult() {
    return verify;
  }

  /** Returns the version of TLS, such as {@code TLSv1.3}. */
  public Optional<String> version() {
    return vectors.first(TlvType.SSL_VERSION).map(Tlv::value).flatMap(Text::ascii);
  }

  /** Returns the common name of the client certificate's subject. */
  public Optional<String> commonName() {
    return vectors.first(TlvType.SSL_CN).map(Tlv::value).flatMap(Text::utf8);
  }

  /** Returns the cipher, such as {@code TLS_AES_256_GCM_SHA384}. */
  public Optional<String> cipher() {
    return vectors.first(TlvType.SSL_CIPHER).map(Tlv::value).flatMap(Text::ascii);
  }

  /** Returns the algorithm that signed the frontend's certificate, such as {@code SHA256}. */
  public Optional<String> signatureAlgorithm() {
    return vectors.first(TlvType.SSL_SIG_ALG).map(Tlv::value).flatMap(Text::ascii);
  }

  /** Returns the algorithm of the frontend certificate's key, such as {@code RSA2048}. */
  public Optional<String> keyAlgorithm() {
    return vectors.first(TlvType.SSL_KEY_ALG).map(Tlv::value).flatMap(Text::ascii);
  }

  /** Returns the key exchange group, such as {@code secp256r1}. */
  public Optional<String> group() {
    return vectors.first(TlvType.SSL_GROUP).map(Tlv::value).flatMap(Text::ascii);
  }

  /** Returns the signature scheme, such as {@code rsa_pss_rsae_sha256}. */
  public Optional<String> signatureScheme() {
    return vectors.first(TlvType.SSL_SIG_SCHEME).map(Tlv::value).flatMap(Text::ascii);
  }

  /** Returns the client's certificate as the sender wrote it: DER, not parsed or checked here. */
  public Optional<byte[]> clientCertificate() {
    return vectors.first(TlvType.SSL_CLIENT_CERT).map(Tlv::value);
  }

  /** Returns all sub-vectors in wire order, unknown ones included. */
  public Tlvs vectors() {
    return vectors;
  }

  byte[] toBytes() {
    byte[] value = Arrays.copyOf(new byte[] {client}, FIXED_PART + vectors.wireLength());
    for (int i = 0; i < Integer.BYTES; i++) {
      value[1 + i] = (byte) (verify >> 8 * (Integer.BYTES - 1 - i));
    }
    System.arraycopy(vectors.toBytes(), 0, value, FIXED_PART, vectors.wireLength());
    return value;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof SslInfo other
        && client == other.client
        && verify == other.verify
        && vectors.equals(other.vectors);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * client + verify) + vectors.hashCode();
  }

  @Override
  public String toString() {
    return "SslInfo{overSsl="
        + overSsl()
        + ", certOnConnection="
        + certOnConnection()
        + ", certInSession="
        + certInSession()
        + ", verifyResult="
        + Integer.toUnsignedString(verify)
        + ", vectors="
        + vectors
        + '}';
  }

  /** Builds an {@link SslInfo}; not safe for use by several threads at once. */
  public static final class Builder {
    private int client = CLIENT_SSL;
    private int verify;
    private @Nullable String version;
    private @Nullable String commonName;
    private @Nullable String cipher;
    private @Nullable String signatureAlgorithm;
    private @Nullable String keyAlgorithm;
    private @Nullable String group;
    private @Nullable String signatureScheme;
    private byte @Nullable [] clientCertificate;

    private Builder() {}

    /** Sets whether the client came over TLS (default: true). */
    public Builder overSsl(boolean overSsl) {
      return bit(CLIENT_SSL, overSsl);
    }

    /** Sets whether the client showed a certificate on this connection (default: false). */
    public Builder certOnConnection(boolean certOnConnection) {
      return bit(CLIENT_CERT_CONN, certOnConnection);
    }

    /** Sets whether the client showed a certificate in this TLS session (default: false). */
    public Builder certInSession(boolean certInSession) {
      return bit(CLIENT_CERT_SESS, certInSession);
    }

    /** Sets the result of the verification as an unsigned number, 0 for success (default: 0). */
    public Builder verifyResult(int verifyResult) {
      this.verify = verifyResult;
      return this;
    }

    /** Sets the version of TLS; the protocol text wants it whenever the client came over TLS. */
    public Builder version(String version) {
      this.version = Objects.requireNonNull(version, "version");
      return this;
    }

    /** Sets the common name of the client certificate's subject. */
    public Builder commonName(String commonName) {
      this.commonName = Objects.requireNonNull(commonName, "commonName");
      return this;
    }

    /** Sets the cipher. */
    public Builder cipher(String cipher) {
      this.cipher = Objects.requireNonNull(cipher, "cipher");
      return this;
    }

    /** Sets the algorithm that signed the frontend's certificate. */
    public Builder signatureAlgorithm(String signatureAlgorithm) {
      this.signatureAlgorithm = Objects.requireNonNull(signatureAlgorithm, "signatureAlgorithm");
      return this;
    }

    /** Sets the algorithm of the frontend certificate's key. */
    public Builder keyAlgorithm(String keyAlgorithm) {
      this.keyAlgorithm = Objects.requireNonNull(keyAlgorithm, "keyAlgorithm");
      return this;
    }

    /** Sets the key exchange group. */
    public Builder group(String group) {
      this.group = Objects.requireNonNull(group, "group");
      return this;
    }

    /** Sets the signature scheme. */
    public Builder signatureScheme(String signatureScheme) {
      this.signatureScheme = Objects.requireNonNull(signatureScheme, "signatureScheme");
      return this;
    }

    /** Sets the client's certificate, DER; copied. */
    public Builder clientCertificate(byte[] der) {
      this.clientCertificate = Objects.requireNonNull(der, "clientCertificate").clone();
      return this;
    }

    /**
     * Returns the value, its sub-vectors in the order of their types.
     *
     * @throws IllegalArgumentException if a text holds a control character or one that its encoding
     *     has not (UTF-8 for the common name, US-ASCII for the others), or a value is too long
     */
    public SslInfo build() {
      Tlvs.Builder vectors = Tlvs.builder();
      ascii(vectors, TlvType.SSL_VERSION, "version", version);
      if (commonName != null) {
        vectors.add(TlvType.SSL_CN, Text.encodeUtf8("commonName", commonName));
      }
      ascii(vectors, TlvType.SSL_CIPHER, "cipher", cipher);
      ascii(vectors, TlvType.SSL_SIG_ALG, "signatureAlgorithm", signatureAlgorithm);
      ascii(vectors, TlvType.SSL_KEY_ALG, "keyAlgorithm", keyAlgorithm);
      ascii(vectors, TlvType.SSL_GROUP, "group", group);
      ascii(vectors, TlvType.SSL_SIG_SCHEME, "signatureScheme", signatureScheme);
      if (clientCertificate != null) {
        vectors.add(TlvType.SSL_CLIENT_CERT, clientCertificate);
      }
      return new SslInfo((byte) client, verify, vectors.build());
    }

    private static void ascii(Tlvs.Builder vectors, int type, String name, @Nullable String text) {
      if (text != null) {
        vectors.add(type, Text.encodeAscii(name, text));
      }
    }

    private Builder bit(int bit, boolean on) {
      client = on ? client | bit : client & ~bit;
      return this;
    }
  }
}
