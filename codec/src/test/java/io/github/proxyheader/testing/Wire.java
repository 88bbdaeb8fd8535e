/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import static io.github.proxyheader.testing.Bytes.binary;
import static io.github.proxyheader.testing.Bytes.hex;
import static io.github.proxyheader.testing.Bytes.text;

import java.net.InetSocketAddress;
import java.util.List;

/** Headers that the tests of handlers send. */
public final class Wire {
  /** The client's address in {@link #V1} and {@link #V2}. */
  public static final InetSocketAddress SOURCE = Addresses.inet("192.0.2.1", 56324);

  /** The address that the client connected to. */
  public static final InetSocketAddress DESTINATION = Addresses.inet("198.51.100.2", 443);

  private static final String V1 = "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n";
  private static final byte[] V2 = binary(0x21, 0x11, hex("c0000201 c6336402 dc04 01bb"));

  private Wire() {}

  public static byte[] v1() {
    return text(V1);
  }

  public static byte[] v2() {
    return V2.clone();
  }

  /** Version 2 with a vector behind the addresses, so that it is longer than a version 1 line. */
  public static byte[] v2(byte[]... tlvs) {
    return binary(0x21, 0x11, hex("c0000201 c6336402 dc04 01bb"), Bytes.concat(tlvs));
  }

  public static byte[] local() {
    return binary(0x20, 0x00);
  }

  public static byte[] unknown() {
    return text("PROXY UNKNOWN\r\n");
  }

  /** One of each kind, to loop over. */
  public static List<byte[]> all() {
    return List.of(v1(), v2(), v2(Bytes.tlv(0xE5, new byte[300])), local(), unknown());
  }
}
