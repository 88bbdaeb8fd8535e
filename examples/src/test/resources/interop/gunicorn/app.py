def app(env, start):
    names = ("REMOTE_ADDR", "REMOTE_PORT", "PROXY_ADDR", "PROXY_PORT")
    body = ("src=%s:%s dst=%s:%s\n" % tuple(env.get(name) for name in names)).encode()
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
