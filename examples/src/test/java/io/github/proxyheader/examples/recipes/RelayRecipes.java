/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.recipes;

import io.github.proxyheader.handler.ProxyHeaderSource;
import io.github.proxyheader.handler.RelayOptions;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.tlv.TlvType;
import io.netty.channel.Channel;

/** The samples on what is relayed. */
final class RelayRecipes {
  private RelayRecipes() {}

  static ProxyHeaderSource version1(Channel accepted) {
    RelayOptions options = RelayOptions.builder().version(ProxyVersion.V1).build();
    ProxyHeaderSource source = ProxyHeaderSource.onBehalfOf(accepted, options);
    return source;
  }

  static RelayOptions all() {
    RelayOptions options =
        RelayOptions.builder()
            .relayTlvs(TlvType.NETNS, TlvType.AWS)
            .tlsFacts(true)
            .uniqueId()
            .checksum(true)
            .build();
    return options;
  }

  static RelayOptions longCertificates() {
    RelayOptions options =
        RelayOptions.builder()
            .tlsFacts(true)
            .clientCertificate(true)
            .longClientCertificate(true) // also those that HAProxy refuses
            .build();
    return options;
  }
}
