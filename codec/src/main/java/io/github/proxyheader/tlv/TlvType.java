/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.tlv;

import java.util.Locale;

/**
 * The types of {@link Tlv} vectors: those that section 2.2 of the protocol text registers, and some
 * that vendors use.
 *
 * <p>The types 0xE0 to 0xEF belong to applications (rule R53). Vendors choose them without asking
 * one another, so that {@link #GCP}, {@link #ALIBABA}, {@link #AWS} and {@link #AZURE} mean what
 * their names say only behind that vendor's load balancer.
 */
public final class TlvType {
  /** The application protocol of the connection, in bytes as RFC 7301 has them. */
  public static final int ALPN = 0x01;

  /** The host name that the client asked for, as in TLS's server name indication; UTF-8. */
  public static final int AUTHORITY = 0x02;

  /** The checksum of the whole header, 4 bytes, big-endian. */
  public static final int CRC32C = 0x03;

  /** Padding, which receivers ignore. */
  public static final int NOOP = 0x04;

  /** An opaque identifier of the connection, at most 128 bytes. */
  public static final int UNIQUE_ID = 0x05;

  /** The client's TLS connection: a bit field, the verify result and sub-vectors. */
  public static final int SSL = 0x20;

  /** Inside {@link #SSL}: the version of TLS, US-ASCII. */
  public static final int SSL_VERSION = 0x21;

  /** Inside {@link #SSL}: the common name of the client certificate's subject, UTF-8. */
  public static final int SSL_CN = 0x22;

  /** Inside {@link #SSL}: the cipher, US-ASCII. */
  public static final int SSL_CIPHER = 0x23;

  /** Inside {@link #SSL}: the algorithm that signed the frontend's certificate, US-ASCII. */
  public static final int SSL_SIG_ALG = 0x24;

  /** Inside {@link #SSL}: the algorithm of the key of the frontend's certificate, US-ASCII. */
  public static final int SSL_KEY_ALG = 0x25;

  /** Inside {@link #SSL}: the key exchange group, US-ASCII. */
  public static final int SSL_GROUP = 0x26;

  /** Inside {@link #SSL}: the signature scheme of the handshake, US-ASCII. */
  public static final int SSL_SIG_SCHEME = 0x27;

  /** Inside {@link #SSL}: the client's certificate, DER. */
  public static final int SSL_CLIENT_CERT = 0x28;

  /** The name of the network namespace, US-ASCII. */
  public static final int NETNS = 0x30;

  /**
   * The SPIFFE identity of the client, a URI in UTF-8, as agentgateway sends it. The protocol text
   * does not assign this type: it lies outside the range that belongs to the applications.
   */
  public static final int SPIFFE = 0xD0;

  /** Google Cloud's Private Service Connect: the connection's id. */
  public static final int GCP = 0xE0;

  /**
   * Alibaba Cloud's Network Load Balancer: a sub-type and its value. Sub-type 1 is the id of the
   * VPC, 2 that of the endpoint, 3 that of the endpoint service.
   */
  public static final int ALIBABA = 0xE1;

  /** Amazon Web Services' Network Load Balancer: a sub-type and its value. */
  public static final int AWS = 0xEA;

  /** Azure's Private Link: a sub-type and its value. */
  public static final int AZURE = 0xEE;

  private TlvType() {}

  /**
   * Returns the name of the constant of this class for a type. If there is none, the type is
   * returned in hexadecimal digits, such as {@code "0xF0"}.
   *
   * @param type 0 to 255
   * @throws IllegalArgumentException if {@code type} is not within 0 to 255
   */
  public static String name(int type) {
    return switch (check(type)) {
      case ALPN -> "ALPN";
      case AUTHORITY -> "AUTHORITY";
      case CRC32C -> "CRC32C";
      case NOOP -> "NOOP";
      case UNIQUE_ID -> "UNIQUE_ID";
      case SSL -> "SSL";
      case SSL_VERSION -> "SSL_VERSION";
      case SSL_CN -> "SSL_CN";
      case SSL_CIPHER -> "SSL_CIPHER";
      case SSL_SIG_ALG -> "SSL_SIG_ALG";
      case SSL_KEY_ALG -> "SSL_KEY_ALG";
      case SSL_GROUP -> "SSL_GROUP";
      case SSL_SIG_SCHEME -> "SSL_SIG_SCHEME";
      case SSL_CLIENT_CERT -> "SSL_CLIENT_CERT";
      case NETNS -> "NETNS";
      case SPIFFE -> "SPIFFE";
      case GCP -> "GCP";
      case ALIBABA -> "ALIBABA";
      case AWS -> "AWS";
      case AZURE -> "AZURE";
      default -> String.format(Locale.ROOT, "0x%02X", type);
    };
  }

  /** Returns the type if it is one byte, and throws an exception otherwise. */
  static int check(int type) {
    return check("type", type);
  }

  static int check(String name, int type) {
    if (type < 0 || type > 0xFF) {
      throw new IllegalArgumentException(name + ": " + type + " (expected: 0 to 255)");
    }
    return type;
  }
}
