/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import java.util.List;

/** The servers of DNS that receive headers over TCP. */
final class DnsReceivers {
  static final Program DNSDIST =
      Program.named("dnsdist", "dnsdist")
          .packages("dnsdist")
          .version("dnsdist --version")
          .command("dnsdist --supervised --disable-syslog -C @DIR@/dnsdist.conf");

  static final Program RECURSOR =
      Program.named("pdns-recursor", "PowerDNS Recursor")
          .packages("pdns-recursor")
          .version("pdns_recursor --version")
          .command("pdns_recursor --config-dir=@DIR@");

  static final Program AUTHORITATIVE =
      Program.named("pdns-auth", "PowerDNS Authoritative")
          .packages("pdns-server", "pdns-backend-bind")
          .file("/usr/lib/x86_64-linux-gnu/pdns/libbindbackend.so")
          .version("pdns_server --version")
          .command("pdns_server --config-dir=@DIR@");

  static final Program KRESD =
      Program.named("knot-resolver", "Knot Resolver")
          .packages("knot-resolver")
          .version("kresd --version")
          .command("kresd -n -c @DIR@/kresd.conf @DIR@");

  static final Program UNBOUND =
      Program.named("unbound", "Unbound")
          .packages("unbound")
          .version("unbound -V")
          .command("unbound -d -p -c @DIR@/unbound.conf");

  static final Program KNOT =
      Program.named("knot", "Knot DNS")
          .packages("knot")
          .version("knotd --version")
          .command("knotd -c @DIR@/knot.conf");

  private DnsReceivers() {}

  static List<Receiver> all() {
    return List.of(
        Receiver.of(DNSDIST, Dialog.DNS),
        Receiver.of(RECURSOR, Dialog.DNS),
        Receiver.of(AUTHORITATIVE, Dialog.DNS),
        Receiver.of(KRESD, Dialog.DNS),
        Receiver.of(UNBOUND, Dialog.DNS).log("log", "whoami.test. TXT IN"));
  }
}
