/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How TLS is terminated.
 *
 * @param certificate the chain, PEM
 * @param key the private key, PEM (PKCS #8)
 * @param clientCa certificates that clients' certificates are verified with, PEM, or {@code null}:
 *     no client is asked for one
 * @param clientRequired whether a client without a certificate is refused
 * @param handshakeTimeout how long to wait for the end of a handshake
 * @param alpn the application protocols, best first; empty: none is negotiated
 * @param names other certificates, by the name that the client asks for
 */
public record TlsConfig(
    Path certificate,
    Path key,
    @Nullable Path clientCa,
    boolean clientRequired,
    Duration handshakeTimeout,
    List<String> alpn,
    List<NameConfig> names) {

  /**
   * A certificate for a name.
   *
   * @param name a host name, or {@code *.} and a domain
   */
  public record NameConfig(String name, Path certificate, Path key) {}

  /** Copies the lists. */
  public TlsConfig {
    alpn = List.copyOf(alpn);
    names = List.copyOf(names);
  }
}
