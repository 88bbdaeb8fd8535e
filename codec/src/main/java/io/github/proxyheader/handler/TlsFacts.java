/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.tlv.SslInfo;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.Attribute;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Adds vectors that describe the TLS connection of an accepted channel. All names are those that
 * HAProxy and hitch use; see {@link OpenSslNames}.
 *
 * <p>A client chooses its server name and, within limits, its certificate. A value of these that a
 * vector cannot carry is left out, and is never an error.
 *
 * <p>Thread-safe.
 */
final class TlsFacts {
  /** The result if no certificate was verified: any number except 0 (R50). */
  private static final int NOT_VERIFIED = 1;

  /** The length of the two fields in front of the sub-vectors of SSL. */
  private static final int SSL_FIXED_PART = 5;

  /** The length of the type and the length in front of a sub-vector's value. */
  private static final int VECTOR_HEADER = 3;

  /** A DNS name has at most 255 characters, and HAProxy refuses a longer AUTHORITY. */
  private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9._-]{1,255}");

  /** Keeps the facts for all sources of a channel, and for the time after it was closed. */
  private static final AttributeKey<TlsFacts> KEY = AttributeKey.valueOf(TlsFacts.class, "KEY");

  private final SslHandler handler;

  /** Whether the session is known to have begun with this connection. */
  private volatile boolean newSession;

  private TlsFacts(SslHandler handler) {
    this.handler = handler;
    remember();
  }

  /**
   * Returns the facts of the TLS connection that a channel, or else one of its parents, belongs to;
   * null if none of them has, or had in an earlier call, an {@link SslHandler}.
   */
  static @Nullable TlsFacts of(Channel channel) {
    for (Channel at = channel; at != null; at = at.parent()) {
      Attribute<TlsFacts> attribute = at.attr(KEY);
      TlsFacts known = attribute.get();
      SslHandler handler = at.pipeline().get(SslHandler.class);
      if (handler != null && (known == null || known.handler != handler)) {
        known = new TlsFacts(handler);
        attribute.set(known);
      }
      if (known != null) {
        return known;
      }
    }
    return null;
  }

  /**
   * Asks, as soon as the handshake is done, for what an engine for OpenSSL can tell only until it
   * is shut down. The session keeps the server name itself once it was asked for it.
   */
  private void remember() {
    Future<Channel> handshake = handler.handshakeFuture();
    if (!handshake.isDone()) {
      handshake.addListener(done -> remember());
    } else if (handshake.isSuccess()) {
      serverName(handler.engine().getSession());
      isNewSession();
    }
  }

  private boolean isNewSession() {
    if (!newSession && OpenSslSessions.isNew(handler.engine())) {
      newSession = true;
    }
    return newSession;
  }

  /** Returns whether the handshake has succeeded, so that {@link #addTo} may be called. */
  boolean areKnown() {
    return handler.handshakeFuture().isSuccess();
  }

  /** Adds ALPN and AUTHORITY, if the client has sent them, and SSL. */
  void addTo(Tlvs.Builder vectors, RelayOptions options) {
    String protocol = applicationProtocol(handler);
    if (protocol != null && !protocol.isEmpty()) {
      // The JDK's engine gives each byte of the protocol's name as one character.
      vectors.alpn(protocol.getBytes(StandardCharsets.ISO_8859_1));
    }
    SSLEngine engine = handler.engine();
    addSession(vectors, engine.getSession(), isNewSession(), options);
  }

  private static @Nullable String applicationProtocol(SslHandler handler) {
    String protocol = handler.applicationProtocol();
    if (protocol != null) {
      return protocol;
    }
    try {
      return handler.engine().getApplicationProtocol(); // for engines that are not Netty's
    } catch (UnsupportedOperationException e) {
      return null;
    }
  }

  /**
   * Adds AUTHORITY and SSL.
   *
   * @param newSession whether the session is known to have begun with this connection
   */
  static void addSession(
      Tlvs.Builder vectors, SSLSession session, boolean newSession, RelayOptions options) {
    String serverName = serverName(session);
    if (serverName != null) {
      vectors.authority(serverName);
    }
    vectors.ssl(info(session, newSession, options));
  }

  private static @Nullable String serverName(SSLSession session) {
    if (session instanceof ExtendedSSLSession extended) {
      for (SNIServerName name : requestedServerNames(extended)) {
        if (name instanceof SNIHostName host && HOST_NAME.matcher(host.getAsciiName()).matches()) {
          return host.getAsciiName();
        }
      }
    }
    return null;
  }

  private static List<SNIServerName> requestedServerNames(ExtendedSSLSession session) {
    try {
      return session.getRequestedServerNames();
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      return List.of(); // the engine cannot tell, or cannot read what the client has sent
    }
  }

  private static SslInfo info(SSLSession session, boolean newSession, RelayOptions options) {
    SslInfo.Builder info = SslInfo.builder().verifyResult(NOT_VERIFIED);
    info.version(session.getProtocol());
    info.cipher(OpenSslNames.cipher(session.getCipherSuite()));
    Certificate[] own = session.getLocalCertificates();
    if (own != null && own.length > 0 && own[0] instanceof X509Certificate certificate) {
      info.signatureAlgorithm(OpenSslNames.signature(certificate));
      String key = OpenSslNames.key(certificate.getPublicKey());
      if (key != null) {
        info.keyAlgorithm(key);
      }
    }
    X509Certificate client = clientCertificate(session);
    if (client != null) {
      info.certInSession(true).certOnConnection(newSession).verifyResult(0);
      String name = commonName(client);
      if (name != null) {
        info.commonName(name);
      }
      if (options.clientCertificate()) {
        addEncoded(info, client, options);
      }
    }
    return info.build();
  }

  private static @Nullable X509Certificate clientCertificate(SSLSession session) {
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate client ? client : null;
    } catch (SSLPeerUnverifiedException e) {
      return null; // the client has shown no certificate
    }
  }

  /** Returns the common name; null if it is empty or has characters that SSL cannot carry. */
  private static @Nullable String commonName(X509Certificate client) {
    try {
      String name = CommonName.of(client.getSubjectX500Principal());
      if (name == null || name.isEmpty()) {
        return null;
      }
      SslInfo.builder().commonName(name).build();
      return name;
    } catch (IllegalArgumentException | IllegalStateException e) {
      return null; // SSL cannot carry it, or OpenSSL can read the certificate but Java cannot
    }
  }

  private static void addEncoded(
      SslInfo.Builder info, X509Certificate client, RelayOptions options) {
    byte[] encoded;
    try {
      encoded = client.getEncoded();
    } catch (CertificateEncodingException e) {
      return; // a certificate of a provider that does not keep the encoding that it was read from
    }
    int others = SSL_FIXED_PART + info.build().vectors().wireLength();
    int length = others + VECTOR_HEADER + encoded.length;
    if (length <= SizeWarning.ONE_VECTOR || options.longClientCertificate()) {
      info.clientCertificate(encoded);
    } else {
      options.sizeWarning().certificateLeftOut(length);
    }
  }
}
