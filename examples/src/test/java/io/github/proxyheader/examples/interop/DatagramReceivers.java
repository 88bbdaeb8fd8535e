/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import java.util.List;

/** The servers of DNS that receive headers over UDP. */
final class DatagramReceivers {
  private DatagramReceivers() {}

  static List<Program> all() {
    return List.of(
        DnsReceivers.DNSDIST.titled("dnsdist, UDP"),
        DnsReceivers.RECURSOR.titled("PowerDNS Recursor, UDP"),
        DnsReceivers.AUTHORITATIVE.titled("PowerDNS Authoritative, UDP"),
        DnsReceivers.KRESD.titled("Knot Resolver, UDP"),
        DnsReceivers.UNBOUND.titled("Unbound, UDP"),
        DnsReceivers.KNOT.titled("Knot DNS, UDP"));
  }
}
