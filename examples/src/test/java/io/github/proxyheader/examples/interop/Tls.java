/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** A certificate for programs that terminate TLS, and one for their client. */
final class Tls {
  private final X509Bundle server;
  private final X509Bundle client;

  /** Makes the certificates and writes what programs read into a directory. */
  Tls(Path directory) throws Exception {
    server = selfSigned("www.example.org");
    client = selfSigned(Headers.COMMON_NAME);
    Files.writeString(
        directory.resolve("server.pem"),
        server.getCertificatePathPEM() + "\n" + server.getPrivateKeyPEM() + "\n");
    Files.writeString(directory.resolve("client-ca.pem"), client.getCertificatePathPEM() + "\n");
  }

  private static X509Bundle selfSigned(String name) throws Exception {
    return new CertificateBuilder()
        .rsa2048()
        .subject("CN=" + name)
        .addSanDnsName(name)
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
  }

  /** Returns a context that trusts the server, with or without the client's certificate. */
  SSLContext context(boolean withCertificate) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    char[] password = "changeit".toCharArray();
    KeyStore own = client.toKeyStore(password);
    keys.init(own, password);
    context.init(
        withCertificate ? keys.getKeyManagers() : null,
        new TrustManager[] {server.toTrustManager()},
        null);
    return context;
  }
}
