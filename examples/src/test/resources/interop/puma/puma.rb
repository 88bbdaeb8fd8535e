bind "tcp://127.0.0.1:@PORT@"
set_remote_address proxy_protocol: :v1
threads 1, 2
workers 0
