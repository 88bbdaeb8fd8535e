/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.frameworks;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.InternalProtocolNegotiator.ProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;

/** gRPC with TLS, which the server ends itself behind the header. */
class GrpcTlsTest extends GrpcTest {
  private final X509Bundle certificate = certificate();

  private static X509Bundle certificate() {
    try {
      return new CertificateBuilder()
          .subject("CN=localhost")
          .addSanDnsName("localhost")
          .setIsCertificateAuthority(true)
          .buildSelfSigned();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  ProtocolNegotiator negotiator() throws Exception {
    return InternalProtocolNegotiators.serverTls(
        GrpcSslContexts.configure(
                SslContextBuilder.forServer(
                    certificate.getKeyPair().getPrivate(), certificate.getCertificatePath()))
            .build());
  }

  @Override
  NettyChannelBuilder client(NettyChannelBuilder client) throws Exception {
    return client
        .overrideAuthority("localhost")
        .sslContext(GrpcSslContexts.forClient().trustManager(certificate.getCertificate()).build());
  }
}
