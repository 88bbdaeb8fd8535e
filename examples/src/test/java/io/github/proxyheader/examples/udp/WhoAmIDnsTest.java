/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nettyplus.leakdetector.junit.NettyLeakDetectorExtension;
import io.github.proxyheader.datagram.DatagramReceiverOptions;
import io.github.proxyheader.examples.EventLoops;
import io.github.proxyheader.examples.ExternalProgram;
import io.github.proxyheader.examples.Loopback;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@ExtendWith(NettyLeakDetectorExtension.class)
class WhoAmIDnsTest {
  @RegisterExtension static final EventLoops LOOPS = new EventLoops();

  private final Recorder recorder = new Recorder();
  private WhoAmIDns server;

  @BeforeEach
  void start() {
    DatagramReceiverOptions options =
        DatagramReceiverOptions.builder()
            .policy(TrustedProxies.loopback())
            .listener(recorder)
            .build();
    server = WhoAmIDns.start(LOOPS.group(), new InetSocketAddress(Loopback.V4, 0), options);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({"IPV4,A,AAAA", "IPV6,AAAA,A"})
  void addressIsAnsweredToItsTypeOnly(Carried carried, String type, String other) throws Exception {
    try (DnsClient client = client(carried.header())) {
      assertThat(client.ask(DnsRecordType.valueOf(type)).data()).containsExactly(carried.host());
      assertThat(client.ask(DnsRecordType.valueOf(other)).data()).isEmpty();
    }
  }

  @Test
  void textNamesClientAndProxy() throws Exception {
    try (DnsClient client = client(Carried.IPV6.header())) {
      assertThat(client.ask(DnsRecordType.TXT).data())
          .containsExactly(
              "client=[2001:db8::7]:45678", "proxy=" + Loopback.text(client.address()));
    }
  }

  @Test
  void localHeaderIsAnsweredWithTheSendersAddress() throws Exception {
    try (DnsClient client = client(ProxyHeader.local())) {
      String own = Loopback.text(client.address());
      assertThat(client.ask(DnsRecordType.TXT).data())
          .containsExactly("client=" + own, "proxy=" + own);
    }
  }

  @Test
  void queryWithoutHeaderIsDropped() throws Exception {
    send(HexFormat.of().parseHex("000101000001000000000000000001" + "0001"));

    assertThat(recorder.awaitDrop())
        .extracting(ProxyHeaderException::reason)
        .isEqualTo(Reason.MISSING);
    assertStillAnswers();
  }

  /** No bytes, a part of a query, an answer, a name that points at itself, a count without end. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0001",
        "000181000001000000000000000010" + "0001",
        "000101000001000000000000c00c00100001",
        "00010100ffffffffffffffff00"
      })
  void whatIsNoQueryIsDropped(String payload) throws Exception {
    send(withHeader(payload));

    recorder.awaitClient();
    assertStillAnswers();
  }

  /** An update, no question, two questions. */
  @ParameterizedTest
  @CsvSource({
    "000128000001000000000000 0000060001, 4",
    "000101000000000000000000, 1",
    "000101000002000000000000 0000010001 00001c0001, 1"
  })
  void whatIsNotOneQuestionIsRefused(String query, int code) throws Exception {
    byte[] answer = sendAndReceive(withHeader(query.replace(" ", "")));

    assertThat(answer).startsWith(0, 1);
    assertThat(answer[3] & 0x0f).as("the code of the answer").isEqualTo(code);
  }

  @Test
  void programAnswers(@TempDir Path directory) throws Exception {
    int port = ExternalProgram.freePort();
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    ExternalProgram program =
        ExternalProgram.start(
            directory.resolve("log"),
            java.toString(),
            "-cp",
            System.getProperty("java.class.path"),
            WhoAmIDns.class.getName(),
            "127.0.0.1",
            Integer.toString(port),
            "127.0.0.0/8");
    InetSocketAddress address = new InetSocketAddress(Loopback.V4, port);
    try (program;
        DnsClient client = new DnsClient(LOOPS.group(), address, Carried.IPV4.header())) {
      assertThat(client.ask(DnsRecordType.A).data())
          .as(program.log())
          .containsExactly("203.0.113.7");
    }
  }

  @Test
  void programEndsIfItCannotListen(@TempDir Path directory) throws Exception {
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                WhoAmIDns.class.getName(),
                "127.0.0.1",
                Integer.toString(server.address().getPort()),
                "127.0.0.0/8")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    try {
      assertThat(program.waitFor(50, TimeUnit.SECONDS)).as("it ends").isTrue();
      assertThat(program.exitValue()).isNotZero();
    } finally {
      program.destroyForcibly();
    }
  }

  private DnsClient client(ProxyHeader header) {
    return new DnsClient(LOOPS.group(), server.address(), header);
  }

  private static byte[] withHeader(String payload) throws IOException {
    ByteArrayOutputStream datagram = new ByteArrayOutputStream();
    datagram.write(ProxyHeaderWriter.toBytes(Carried.IPV4.header()));
    datagram.write(HexFormat.of().parseHex(payload));
    return datagram.toByteArray();
  }

  private void send(byte[] datagram) throws Exception {
    try (DatagramSocket socket = new DatagramSocket(0, Loopback.V4)) {
      socket.send(new DatagramPacket(datagram, datagram.length, server.address()));
    }
  }

  private byte[] sendAndReceive(byte[] datagram) throws Exception {
    try (DatagramSocket socket = new DatagramSocket(0, Loopback.V4)) {
      socket.setSoTimeout(20_000);
      socket.send(new DatagramPacket(datagram, datagram.length, server.address()));
      DatagramPacket answer = new DatagramPacket(new byte[512], 512);
      socket.receive(answer);
      return Arrays.copyOf(answer.getData(), answer.getLength());
    }
  }

  private void assertStillAnswers() throws Exception {
    try (DnsClient client = client(Carried.IPV4.header())) {
      assertThat(client.ask(DnsRecordType.A).code()).isEqualTo(DnsResponseCode.NOERROR);
    }
  }
}
