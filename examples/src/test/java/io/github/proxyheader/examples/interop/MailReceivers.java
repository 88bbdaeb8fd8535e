/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import java.util.List;

/** The servers of mail that receive headers. */
final class MailReceivers {
  static final Program POSTFIX =
      Program.named("postfix", "Postfix smtpd")
          .packages("postfix")
          .asRoot()
          .version("postconf mail_version")
          .prepare("mkdir @DIR@/spool @DIR@/data")
          .prepare("chown postfix:postfix @DIR@/data")
          .command("postfix -c @DIR@ start-fg")
          .stop("postfix -c @DIR@ stop");

  private static final String EXIM = "/var/cache/proxyheader-interop/usr/sbin/exim4";

  private MailReceivers() {}

  static List<Receiver> all() {
    return List.of(
        Receiver.of(POSTFIX, Dialog.GREETING),
        Receiver.of(POSTFIX.titled("Postfix postscreen"), Dialog.GREETING)
            .port(2)
            .log("log", "CONNECT from ["),
        Receiver.of(
            // Exim and Postfix cannot both be installed; examples/interop/install unpacks Exim.
            Program.named("exim", "Exim")
                .packages("exim4-daemon-heavy")
                .file(EXIM)
                .asRoot()
                .version(EXIM + " -bV")
                .prepare("mkdir @DIR@/spool")
                .prepare("chown mail:mail @DIR@ @DIR@/spool")
                .command(EXIM + " -bdf -C @DIR@/exim.conf -oX @PORT@"),
            Dialog.SMTP),
        Receiver.of(
                Program.named("dovecot", "Dovecot")
                    .packages("dovecot-imapd")
                    .asRoot()
                    .version("dovecot --version")
                    .prepare("mkdir @DIR@/mail")
                    .prepare("chown dovecot:dovecot @DIR@/mail")
                    .command("dovecot -F -c @DIR@/dovecot.conf"),
                Dialog.IMAP)
            .log("log", "Login: "),
        Receiver.of(
            Program.named("aiosmtpd", "aiosmtpd")
                .packages("python3-aiosmtpd")
                .file("/usr/lib/python3/dist-packages/aiosmtpd")
                .version("dpkg-query -W -f=${Version} python3-aiosmtpd")
                .command("/usr/bin/python3 @DIR@/who.py @PORT@"),
            Dialog.SMTP));
  }
}
