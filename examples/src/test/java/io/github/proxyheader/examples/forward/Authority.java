/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.examples.forward.config.TlsConfig;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** A certificate authority of a test, and the files that a forwarder reads. */
final class Authority {
  private final Path directory;
  private final X509Bundle root;

  private Authority(Path directory, X509Bundle root) {
    this.directory = directory;
    this.root = root;
  }

  static Authority in(Path directory) throws Exception {
    return new Authority(
        directory,
        new CertificateBuilder()
            .ecp256()
            .subject("CN=test authority")
            .setIsCertificateAuthority(true)
            .buildSelfSigned());
  }

  /** A certificate for a host name and 127.0.0.1. */
  X509Bundle issue(String name) throws Exception {
    return new CertificateBuilder()
        .ecp256()
        .subject("CN=" + name)
        .addSanDnsName(name)
        .addSanIpAddress("127.0.0.1")
        .buildIssuedBy(root);
  }

  Path file() throws Exception {
    return Files.writeString(directory.resolve("ca.pem"), root.getRootCertificatePEM());
  }

  Path certificateFile(String file, X509Bundle bundle) throws Exception {
    return Files.writeString(directory.resolve(file + ".pem"), bundle.getCertificatePathPEM());
  }

  Path keyFile(String file, X509Bundle bundle) throws Exception {
    return Files.writeString(directory.resolve(file + ".key"), bundle.getPrivateKeyPEM());
  }

  /** Writes the files of a server, and returns what a rule says of them. */
  TlsConfig server(X509Bundle bundle, String... alpn) throws Exception {
    return new TlsConfig(
        certificateFile("server", bundle),
        keyFile("server", bundle),
        null,
        false,
        Duration.ofSeconds(10),
        List.of(alpn),
        List.of());
  }

  /** A context that trusts this authority. */
  SSLContext context(@Nullable X509Bundle own) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    KeyManagerFactory keys = null;
    if (own != null) {
      char[] password = "changeit".toCharArray();
      KeyStore store = own.toKeyStore(password);
      keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, password);
    }
    context.init(
        keys == null ? null : keys.getKeyManagers(),
        new TrustManager[] {root.toTrustManager()},
        null);
    return context;
  }
}
