/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import java.util.List;

/** The other programs and libraries that receive headers. */
final class OtherReceivers {
  static final String GO =
      "env GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS= GOCACHE=@DIR@/cache HOME=@DIR@ go";

  static final Program GO_PROXYPROTO =
      Program.named("go-proxyproto", "go-proxyproto")
          .packages("golang-go", "golang-github-pires-go-proxyproto-dev")
          .file("/usr/share/gocode/src/github.com/pires/go-proxyproto")
          .file("/usr/bin/go")
          .version("dpkg-query -W -f=${Version} golang-github-pires-go-proxyproto-dev")
          .prepare(GO + " build -o @DIR@/receiver @DIR@/receiver.go")
          .command("@DIR@/receiver 127.0.0.1:@PORT@");

  private OtherReceivers() {}

  static List<Receiver> all() {
    return List.of(
        Receiver.of(GO_PROXYPROTO, Dialog.LINE),
        Receiver.of(
            Program.named("twisted", "Twisted")
                .packages("python3-twisted")
                .file("/usr/lib/python3/dist-packages/twisted")
                .version("dpkg-query -W -f=${Version} python3-twisted")
                .command("/usr/bin/python3 @DIR@/who.py @PORT@"),
            Dialog.LINE),
        Receiver.of(
            Program.named("mariadb", "MariaDB")
                .packages("mariadb-server-core", "mariadb-client-core")
                .version("mariadbd --version")
                .prepare(
                    "mariadb-install-db --no-defaults --user=@USER@ --datadir=@DIR@/data"
                        + " --auth-root-authentication-method=normal --skip-test-db"
                        + " --basedir=/usr")
                .command(
                    "mariadbd --no-defaults --user=@USER@ --basedir=/usr --datadir=@DIR@/data"
                        + " --socket=@DIR@/socket --pid-file=@DIR@/pid --bind-address=127.0.0.1"
                        + " --port=@PORT@ --proxy-protocol-networks=127.0.0.0/8,localhost"
                        + " --skip-name-resolve --skip-log-bin --innodb-buffer-pool-size=8M"
                        + " --innodb-log-file-size=4M --performance-schema=OFF"
                        + " --init-file=@DIR@/init.sql"),
            Dialog.MYSQL),
        Receiver.of(
                Program.named("rabbitmq", "RabbitMQ")
                    .packages("rabbitmq-server")
                    .file("/usr/lib/rabbitmq/bin/rabbitmq-server")
                    .version("dpkg-query -W -f=${Version} rabbitmq-server")
                    .command(
                        "env HOME=@DIR@ RABBITMQ_CONFIG_FILE=@DIR@/rabbitmq.conf"
                            + " RABBITMQ_MNESIA_BASE=@DIR@/mnesia RABBITMQ_LOG_BASE=@DIR@/logs"
                            + " RABBITMQ_NODENAME=interop@localhost"
                            + " RABBITMQ_ENABLED_PLUGINS_FILE=@DIR@/plugins"
                            + " RABBITMQ_PID_FILE=@DIR@/pid ERL_EPMD_ADDRESS=127.0.0.1"
                            + " ERL_EPMD_PORT=@PORT2@ RABBITMQ_DIST_PORT=@PORT3@"
                            + " RABBITMQ_GENERATED_CONFIG_DIR=@DIR@/generated"
                            + " RABBITMQ_FEATURE_FLAGS_FILE=@DIR@/flags"
                            + " /usr/lib/rabbitmq/bin/rabbitmq-server")
                    .stop("env ERL_EPMD_PORT=@PORT2@ epmd -kill"),
                Dialog.AMQP)
            .log("log", "accepting AMQP connection"),
        Receiver.of(
            Program.named("inspircd", "InspIRCd")
                .packages("inspircd")
                .version("inspircd --version")
                .command("inspircd --config=@DIR@/inspircd.conf --nofork --runasroot"),
            Dialog.IRC),
        Receiver.of(
            Program.named("coturn", "coturn")
                .packages("coturn")
                .version("dpkg-query -W -f=${Version} coturn")
                .command(
                    "turnserver -n -L 127.0.0.1 --listening-port=@PORT2@ --tcp-proxy-port=@PORT@"
                        + " --no-tls --no-dtls --no-udp --no-cli --stun-only --no-auth"
                        + " --log-file=stdout --simple-log --pidfile @DIR@/pid --db @DIR@/turndb"
                        + " --relay-ip=127.0.0.1 --no-rfc5780 -m 1"),
            Dialog.STUN),
        Receiver.of(
            Program.named("kamailio", "Kamailio")
                .packages("kamailio")
                .version("kamailio -v")
                .command("kamailio -DD -E -m 32 -M 8 -Y @DIR@ -f @DIR@/kamailio.cfg -P @DIR@/pid"),
            Dialog.SIP));
  }
}
