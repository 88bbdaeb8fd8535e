/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.config;

import io.github.proxyheader.protocol.ProxyVersion;
import java.net.InetSocketAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where connections go.
 *
 * @param address the address, resolved
 * @param proxyProtocol the version of the header that is sent, or {@code null}: none
 * @param tlvs what a version 2 header tells beyond addresses
 * @param tls how TLS is spoken to the target, behind the header, or {@code null}: not at all
 */
public record TargetConfig(
    InetSocketAddress address,
    @Nullable ProxyVersion proxyProtocol,
    Set<HeaderTlv> tlvs,
    @Nullable TargetTlsConfig tls) {

  /** What a header can tell beyond addresses. */
  public enum HeaderTlv {
    /** The vectors of the header that was received. */
    RECEIVED,
    /** The facts of the TLS connection that was terminated: SSL, ALPN and AUTHORITY vectors. */
    TLS,
    /** A unique id, that of the received header where there is one. */
    UNIQUE_ID,
    /** A checksum. */
    CRC32C
  }

  /** Copies the set. */
  public TargetConfig {
    tlvs = Set.copyOf(tlvs);
  }
}
