vcl 4.1;
import proxy;
import std;
backend default none;
sub vcl_recv { return (synth(200)); }
sub vcl_synth {
    set resp.http.Content-Type = "text/plain";
    set resp.body = "src=" + client.ip + ":" + std.port(client.ip)
        + " dst=" + server.ip + ":" + std.port(server.ip)
        + " authority=" + proxy.authority() + " alpn=" + proxy.alpn()
        + " version=" + proxy.ssl_version() + " cipher=" + proxy.ssl_cipher()
        + " cn=" + proxy.client_cert_cn() + " verify=" + proxy.ssl_verify_result()
        + " sign=" + proxy.cert_sign() + " key=" + proxy.cert_key() + {"
"};
    return (deliver);
}
