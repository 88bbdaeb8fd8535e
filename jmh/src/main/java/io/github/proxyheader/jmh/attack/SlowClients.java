/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh.attack;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Slow clients in a process of their own, and one that is well-behaved. It prints how many
 * connected, and for each line on its standard input how many connections are gone and how the good
 * client fared; it ends with its standard input.
 */
final class SlowClients {
  private static final int SOURCES = 8;

  private final Client kind;
  private final List<SocketChannel> channels = new ArrayList<>();
  private final List<Integer> dripped = new ArrayList<>();
  private long nextDrip = System.nanoTime();

  private SlowClients(Client kind) {
    this.kind = kind;
  }

  /**
   * Runs it.
   *
   * @param args the kind of client, how many, the server's port, the second part of the clients'
   *     addresses 127.x.0.1 and so on, and whether there is a good client
   */
  public static void main(String[] args) throws Exception {
    SlowClients clients = new SlowClients(Client.valueOf(args[0]));
    int count = Integer.parseInt(args[1]);
    int port = Integer.parseInt(args[2]);
    int network = Integer.parseInt(args[3]);
    GoodClient good = new GoodClient(port);
    if (Boolean.parseBoolean(args[4])) {
      good.start();
    }
    for (int i = 0; i < count; i++) {
      clients.connect(new byte[] {127, (byte) network, 0, (byte) (1 + i % SOURCES)}, port);
      clients.drip();
    }
    System.out.println(count);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    while (true) {
      clients.drip();
      if (!in.ready()) {
        Thread.sleep(20);
      } else if (in.readLine().equals("count")) {
        System.out.println(clients.gone() + " " + good.count());
      } else {
        break;
      }
    }
    System.exit(0);
  }

  private void connect(byte[] source, int port) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.bind(new InetSocketAddress(InetAddress.getByAddress(source), 0));
    channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channel.configureBlocking(false);
    if (!kind.isDripping()) {
      channel.write(ByteBuffer.wrap(kind.bytes()));
    }
    channels.add(channel);
    dripped.add(0);
  }

  private void drip() {
    if (!kind.isDripping() || System.nanoTime() - nextDrip < 0) {
      return;
    }
    nextDrip += 1_000_000_000;
    byte[] bytes = kind.bytes();
    for (int i = 0; i < channels.size(); i++) {
      int at = dripped.get(i);
      try {
        channels.get(i).write(ByteBuffer.wrap(bytes, at, Math.min(1, bytes.length - at)));
        dripped.set(i, Math.min(bytes.length, at + 1));
      } catch (IOException e) {
        dripped.set(i, bytes.length); // gone: counted when it is read from
      }
    }
  }

  private int gone() {
    int gone = 0;
    ByteBuffer one = ByteBuffer.allocate(1);
    for (SocketChannel channel : channels) {
      try {
        gone += channel.read(one.clear()) < 0 ? 1 : 0;
      } catch (IOException e) {
        gone++;
      }
    }
    return gone;
  }
}
