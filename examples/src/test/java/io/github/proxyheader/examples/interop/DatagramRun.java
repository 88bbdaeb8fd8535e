/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.examples.Loopback;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** Asks a DNS server over UDP, with every kind of header in front of the query. */
final class DatagramRun {
  private static final int ATTEMPTS = 30;
  private static final int ANSWER_LIMIT_MILLIS = 1_000;
  private static final int MORE_LIMIT_MILLIS = 200;
  private static final int FIRST_ID = 1;
  private static final int SECOND_ID = 2;

  private DatagramRun() {}

  static void run(Program program, Results results) throws Exception {
    results.version(program.title(), program.installedVersion());
    Map<DatagramKind, String> seen = new EnumMap<>(DatagramKind.class);
    try (RunningProgram running = RunningProgram.start(program, Map.of())) {
      for (DatagramKind kind : DatagramKind.values()) {
        String cell = Said.of(ask(program, running, kind));
        seen.put(kind, cell);
        results.datagramCell(program.title(), kind, cell);
      }
    }
    assertThat(seen).as("what %s says", program.title()).isEqualTo(Datagrams.row(program.title()));
  }

  /**
   * Sends a query with the header, and behind it one that is right. When that one is answered, the
   * first was answered or dropped.
   */
  private static String ask(Program program, RunningProgram running, DatagramKind kind)
      throws Exception {
    int known = running.read("log").length();
    try (DatagramSocket socket = new DatagramSocket(0, Loopback.V4)) {
      socket.connect(running.address());
      String answer = null;
      boolean answered = false;
      for (int attempt = 0; attempt < ATTEMPTS && !answered; attempt++) {
        boolean knot = program.id().equals("knot");
        send(socket, kind.datagram(query(FIRST_ID, knot, kind == DatagramKind.UDP6)));
        send(socket, DatagramKind.UDP4.datagram(query(SECOND_ID, knot, false)));
        socket.setSoTimeout(ANSWER_LIMIT_MILLIS);
        byte[] packet;
        while ((packet = receive(socket)) != null) {
          if (packet[1] == FIRST_ID) {
            answer = text(packet, knot);
          } else {
            answered = true;
          }
          socket.setSoTimeout(answered ? MORE_LIMIT_MILLIS : ANSWER_LIMIT_MILLIS);
        }
      }
      assertThat(answered).as("an answer to the query that is right").isTrue();
      if (answer == null) {
        return "";
      }
      return program.id().equals("unbound") ? firstLogLine(running, known) : answer;
    }
  }

  /** Unbound tells in its log; it logs a query before it answers. */
  private static String firstLogLine(RunningProgram running, int known) throws IOException {
    return running
        .read("log")
        .substring(known)
        .lines()
        .filter(line -> line.contains("whoami.test. TXT IN"))
        .findFirst()
        .orElse("no line in the log");
  }

  private static byte[] query(int id, boolean knot, boolean v6) {
    byte[] query = Dialog.DNS.opening();
    query = Arrays.copyOfRange(query, 2, query.length); // without the length of TCP
    query[0] = 0;
    query[1] = (byte) id;
    if (knot) {
      query[query.length - 3] = (byte) (v6 ? 28 : 1);
    }
    return query;
  }

  /** Knot answers with the address as a record, the last bytes of its answer. */
  private static String text(byte[] packet, boolean knot) {
    if (!knot || packet[7] == 0) {
      return new String(packet, ISO_8859_1);
    }
    int length = packet[packet.length - 17] == 16 && packet[packet.length - 18] == 0 ? 16 : 4;
    return NetUtil.bytesToIpAddress(
        Arrays.copyOfRange(packet, packet.length - length, packet.length));
  }

  private static void send(DatagramSocket socket, byte[] bytes) throws IOException {
    socket.send(new DatagramPacket(bytes, bytes.length));
  }

  private static byte[] receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
    try {
      socket.receive(packet);
      return Arrays.copyOf(packet.getData(), packet.getLength());
    } catch (SocketTimeoutException e) {
      return null;
    }
  }
}
