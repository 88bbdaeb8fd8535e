/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.tlv.SslInfo;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.channel.Channel;
import io.netty.handler.ssl.CipherSuiteConverter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What a finished TLS handshake tells of the client, as vectors. Everything is named as HAProxy and
 * hitch name it, that is as OpenSSL does: receivers compare these texts.
 *
 * <p>A client chooses its server name and, within limits, its certificate: what of these cannot be
 * written as it is goes without saying, and never fails.
 */
final class TlsFacts {
  /** Any number but zero: no certificate was verified (R50). */
  private static final int NOT_VERIFIED = 1;

  /** The longest name of DNS; HAProxy refuses a longer AUTHORITY. */
  private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9._-]{1,255}");

  private static final Pattern JDK_SIGNATURE = Pattern.compile("(\\w+)with(RSA|ECDSA)");

  private TlsFacts() {}

  /** The handler of the connection that a channel is, or is a child of; null if there is none. */
  static @Nullable SslHandler handlerOf(Channel channel) {
    for (Channel at = channel; at != null; at = at.parent()) {
      SslHandler handler = at.pipeline().get(SslHandler.class);
      if (handler != null) {
        return handler;
      }
    }
    return null;
  }

  /**
   * Asks for the server name as soon as the handshake is done. OpenSSL's session knows it as long
   * as its engine is open, and afterwards only if it was asked before.
   */
  static void rememberServerName(SslHandler handler) {
    Future<Channel> handshake = handler.handshakeFuture();
    if (!handshake.isDone()) {
      handshake.addListener(done -> rememberServerName(handler));
    } else if (handshake.isSuccess()) {
      serverName(handler.engine().getSession());
    }
  }

  /**
   * Adds ALPN, AUTHORITY and SSL; callable from any thread when the handshake is done.
   *
   * @param clientCertificate whether the client's certificate goes into SSL
   */
  static void addTo(Tlvs.Builder vectors, SslHandler handler, boolean clientCertificate) {
    String protocol = applicationProtocol(handler);
    if (protocol != null && !protocol.isEmpty()) {
      // Each character is a byte, as the JDK's engine has it.
      vectors.alpn(protocol.getBytes(StandardCharsets.ISO_8859_1));
    }
    addSession(vectors, handler.engine().getSession(), clientCertificate);
  }

  private static @Nullable String applicationProtocol(SslHandler handler) {
    String protocol = handler.applicationProtocol();
    if (protocol != null) {
      return protocol;
    }
    try {
      return handler.engine().getApplicationProtocol(); // no engine of Netty's
    } catch (UnsupportedOperationException e) {
      return null;
    }
  }

  static void addSession(Tlvs.Builder vectors, SSLSession session, boolean clientCertificate) {
    String serverName = serverName(session);
    if (serverName != null) {
      vectors.authority(serverName);
    }
    vectors.ssl(info(session, clientCertificate));
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
      return List.of(); // an engine that cannot tell; one that chokes on what the client sent
    }
  }

  private static SslInfo info(SSLSession session, boolean clientCertificate) {
    SslInfo.Builder info = SslInfo.builder().verifyResult(NOT_VERIFIED);
    info.version(session.getProtocol());
    info.cipher(cipher(session.getCipherSuite()));
    Certificate[] own = session.getLocalCertificates();
    if (own != null && own.length > 0 && own[0] instanceof X509Certificate certificate) {
      info.signatureAlgorithm(signatureAlgorithm(certificate.getSigAlgName()));
      info.keyAlgorithm(keyAlgorithm(certificate.getPublicKey()));
    }
    X509Certificate client = clientCertificate(session);
    if (client != null) {
      // Whether it came on this connection or on one before nothing tells, so that no bit says it.
      info.certInSession(true).verifyResult(0);
      String name = commonName(client);
      if (name != null) {
        info.commonName(name);
      }
      if (clientCertificate) {
        addEncoded(info, client);
      }
    }
    return info.build();
  }

  private static String cipher(String name) {
    String known = CipherSuiteConverter.toOpenSsl(name, false);
    return known == null ? name : known;
  }

  private static String signatureAlgorithm(String name) {
    Matcher jdk = JDK_SIGNATURE.matcher(name);
    if (!jdk.matches()) {
      return name;
    }
    return jdk.group(2).equals("RSA") ? "RSA-" + jdk.group(1) : "ecdsa-with-" + jdk.group(1);
  }

  private static String keyAlgorithm(PublicKey key) {
    if (key instanceof RSAKey rsa) {
      return "RSA" + rsa.getModulus().bitLength();
    }
    if (key instanceof ECKey ec) {
      return "EC" + ec.getParams().getCurve().getField().getFieldSize();
    }
    return key.getAlgorithm();
  }

  private static @Nullable X509Certificate clientCertificate(SSLSession session) {
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate client ? client : null;
    } catch (SSLPeerUnverifiedException e) {
      return null; // none was shown
    }
  }

  /** The name if it is one that SSL can carry: without control characters, not empty. */
  private static @Nullable String commonName(X509Certificate client) {
    try {
      String name = CommonName.of(client.getSubjectX500Principal());
      if (name == null || name.isEmpty()) {
        return null;
      }
      SslInfo.builder().commonName(name).build();
      return name;
    } catch (IllegalArgumentException | IllegalStateException e) {
      return null; // unfit, or in a certificate that OpenSSL could read and Java cannot
    }
  }

  private static void addEncoded(SslInfo.Builder info, X509Certificate client) {
    try {
      info.clientCertificate(client.getEncoded());
    } catch (CertificateEncodingException e) {
      // It came in that encoding; if it is not kept there is nothing to send.
    }
  }
}
