run lambda { |env| [200, { 'Content-Type' => 'text/plain' }, ["src=#{env['REMOTE_ADDR']}\n"]] }
