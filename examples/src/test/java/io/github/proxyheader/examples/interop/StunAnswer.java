/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** Reads the client's address in the answer to a Binding request (RFC 8489, section 14.2). */
final class StunAnswer {
  private static final int HEAD = 20;
  private static final int XOR_MAPPED_ADDRESS = 0x20;
  private static final int COOKIE = 4;

  private StunAnswer() {}

  /** Returns the address and the port, empty if the answer has none. */
  static String mappedAddress(String answer) {
    byte[] bytes = answer.getBytes(ISO_8859_1);
    ByteBuffer in = ByteBuffer.wrap(bytes).position(HEAD);
    while (in.remaining() >= 4) {
      int type = in.getShort();
      int length = in.getShort();
      int next = in.position() + (length + 3) / 4 * 4;
      if (type == XOR_MAPPED_ADDRESS) {
        in.getShort();
        int port = (in.getShort() ^ (bytes[COOKIE] << 8 | bytes[COOKIE + 1] & 0xff)) & 0xffff;
        byte[] address = new byte[length - 4];
        in.get(address);
        for (int i = 0; i < address.length; i++) {
          address[i] ^= bytes[COOKIE + i];
        }
        try {
          return NetUtil.toSocketAddressString(
              new InetSocketAddress(InetAddress.getByAddress(address), port));
        } catch (UnknownHostException e) {
          throw new IllegalStateException(e);
        }
      }
      in.position(next);
    }
    return "";
  }
}
