/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.udp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Asks a game server for its entry in the server list, as a player's game does. */
public final class GamePing {
  private static final int ATTEMPTS = 5;
  private static final int MAX_PONG = 1500;

  private GamePing() {}

  /**
   * Prints what a server answers.
   *
   * @param args the server, such as {@code 127.0.0.1:19132}
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      System.err.println("usage: GamePing <address>:<port>");
      System.exit(2);
    }
    try (DatagramSocket socket = new DatagramSocket()) {
      System.out.println(ping(socket, Endpoint.parse(args[0]), Duration.ofSeconds(1)));
    }
  }

  /**
   * Asks a server, several times if datagrams are lost.
   *
   * @param patience how long to wait for each answer
   * @throws SocketTimeoutException if there is no answer
   */
  static String ping(DatagramSocket socket, InetSocketAddress server, Duration patience)
      throws IOException {
    UnconnectedPing ping =
        new UnconnectedPing(System.currentTimeMillis(), ThreadLocalRandom.current().nextLong());
    ByteBuf bytes = Unpooled.buffer();
    ping.write(bytes);
    byte[] out = ByteBufUtil.getBytes(bytes);
    socket.setSoTimeout((int) patience.toMillis());
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      socket.send(new DatagramPacket(out, out.length, server));
      String status = answer(socket, ping);
      if (status != null) {
        return status;
      }
    }
    throw new SocketTimeoutException("no answer to " + ATTEMPTS + " pings");
  }

  private static @Nullable String answer(DatagramSocket socket, UnconnectedPing ping)
      throws IOException {
    DatagramPacket in = new DatagramPacket(new byte[MAX_PONG], MAX_PONG);
    try {
      socket.receive(in);
    } catch (SocketTimeoutException e) {
      return null;
    }
    return ping.readPong(Unpooled.wrappedBuffer(in.getData(), 0, in.getLength()));
  }
}
