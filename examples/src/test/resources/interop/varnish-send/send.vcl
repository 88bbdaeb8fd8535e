vcl 4.1;
backend v1 { .host = "127.0.0.1"; .port = "@TARGETPORT@"; .proxy_header = 1; }
backend v2 { .host = "127.0.0.1"; .port = "@TARGETPORT@"; .proxy_header = 2; }
sub vcl_recv {
    if (req.url ~ "^/v1") { set req.backend_hint = v1; }
    else { set req.backend_hint = v2; }
    return (pass);
}
