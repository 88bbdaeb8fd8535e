/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.proxyheader.examples.Loopback;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A client of a program that sends headers, and what the program should say of it. */
enum SendingClient {
  /** Connects over IPv4 and sends a line. */
  IPV4("hello") {
    @Override
    Sent send(RunningProgram program, int port, Tls tls) throws Exception {
      return plain(Loopback.V4, program.port(port), new byte[0], "hello\n");
    }
  },

  /** Connects over IPv6 and sends a line. */
  IPV6("hello") {
    @Override
    Sent send(RunningProgram program, int port, Tls tls) throws Exception {
      return plain(InetAddress.getByName("::1"), program.port(port), new byte[0], "hello\n");
    }
  },

  /** Sends a line over TLS. */
  TLS("hello") {
    @Override
    Sent send(RunningProgram program, int port, Tls tls) throws Exception {
      return overTls(Loopback.V4, program.port(port), tls.context(false), new byte[0]);
    }
  },

  /** Sends a line over TLS and IPv6. */
  TLS_IPV6("hello") {
    @Override
    Sent send(RunningProgram program, int port, Tls tls) throws Exception {
      return overTls(
          InetAddress.getByName("::1"), program.port(port), tls.context(false), new byte[0]);
    }
  },

  /** Sends a line over TLS, with a certificate of its own. */
  TLS_CERTIFICATE("hello") {
    @Override
    Sent send(RunningProgram program, int port, Tls tls) throws Exception {
      return overTls(Loopback.V4, program.port(port), tls.context(true), new byte[0]);
    }
  },

  /** Sends a line over a session of TLS that an earlier connection began with a certificate. */
  TLS_RESUMED("hello") {
    @Override
    Sent send(RunningProgram program, int port, Tls tls) throws Exception {
      SSLContext context = tls.context(true);
      overTls(Loopback.V4, program.port(port), context, new byte[0]).close();
      return overTls(Loopback.V4, program.port(port), context, new byte[0]);
    }
  },

  /** Sends a header in front of TLS. */
  HEADER_TLS("hello") {
    @Override
    Sent send(RunningProgram program, int port, Tls tls) throws Exception {
      Sent sent =
          overTls(
              Loopback.V4,
              program.port(port),
              tls.context(false),
              bytes(Headers.v2(Headers.V4_SOURCE, Headers.V4_DESTINATION)));
      return new Sent(Headers.V4_SOURCE, sent.connection);
    }
  },

  /** Sends a header of IPv4 addresses, and a line. */
  HEADER_IPV4("hello") {
    @Override
    Sent send(RunningProgram program, int port, Tls tls) throws Exception {
      byte[] header = bytes(Headers.v2(Headers.V4_SOURCE, Headers.V4_DESTINATION));
      Sent sent = plain(Loopback.V4, program.port(port), header, "hello\n");
      return new Sent(Headers.V4_SOURCE, sent.connection);
    }
  },

  /** Sends a header that the program is to forget, and a line. */
  HEADER_FORGOTTEN("hello") {
    @Override
    Sent send(RunningProgram program, int port, Tls tls) throws Exception {
      byte[] header = bytes(Headers.v2(Headers.V4_SOURCE, Headers.V4_DESTINATION));
      return plain(Loopback.V4, program.port(port), header, "hello\n");
    }
  },

  /** Sends a header of IPv6 addresses, and a line. */
  HEADER_IPV6("hello") {
    @Override
    Sent send(RunningProgram program, int port, Tls tls) throws Exception {
      byte[] header = bytes(Headers.v2(Headers.V6_SOURCE, Headers.V6_DESTINATION));
      Sent sent = plain(Loopback.V4, program.port(port), header, "hello\n");
      return new Sent(Headers.V6_SOURCE, sent.connection);
    }
  },

  /** Connects over IPv4; the program says that the client has the address of the headers. */
  REWRITTEN_IPV6("hello") {
    @Override
    Sent send(RunningProgram program, int port, Tls tls) throws Exception {
      Sent sent = plain(Loopback.V4, program.port(port), new byte[0], "hello\n");
      return new Sent(Headers.V6_SOURCE, sent.connection);
    }
  },

  /** Connects over a unix socket, in.sock, and sends a request. */
  UNIX("GET / HTTP/1.1\r\n") {
    @Override
    Sent send(RunningProgram program, int port, Tls tls) throws Exception {
      return unix(program, "in.sock");
    }
  },

  /** The same with the socket v1.sock. */
  UNIX_V1("GET / HTTP/1.1\r\n") {
    @Override
    Sent send(RunningProgram program, int port, Tls tls) throws Exception {
      return unix(program, "v1.sock");
    }
  },

  /** The same with the socket v2.sock. */
  UNIX_V2("GET / HTTP/1.1\r\n") {
    @Override
    Sent send(RunningProgram program, int port, Tls tls) throws Exception {
      return unix(program, "v2.sock");
    }
  },

  /** Sends a line, which the program sends on over TLS. */
  TO_TLS("\26\3") {
    @Override
    Sent send(RunningProgram program, int port, Tls tls) throws Exception {
      return IPV4.send(program, port, tls);
    }
  },

  /** Sends a request, which the program sends on over HTTP/2. */
  TO_HTTP2("PRI * HTTP/2.0\r\n") {
    @Override
    Sent send(RunningProgram program, int port, Tls tls) throws Exception {
      return plain(Loopback.V4, program.port(port), new byte[0], request("/"));
    }
  },

  /** Sends a request for the path /v1. */
  HTTP_V1("GET /v1 HTTP/1.1\r\n") {
    @Override
    Sent send(RunningProgram program, int port, Tls tls) throws Exception {
      return plain(Loopback.V4, program.port(port), new byte[0], request("/v1"));
    }
  },

  /** Sends a request for the path /v2. */
  HTTP_V2("GET /v2 HTTP/1.1\r\n") {
    @Override
    Sent send(RunningProgram program, int port, Tls tls) throws Exception {
      return plain(Loopback.V4, program.port(port), new byte[0], request("/v2"));
    }
  },

  /** Sends a query of DNS over TCP. */
  DNS("\0") {
    @Override
    Sent send(RunningProgram program, int port, Tls tls) throws Exception {
      String query = new String(Dialog.DNS.opening(), ISO_8859_1);
      return plain(Loopback.V4, program.port(port), new byte[0], query);
    }
  },

  /** Does nothing: the program checks the health of its server. */
  NOBODY("") {
    @Override
    Sent send(RunningProgram program, int port, Tls tls) {
      return new Sent(null, () -> {});
    }
  };

  private final String payload;

  SendingClient(String payload) {
    this.payload = payload;
  }

  /**
   * What was sent.
   *
   * @param source the client's address, {@code null} if it has none
   * @param connection to be closed when the header has come
   */
  record Sent(@Nullable InetSocketAddress source, AutoCloseable connection)
      implements AutoCloseable {
    @Override
    public void close() throws Exception {
      connection.close();
    }
  }

  boolean needsIpv6() {
    return this == IPV6 || this == TLS_IPV6;
  }

  /** Returns how the payload begins. */
  String payload() {
    return payload;
  }

  /**
   * Connects to a program and sends.
   *
   * @param port which of the program's ports
   */
  abstract Sent send(RunningProgram program, int port, Tls tls) throws Exception;

  private static Sent plain(InetAddress host, int port, byte[] header, String payload)
      throws IOException {
    Socket socket = new Socket(host, port);
    ByteBuffer bytes = ByteBuffer.allocate(header.length + payload.length());
    bytes.put(header).put(payload.getBytes(ISO_8859_1));
    socket.getOutputStream().write(bytes.array());
    return new Sent((InetSocketAddress) socket.getLocalSocketAddress(), socket);
  }

  private static Sent overTls(InetAddress host, int port, SSLContext context, byte[] header)
      throws Exception {
    Socket plain = new Socket(host, port);
    plain.getOutputStream().write(header);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(plain, Headers.AUTHORITY, port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(Headers.AUTHORITY)));
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    socket.setSSLParameters(parameters);
    socket.getOutputStream().write("hello\n".getBytes(US_ASCII));
    socket.getInputStream().read(); // a ticket has come then, too
    return new Sent((InetSocketAddress) plain.getLocalSocketAddress(), socket);
  }

  private static Sent unix(RunningProgram program, String name) throws IOException {
    SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
    socket.connect(UnixDomainSocketAddress.of(program.directory().resolve(name)));
    socket.write(ByteBuffer.wrap(request("/").getBytes(US_ASCII)));
    return new Sent(null, socket);
  }

  private static String request(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: interop.test\r\n\r\n";
  }

  private static byte[] bytes(ProxyHeader header) {
    return ProxyHeaderWriter.toBytes(header);
  }
}
