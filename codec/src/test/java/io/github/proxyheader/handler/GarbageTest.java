/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.filled;
import static io.github.proxyheader.testing.Bytes.hex;
import static io.github.proxyheader.testing.Bytes.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.testing.Connection;
import io.github.proxyheader.testing.Embedded;
import io.github.proxyheader.testing.Logs;
import io.github.proxyheader.testing.Oracle;
import io.github.proxyheader.testing.Recorder;
import io.github.proxyheader.testing.Server;
import io.github.proxyheader.testing.Told;
import io.github.proxyheader.testing.Transport;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What else comes to an open port: refused at the first impossible byte, cheaply and quietly. */
class GarbageTest {
  private static final int LONGEST_LOG_LINE = 200;
  private static final long GIGABYTE = 1L << 30;

  @RegisterExtension final Logs logs = new Logs();

  /** Bytes, and how many of them could be the start of a header. */
  record Garbage(String name, byte[] bytes, int possible, Reason reason) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Garbage> garbage() {
    return List.of(
        missing("TLS ClientHello", concat(hex("1603010200010001fc0303"), filled(505, 7)), 0),
        missing("SSLv2 ClientHello", hex("802e0100020015000000100100800300800700c0"), 0),
        missing("GET", text("GET / HTTP/1.1\r\nHost: www.example.org\r\n\r\n"), 0),
        missing("POST", text("POST / HTTP/1.1\r\nHost: www.example.org\r\n\r\n"), 1),
        missing("HTTP/2 preface", text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 2),
        missing("WebDAV", text("PROPFIND / HTTP/1.1\r\nHost: www.example.org\r\n\r\n"), 3),
        missing("lower case", text("proxy TCP4 192.0.2.1 192.0.2.2 1 2\r\n"), 0),
        missing("SSH", text("SSH-2.0-OpenSSH_9.6p1\r\n"), 0),
        missing("SMTP", text("EHLO mail.example.org\r\n"), 0),
        missing("empty lines", text("\r\n\r\n\r\n\r\n"), 4),
        missing("RDP", hex("0300002b26e00000000000436f6f6b69653a20"), 0),
        missing("SOCKS5", hex("050100"), 0),
        missing("NUL", new byte[64], 0),
        missing("0xFF", filled(64, 0xFF), 0),
        new Garbage("PROXY without a space", text("PROXY\r\n"), 5, Reason.SYNTAX),
        new Garbage("PROXY UDP4", text("PROXY UDP4 192.0.2.1"), 7, Reason.TRANSPORT),
        new Garbage("PROXY TCP4 with a name", text("PROXY TCP4 www"), 11, Reason.ADDRESS),
        new Garbage("version 3", hex("0d0a0d0a000d0a515549540a 31 11 000c"), 12, Reason.VERSION),
        new Garbage("command 2", hex("0d0a0d0a000d0a515549540a 22 11 000c"), 12, Reason.COMMAND),
        new Garbage("family 4", hex("0d0a0d0a000d0a515549540a 21 41 000c"), 13, Reason.TRANSPORT),
        new Garbage("too short", hex("0d0a0d0a000d0a515549540a 21 11 000b"), 15, Reason.LENGTH),
        new Garbage("65,535", hex("0d0a0d0a000d0a515549540a 21 11 ffff 00"), 15, Reason.TOO_LONG),
        new Garbage(
            "endless", concat(text("PROXY UNKNOWN "), filled(200, 'A')), 106, Reason.TOO_LONG));
  }

  private static Garbage missing(String name, byte[] bytes, int possible) {
    return new Garbage(name, bytes, possible, Reason.MISSING);
  }

  @ParameterizedTest
  @MethodSource("garbage")
  @DisplayName("R11, R15 refused at the first impossible byte")
  void refusedAtTheFirstImpossibleByte(Garbage garbage) {
    assertRefusedAt(garbage.bytes, garbage.possible, garbage.reason);
  }

  @ParameterizedTest
  @MethodSource("garbage")
  @DisplayName("R11 refused when it comes in one piece")
  void refusedInOnePiece(Garbage garbage) {
    Embedded connection = new Embedded();
    connection.accept();
    connection.receive(garbage.bytes);
    connection.assertSeen("exception " + garbage.reason);
    connection.assertClosed();
    connection.finish();
  }

  @RepeatedTest(20)
  @DisplayName("R11, R15 random bytes, a part of them behind the start of a header")
  void randomBytesAreRefused(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    List<byte[]> starts =
        Stream.of("", "50524f5859", "0d0a0d0a000d0a515549540a", "50524f58592054435034 20")
            .map(digits -> hex(digits))
            .toList();
    for (int i = 0; i < 100; i++) {
      byte[] noise = new byte[random.nextInt(1, 300)];
      random.nextBytes(noise);
      byte[] bytes = concat(starts.get(i % starts.size()), noise);
      int possible = 0;
      while (possible < bytes.length
          && Oracle.judge(Arrays.copyOf(bytes, possible + 1)).kind() == Oracle.Kind.INCOMPLETE) {
        possible++;
      }
      if (possible < bytes.length
          && Oracle.judge(Arrays.copyOf(bytes, possible + 1)).kind() != Oracle.Kind.ACCEPTED) {
        assertRefusedAt(bytes, possible, null);
      }
    }
  }

  private static void assertRefusedAt(byte[] bytes, int possible, Reason reason) {
    Embedded connection = new Embedded();
    connection.accept();
    for (int i = 0; i < bytes.length && connection.channel.isOpen(); i++) {
      assertThat(i).as("bytes taken").isLessThanOrEqualTo(possible);
      connection.receive(new byte[] {bytes[i]});
      assertThat(connection.channel.isOpen()).as("open behind byte %s", i).isEqualTo(i < possible);
    }
    assertThat(connection.told.causes()).hasSize(1);
    ProxyHeaderException cause = connection.told.causes().get(0);
    if (reason != null) {
      assertThat(cause.reason()).isEqualTo(reason);
    }
    assertThat(cause.getStackTrace()).isEmpty();
    assertThat(cause.getMessage()).hasSizeLessThan(100);
    connection.assertSeen("exception " + cause.reason());
    assertThat(connection.channel.outboundMessages()).isEmpty();
    connection.finish();
  }

  @ParameterizedTest
  @MethodSource("garbage")
  @DisplayName("4.6 an application without exceptionCaught: no long log line, no stack trace")
  void logLinesAreShort(Garbage garbage) {
    Embedded connection = new Embedded();
    connection.accept(connection.decoder(ReceiverOptions.builder()));
    connection.receive(garbage.bytes);
    assertThatThrownBy(connection.channel::checkException)
        .isInstanceOf(ProxyHeaderException.class)
        .satisfies(cause -> assertThat(cause.getStackTrace()).isEmpty());
    connection.finish();
    assertThat(logs.lines()).allSatisfy(GarbageTest::assertShort);
  }

  private static void assertShort(String line) {
    assertThat(line).hasSizeLessThanOrEqualTo(LONGEST_LOG_LINE);
    assertThat(line.strip()).doesNotStartWith("at ");
  }

  @ParameterizedTest
  @MethodSource(Transport.AVAILABLE)
  @DisplayName("4.6 Netty's own log of an exception that nobody handles: short, without a trace")
  @Timeout(120)
  void logOfThePipelinesEndIsShort(Transport transport) throws Exception {
    Told told = new Told();
    ReceiverOptions options = Connection.patientOptions().listener(told).build();
    List<Garbage> all = garbage();
    try (Server server =
        new Server(
            transport, channel -> channel.pipeline().addLast(new ProxyHeaderDecoder(options)))) {
      for (Garbage garbage : all) {
        try (Socket socket = connect(server)) {
          socket.getOutputStream().write(garbage.bytes);
          assertEnded(socket);
        }
      }
    }
    assertThat(told.all()).hasSize(all.size()).allMatch(entry -> entry.startsWith("rejected "));
    assertThat(logs.lines()).hasSizeGreaterThanOrEqualTo(all.size());
    assertThat(logs.lines()).allSatisfy(GarbageTest::assertShort);
  }

  @ParameterizedTest
  @MethodSource(Transport.AVAILABLE)
  @DisplayName("4.6 T1 a gigabyte without CRLF: refused at byte 107, the sender is cut off")
  @Timeout(120)
  void gigabyteWithoutEnd(Transport transport) throws Exception {
    Told told = new Told();
    List<Recorder> recorders = new ArrayList<>();
    ReceiverOptions options = Connection.patientOptions().listener(told).build();
    long sent = 0;
    try (Server server =
            new Server(
                transport,
                channel -> {
                  Recorder behind = new Recorder();
                  recorders.add(behind);
                  channel.pipeline().addLast(new ProxyHeaderDecoder(options), behind);
                });
        Socket socket = connect(server)) {
      OutputStream out = socket.getOutputStream();
      out.write(text("PROXY UNKNOWN "));
      byte[] chunk = filled(64 << 10, 'A');
      try {
        while (sent < GIGABYTE) {
          out.write(chunk);
          sent += chunk.length;
        }
      } catch (IOException e) {
        assertThat(sent).isLessThan(GIGABYTE);
      }
    }
    assertThat(sent).as("what the kernel took before the reset").isLessThan(64 << 20);
    assertThat(told.all()).containsExactly("rejected TOO_LONG");
    assertThat(recorders).hasSize(1);
    assertThat(recorders.get(0).seen()).containsExactly("exception TOO_LONG");
    assertThat(logs.lines()).isEmpty();
  }

  private static Socket connect(Server server) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
    socket.setSoTimeout(30_000);
    return socket;
  }

  /** Closed, or reset if bytes were still to be read. */
  private static void assertEnded(Socket socket) {
    try {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("still open", e);
    } catch (IOException e) {
      assertThat(e.getMessage()).contains("reset");
    }
  }
}
