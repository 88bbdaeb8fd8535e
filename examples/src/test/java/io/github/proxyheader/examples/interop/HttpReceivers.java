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
            Program.named("trafficserver", "Apache Traffic Server")
                .packages("trafficserver")
                .version("traffic_server -V")
                .prepare("mkdir @DIR@/cache @DIR@/run @DIR@/log.d")
                .prepare(
                    "cp -r /etc/trafficserver/ip_allow.yaml /etc/trafficserver/body_factory @DIR@")
                .command("traffic_server --run-root=@DIR@/runroot.yaml"),
            Dialog.HTTP),
        Receiver.of(
                Program.named("nghttpx", "nghttpx")
                    .packages("nghttp2-proxy")
                    .version("nghttpx --version")
                    .command(
                        "nghttpx --conf=/dev/null -f127.0.0.1,@PORT@;no-tls;proxyproto"
                            + " -b127.0.0.1,@ORIGIN@ --accesslog-file=/dev/stdout"
                            + " --accesslog-format=src=$remote_addr:$remote_port,$status"
                            + " --errorlog-file=/dev/stderr --workers=1 --single-process"
                            + " --pid-file=@DIR@/pid --no-ocsp"),
                Dialog.HTTP)
            .log("log", "src="),
        Receiver.of(
                Program.named("h2o", "H2O")
                    .packages("h2o")
                    .version("h2o -v")
                    .command("h2o -m worker -c @DIR@/h2o.conf"),
                Dialog.HTTP)
            .log("log", "src="),
        Receiver.of(
            Program.named("gunicorn", "gunicorn")
                .packages("gunicorn")
                .version("gunicorn --version")
                .command(
                    "gunicorn --chdir @DIR@ -b 127.0.0.1:@PORT@ --proxy-protocol"
                        + " --proxy-allow-from * --worker-tmp-dir @DIR@ -w 1 app:app"),
            Dialog.HTTP),
        Receiver.of(
            Program.named("uwsgi", "uWSGI")
                .packages("uwsgi-core", "uwsgi-plugin-python3")
                .file("/usr/lib/uwsgi/plugins/python3_plugin.so")
                .version("uwsgi --version")
                .command(
                    "uwsgi --plugins http,python3 --http 127.0.0.1:@PORT@ --enable-proxy-protocol"
                        + " --master --die-on-term --processes 1 --wsgi-file @DIR@/app.py"
                        + " --callable app --socket-timeout 20 --buffer-size 4096"),
            Dialog.HTTP),
        Receiver.of(
            Program.named("puma", "Puma")
                .packages("puma")
                .version("puma --version")
                .command("puma -e production -C @DIR@/puma.rb @DIR@/config.ru"),
            Dialog.HTTP));
  }
}
