/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import static io.github.proxyheader.examples.interop.Headers.V4_SOURCE;
import static io.github.proxyheader.examples.interop.Headers.V6_SOURCE;

import java.util.List;

/** The programs that send headers to the decoder, in all their modes. */
final class SendingPrograms {
  private static final String REFUSED = "refused: ADDRESS";

  private SendingPrograms() {}

  static List<SendingProgram> all() {
    return List.of(
        haproxy(),
        haproxyCheck("haproxy-check-v1", "send-proxy check", "v1 TCP4, from the sender itself"),
        haproxyCheck("haproxy-check-v2", "send-proxy-v2 check", "v2 LOCAL"),
        haproxyCheck(
            "haproxy-check-v2-ssl",
            "send-proxy-v2-ssl crc32c check",
            "v2 LOCAL with CRC32C, SSL(clear)"),
        SendingProgram.of(haproxyProgram("haproxy-tlv", "HAProxy, set-proxy-v2-tlv-fmt"))
            .since("2.9")
            .mode("set-proxy-v2-tlv-fmt(0xE5)", 1, SendingClient.IPV4, "v2 TCP4 with 0xE5"),
        nginx(),
        SendingProgram.of(
                Program.named("stunnel-send", "stunnel")
                    .packages("stunnel4")
                    .version("stunnel4 -version")
                    .command("stunnel4 @DIR@/stunnel.conf"))
            .mode("protocol = proxy", 1, SendingClient.TLS, "v1 TCP4")
            .mode("protocol = proxy, IPv6", 2, SendingClient.TLS_IPV6, "v1 TCP6"),
        hitch("v1", "write-proxy-v1", SendingClient.TLS, "v1 TCP4"),
        hitch(
            "v2",
            "write-proxy-v2",
            SendingClient.TLS,
            "v2 TCP4 with ALPN, AUTHORITY, SSL(VERSION CIPHER)"),
        hitch(
            "cert",
            "write-proxy-v2, proxy-client-cert",
            SendingClient.TLS_CERTIFICATE,
            "v2 TCP4 with ALPN, AUTHORITY, 0xE0, SSL(certificate verified VERSION CIPHER)"),
        hitch("relay", "proxy-proxy", SendingClient.HEADER_TLS, "v2 TCP4"),
        SendingProgram.of(
                Program.named("varnish-send", "Varnish")
                    .packages("varnish")
                    .version("varnishd -V")
                    .command(
                        "env TMPDIR=@DIR@ varnishd -F -j none -n @DIR@/work -f @DIR@/send.vcl"
                            + " -s malloc,16m -T none -a 127.0.0.1:@PORT@ -a @DIR@/in.sock"
                            + " -p thread_pools=1 -p thread_pool_min=5"
                            + " -p thread_pool_max=20"))
            .mode("proxy_header = 1", 1, SendingClient.HTTP_V1, "v1 TCP4")
            .mode("proxy_header = 2", 1, SendingClient.HTTP_V2, "v2 TCP4")
            .mode(
                "proxy_header = 2, client on a unix socket",
                1,
                SendingClient.UNIX,
                "v2 TCP4, from 0.0.0.0:0"),
        trafficServer("v1", "v1 TCP4, source and destination swapped"),
        trafficServer("v2", "v2 TCP4, source and destination swapped"),
        SendingProgram.of(
                Program.named("h2o-send", "H2O")
                    .packages("h2o")
                    .version("h2o -v")
                    .command("h2o -m worker -c @DIR@/h2o.conf"))
            .mode("proxy.proxy-protocol", 1, SendingClient.HTTP_V1, "v1 TCP4"),
        SendingProgram.of(
                Program.named("dnsdist-send", "dnsdist, TCP")
                    .packages("dnsdist")
                    .version("dnsdist --version")
                    .command("dnsdist --supervised --disable-syslog -C @DIR@/dnsdist.conf"))
            .mode("useProxyProtocol", 1, SendingClient.DNS, "v2 TCP4")
            .mode(
                "SetProxyProtocolValuesAction",
                2,
                SendingClient.DNS,
                "v2 TCP4 with AUTHORITY, 0xE0, 0xFF"),
        SendingProgram.of(Program.named("curl", "curl").packages("curl").version("curl --version"))
            .command(
                "--haproxy-protocol",
                "curl -s --noproxy * --haproxy-protocol http://@TARGET@/",
                null,
                "v1 TCP4, from the sender itself"),
        SendingProgram.of(
                Program.named("kdig", "kdig").packages("knot-dnsutils").version("kdig --version"))
            .command(
                "+proxy, IPv4",
                "kdig @127.0.0.1 -p @TARGETPORT@ +tcp +retry=0 whoami.test TXT"
                    + " +proxy=203.0.113.7#45678-198.51.100.9#8443",
                V4_SOURCE,
                "v2 TCP4")
            .command(
                "+proxy, IPv6",
                "kdig @127.0.0.1 -p @TARGETPORT@ +tcp +retry=0 whoami.test TXT"
                    + " +proxy=2001:db8::7#45678-2001:db8:1::9#8443",
                V6_SOURCE,
                "v2 TCP6"),
        goProxyproto());
  }

  private static Program haproxyProgram(String id, String title) {
    return Program.named(id, title)
        .packages("haproxy")
        .version("haproxy -v")
        .command("haproxy -db -f @DIR@/haproxy.cfg");
  }

  private static SendingProgram haproxy() {
    return SendingProgram.of(haproxyProgram("haproxy-send", "HAProxy"))
        .mode("send-proxy", 1, SendingClient.IPV4, "v1 TCP4")
        .mode("send-proxy, IPv6", 1, SendingClient.IPV6, "v1 TCP6")
        .mode("send-proxy-v2", 2, SendingClient.IPV4, "v2 TCP4")
        .mode("send-proxy-v2, IPv6", 2, SendingClient.IPV6, "v2 TCP6")
        .mode("send-proxy-v2 crc32c", 3, SendingClient.IPV4, "v2 TCP4 with CRC32C")
        .mode(
            "send-proxy-v2 unique-id,crc32c",
            4,
            SendingClient.IPV4,
            "v2 TCP4 with CRC32C, UNIQUE_ID")
        .mode("send-proxy-v2-ssl", 5, SendingClient.TLS, "v2 TCP4 with ALPN, SSL(VERSION)")
        .mode(
            "send-proxy-v2-ssl, client certificate",
            5,
            SendingClient.TLS_CERTIFICATE,
            "v2 TCP4 with ALPN, SSL(certificate verified VERSION)")
        .mode(
            "send-proxy-v2-ssl, resumed session",
            5,
            SendingClient.TLS_RESUMED,
            "v2 TCP4 with ALPN, SSL(resumed verified VERSION)")
        .mode(
            "send-proxy-v2-ssl-cn, client certificate",
            6,
            SendingClient.TLS_CERTIFICATE,
            "v2 TCP4 with SSL(certificate verified VERSION CN)")
        .mode(
            "all of proxy-v2-options",
            7,
            SendingClient.TLS_CERTIFICATE,
            "v2 TCP4 with CRC32C, ALPN, AUTHORITY, UNIQUE_ID,"
                + " SSL(certificate verified VERSION CN KEY_ALG SIG_ALG CIPHER)")
        .mode("send-proxy-v2-ssl, clear client", 8, SendingClient.IPV4, "v2 TCP4 with SSL(clear)")
        .mode("relay, send-proxy", 9, SendingClient.HEADER_IPV4, "v1 TCP4")
        .mode("relay, send-proxy, IPv6", 9, SendingClient.HEADER_IPV6, "v1 TCP6")
        .mode("relay, send-proxy-v2", 10, SendingClient.HEADER_IPV4, "v2 TCP4 with CRC32C")
        .mode("send-proxy, client on a unix socket", 1, SendingClient.UNIX_V1, "v1 UNKNOWN")
        .mode(
            "send-proxy-v2 crc32c, client on a unix socket",
            1,
            SendingClient.UNIX_V2,
            "v2 LOCAL with CRC32C")
        .mode("send-proxy-v2, TLS behind it", 11, SendingClient.TO_TLS, "v2 TCP4")
        .mode("send-proxy-v2, HTTP/2 behind it", 12, SendingClient.TO_HTTP2, "v2 TCP4")
        .mode("send-proxy, two families", 13, SendingClient.REWRITTEN_IPV6, "v1 TCP6")
        .mode("send-proxy-v2, two families", 14, SendingClient.REWRITTEN_IPV6, "v2 TCP6");
  }

  private static SendingProgram haproxyCheck(String id, String title, String expected) {
    return SendingProgram.of(haproxyProgram(id, "HAProxy, " + title))
        .mode(title, 1, SendingClient.NOBODY, expected);
  }

  private static SendingProgram nginx() {
    return SendingProgram.of(
            Program.named("nginx-send", "nginx")
                .packages("nginx", "libnginx-mod-stream")
                .file("/usr/lib/nginx/modules/ngx_stream_module.so")
                .version("nginx -v")
                .command("nginx -p @DIR@ -c @DIR@/nginx.conf -e stderr"))
        .mode("proxy_protocol on", 1, SendingClient.IPV4, "v1 TCP4")
        .mode("proxy_protocol on, IPv6", 1, SendingClient.IPV6, "v1 TCP6")
        .mode("relay with set_real_ip_from", 2, SendingClient.HEADER_IPV4, "v1 TCP4")
        .mode("relay with set_real_ip_from, IPv6", 2, SendingClient.HEADER_IPV6, REFUSED)
        .mode("relay without set_real_ip_from", 3, SendingClient.HEADER_FORGOTTEN, "v1 TCP4")
        .mode("client on a unix socket", 1, SendingClient.UNIX, "v1 UNKNOWN")
        .mode("proxy_ssl on", 4, SendingClient.TO_TLS, "v1 TCP4");
  }

  private static SendingProgram hitch(
      String mode, String title, SendingClient client, String expected) {
    return SendingProgram.of(
            Program.named("hitch-" + mode, "hitch, " + title)
                .packages("hitch")
                .version("hitch --version")
                .prepare("chmod -R a+rX @TLS@")
                .command("hitch --config=@DIR@/hitch.conf"))
        .mode(title, 1, client, expected);
  }

  private static SendingProgram trafficServer(String version, String expected) {
    return SendingProgram.of(
            Program.named("trafficserver-" + version, "Apache Traffic Server, " + version)
                .packages("trafficserver")
                .version("traffic_server -V")
                .prepare("mkdir @DIR@/cache @DIR@/run @DIR@/log.d")
                .prepare("cp -r /etc/trafficserver/ip_allow.yaml @DIR@")
                .command("traffic_server --run-root=@DIR@/runroot.yaml"))
        .mode("proxy_protocol_out " + version.substring(1), 1, SendingClient.HTTP_V1, expected);
  }

  private static SendingProgram goProxyproto() {
    String send = "@DIR@/sender @TARGET@ ";
    return SendingProgram.of(
            Program.named("go-proxyproto", "go-proxyproto")
                .packages("golang-go", "golang-github-pires-go-proxyproto-dev")
                .file("/usr/share/gocode/src/github.com/pires/go-proxyproto")
                .file("/usr/bin/go")
                .version("dpkg-query -W -f=${Version} golang-github-pires-go-proxyproto-dev")
                .prepare(OtherReceivers.GO + " build -o @DIR@/sender @DIR@/sender.go"))
        .command("version 1, IPv4", send + "v1-ipv4", V4_SOURCE, "v1 TCP4")
        .command("version 1, IPv6", send + "v1-ipv6", V6_SOURCE, "v1 TCP6")
        .command("version 1, UNKNOWN", send + "v1-unknown", null, "v1 UNKNOWN")
        .command("version 2, IPv4", send + "v2-ipv4", V4_SOURCE, "v2 TCP4")
        .command("version 2, IPv6", send + "v2-ipv6", V6_SOURCE, "v2 TCP6")
        .command("version 2, LOCAL", send + "v2-local", null, "v2 LOCAL")
        .command("version 2, unix", send + "v2-unix", null, "v2 UNIX_STREAM, from /run/source.sock")
        .command(
            "version 2, TLVs",
            send + "v2-tlvs",
            V4_SOURCE,
            "v2 TCP4 with ALPN, AUTHORITY, UNIQUE_ID, SSL(certificate verified VERSION CN), NETNS,"
                + " 0xE0");
  }
}
