/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.tlv;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The client's TLS connection as the sender describes it: the value of a {@link TlvType#SSL} vector
 * (rules R50 and R51). Immutable.
 *
 * <p>Sub-vectors are read one level deep only (rule R57). If there are several of one type, the
 * first one counts (rule R56). A text whose bytes are malformed is given out as empty, as in {@link
 * Tlvs}.
 */
public final class SslInfo {
  private static final int CLIENT_SSL = 0x01;
  private static final int CLIENT_CERT_CONN = 0x02;
  private static final int CLIENT_CERT_SESS = 0x04;

  /** How many bytes the bit field and the verify result take in front of the sub-vectors. */
  private static final int FIXED_PART = 5;

  private final byte client;
  private final int verify;
  private final Tlvs vectors;

  private SslInfo(byte client, int verify, Tlvs vectors) {
    this.client = client;
    this.verify = verify;
    this.vectors = vectors;
  }

  /** Returns what the value of a vector says, or empty if it is too short or wrongly framed. */
  static Optional<SslInfo> parse(byte[] value) {
    if (value.length < FIXED_PART) {
      return Optional.empty();
    }
    ByteBuf in = Unpooled.wrappedBuffer(value);
    Tlvs vectors = Tlvs.read(in, FIXED_PART, value.length - FIXED_PART);
    return vectors == null
        ? Optional.empty()
        : Optional.of(new SslInfo(value[0], Framing.intAt(value, 1), vectors));
  }

  /**
   * Returns a builder without sub-vectors. It says that the client came over TLS and showed no
   * certificate, and its verify result is 0.
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns a builder that starts from this value. Everything that is not set anew stays as it is,
   * byte for byte and in the same order: sub-vectors of unknown types, several of one type, those
   * whose text is malformed, and bits of the client field that have no name here.
   */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Returns whether the client came over TLS. */
  public boolean overSsl() {
    return (client & CLIENT_SSL) != 0;
  }

  /** Returns whether the client showed a certificate on this connection. */
  public boolean certOnConnection() {
    return (client & CLIENT_CERT_CONN) != 0;
  }

  /**
   * Returns whether the client showed a certificate in this TLS session: on this connection, or on
   * an earlier one if the session was resumed.
   */
  public boolean certInSession() {
    return (client & CLIENT_CERT_SESS) != 0;
  }

  /**
   * Returns whether the client showed a certificate and the sender found it valid. The verify
   * result alone does not tell this, because HAProxy and hitch send 0 or 1 without any certificate.
   */
  public boolean verified() {
    return verify == 0 && (client & (CLIENT_CERT_CONN | CLIENT_CERT_SESS)) != 0;
  }

  /**
   * Returns the result of the certificate's verification, an unsigned number whose meaning is that
   * of the sender's TLS library. 0 means success, or that there was no certificate; {@link
   * #verified()} tells the two apart.
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

  /** Returns the algorithm that signed the frontend's certificate, such as {@code RSA-SHA256}. */
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

  /** Returns all sub-vectors in the order in which they are on the wire, unknown ones included. */
  public Tlvs vectors() {
    return vectors;
  }

  /** Returns the value of a vector that says what this value says. */
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

  /**
   * Builds an {@link SslInfo}; not safe for use by several threads at once.
   *
   * <p>A method that is named after a sub-vector sets that sub-vector. If there are some of its
   * type already, the new one takes the place of the first, and the others are removed: receivers
   * differ in which of several they believe. If there is none, the new one is put in front of the
   * first sub-vector of a higher type, or at the end. {@link #add} in contrast always puts a
   * further sub-vector at the end.
   */
  public static final class Builder {
    private final List<Tlv> vectors = new ArrayList<>();
    private int client;
    private int verify;

    private Builder() {
      client = CLIENT_SSL;
    }

    private Builder(SslInfo origin) {
      client = origin.client;
      verify = origin.verify;
      origin.vectors.forEach(vectors::add);
    }

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

    /**
     * Sets the version of TLS. The protocol text demands it if the client came over TLS.
     *
     * @throws IllegalArgumentException if the text is not US-ASCII without control characters, or
     *     has more than 65,535 bytes
     */
    public Builder version(String version) {
      return set(TlvType.SSL_VERSION, Text.encodeAscii("version", version));
    }

    /**
     * Sets the common name of the client certificate's subject.
     *
     * @throws IllegalArgumentException if the text holds a control character, a line separator or
     *     an unpaired surrogate, or has more than 65,535 bytes in UTF-8
     */
    public Builder commonName(String commonName) {
      return set(TlvType.SSL_CN, Text.encodeUtf8("commonName", commonName));
    }

    /**
     * Sets the cipher.
     *
     * @throws IllegalArgumentException as for {@link #version}
     */
    public Builder cipher(String cipher) {
      return set(TlvType.SSL_CIPHER, Text.encodeAscii("cipher", cipher));
    }

    /**
     * Sets the algorithm that signed the frontend's certificate, such as {@code RSA-SHA256}.
     *
     * @throws IllegalArgumentException as for {@link #version}
     */
    public Builder signatureAlgorithm(String signatureAlgorithm) {
      return set(TlvType.SSL_SIG_ALG, Text.encodeAscii("signatureAlgorithm", signatureAlgorithm));
    }

    /**
     * Sets the algorithm of the frontend certificate's key, such as {@code RSA2048}.
     *
     * @throws IllegalArgumentException as for {@link #version}
     */
    public Builder keyAlgorithm(String keyAlgorithm) {
      return set(TlvType.SSL_KEY_ALG, Text.encodeAscii("keyAlgorithm", keyAlgorithm));
    }

    /**
     * Sets the key exchange group, such as {@code secp256r1}.
     *
     * @throws IllegalArgumentException as for {@link #version}
     */
    public Builder group(String group) {
      return set(TlvType.SSL_GROUP, Text.encodeAscii("group", group));
    }

    /**
     * Sets the signature scheme, such as {@code rsa_pss_rsae_sha256}.
     *
     * @throws IllegalArgumentException as for {@link #version}
     */
    public Builder signatureScheme(String signatureScheme) {
      return set(TlvType.SSL_SIG_SCHEME, Text.encodeAscii("signatureScheme", signatureScheme));
    }

    /**
     * Sets the client's certificate.
     *
     * @param der the certificate in DER, at most 65,535 bytes; copied, but not parsed
     * @throws IllegalArgumentException if the certificate is too long
     */
    public Builder clientCertificate(byte[] der) {
      return set(TlvType.SSL_CLIENT_CERT, Objects.requireNonNull(der, "clientCertificate").clone());
    }

    /**
     * Adds a sub-vector behind those that are there, of any type and with any value. Of several
     * sub-vectors of one type, {@link SslInfo} shows the first (rule R56); {@link
     * SslInfo#vectors()} has them all.
     *
     * @param subType 0 to 255, see {@link TlvType}
     * @param value at most 65,535 bytes; copied
     * @throws IllegalArgumentException if the type is not within 0 to 255 or the value is too long
     */
    public Builder add(int subType, byte[] value) {
      TlvType.check("subType", subType);
      vectors.add(Tlv.of(subType, value));
      return this;
    }

    /** Returns the value. The builder can be used further. */
    public SslInfo build() {
      Tlvs.Builder all = Tlvs.builder();
      vectors.forEach(all::add);
      return new SslInfo((byte) client, verify, all.build());
    }

    private Builder set(int type, byte[] value) {
      Tlv vector = Tlv.ofOwned(type, Tlv.checkLength(value));
      int place = 0;
      while (place < vectors.size() && vectors.get(place).type() != type) {
        place++;
      }
      if (place == vectors.size()) {
        place = 0;
        while (place < vectors.size() && vectors.get(place).type() < type) {
          place++;
        }
      }
      vectors.removeIf(old -> old.type() == type);
      vectors.add(place, vector);
      return this;
    }

    private Builder bit(int bit, boolean on) {
      client = on ? client | bit : client & ~bit;
      return this;
    }
  }
}
