/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;

/** The loopback addresses, and sockets on them. */
public final class Loopback {
  public static final InetAddress V4 = NetUtil.LOCALHOST4;
  static final InetAddress V6 = NetUtil.LOCALHOST6;

  private static final int TIMEOUT_MILLIS = 20_000;
  private static final boolean HAS_V6 = canListen(V6);

  private Loopback() {}

  public static boolean hasV6() {
    return HAS_V6;
  }

  /** Returns the addresses that this machine has. */
  public static List<InetAddress> all() {
    return HAS_V6 ? List.of(V4, V6) : List.of(V4);
  }

  /** Skips the test by name if it wants IPv6 and the machine has none. */
  public static InetAddress address(String family) {
    if (family.equals("IPv4")) {
      return V4;
    }
    assumeThat(HAS_V6).as("this machine has the IPv6 loopback address").isTrue();
    return V6;
  }

  static Socket connect(InetSocketAddress to) throws IOException {
    Socket socket = new Socket();
    socket.connect(to, TIMEOUT_MILLIS);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return socket;
  }

  static InetSocketAddress localAddress(Socket socket) {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  public static String text(InetSocketAddress address) {
    return NetUtil.toSocketAddressString(address);
  }

  private static boolean canListen(InetAddress address) {
    try (ServerSocket probe = new ServerSocket(0, 1, address)) {
      return probe.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
