/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import java.util.List;

/** The servers and proxies of HTTP that receive headers. */
final class HttpReceivers {
  static final Program HAPROXY =
      Program.named("haproxy", "HAProxy")
          .packages("haproxy")
          .version("haproxy -v")
          .command("haproxy -db -f @DIR@/haproxy.cfg");

  static final Program NGINX =
      Program.named("nginx", "nginx http")
          .packages("nginx", "libnginx-mod-stream")
          .file("/usr/lib/nginx/modules/ngx_stream_module.so")
          .version("nginx -v")
          .command("nginx -p @DIR@ -c @DIR@/nginx.conf -e stderr");

  static final Program VARNISH =
      Program.named("varnish", "Varnish")
          .packages("varnish")
          .version("varnishd -V")
          .command(
              "env TMPDIR=@DIR@ varnishd -F -j none -n @DIR@/work -f @DIR@/default.vcl"
                  + " -s malloc,16m -T none -a proxied=127.0.0.1:@PORT@,PROXY"
                  + " -p thread_pools=1 -p thread_pool_min=5 -p thread_pool_max=20");

  private HttpReceivers() {}

  static List<Receiver> all() {
    return List.of(
        Receiver.of(HAPROXY, Dialog.HTTP),
        Receiver.of(NGINX, Dialog.HTTP),
        Receiver.of(NGINX.titled("nginx stream"), Dialog.LINE).port(2),
        Receiver.of(
                Program.named("apache", "Apache httpd")
                    .packages("apache2")
                    .version("apache2 -v")
                    .command("apache2 -f @DIR@/apache2.conf -DFOREGROUND"),
                Dialog.HTTP)
            .log("log", "status=204"),
        Receiver.of(VARNISH, Dialog.HTTP),
        Receiver.of(
                Program.named("squid", "Squid")
                    .packages("squid")
                    .asRoot()
                    .version("squid -v")
                    .prepare("chown -R proxy:proxy @DIR@")
                    .command("squid -n interop@PORT@ -N -f @DIR@/squid.conf"),
                Dialog.HTTP)
            .log("access.log", "TCP_DENIED"),
        Receiver.of(
            Program.named("lighttpd", "lighttpd")
                .packages("lighttpd")
                .version("lighttpd -v")
                .command("lighttpd -D -f @DIR@/lighttpd.conf"),
            Dialog.HTTP),
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
            Dialog.MYSQL));
  }
}
