/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** Writes captures for tests: pcap and pcapng, and the packets in them. */
public final class CaptureBuilder {
  public static final int SYN = 2;
  public static final int ACK = 16;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteOrder order;
  private final boolean ng;

  private CaptureBuilder(ByteOrder order, boolean ng) {
    this.order = order;
    this.ng = ng;
  }

  public static CaptureBuilder pcap(ByteOrder order, int magic, int linkType) {
    CaptureBuilder builder = new CaptureBuilder(order, false);
    builder.out.writeBytes(
        builder
            .buffer(24)
            .putInt(magic)
            .putShort((short) 2)
            .putShort((short) 4)
            .putLong(0)
            .putInt(262_144)
            .putInt(linkType)
            .array());
    return builder;
  }

  public static CaptureBuilder pcap(int linkType) {
    return pcap(ByteOrder.LITTLE_ENDIAN, 0xA1B2C3D4, linkType);
  }

  public static CaptureBuilder pcapng(ByteOrder order, int linkType) {
    CaptureBuilder builder = new CaptureBuilder(order, true);
    ByteBuffer section = builder.buffer(16).putInt(0x1A2B3C4D).putShort((short) 1);
    builder.block(CaptureReader.PCAPNG, section.putShort((short) 0).putLong(-1).array());
    ByteBuffer description = builder.buffer(8).putShort((short) linkType).putShort((short) 0);
    return builder.block(1, description.putInt(0).array());
  }

  private ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(order);
  }

  public CaptureBuilder block(int type, byte[] body) {
    int padded = (body.length + 3) / 4 * 4;
    ByteBuffer block = buffer(padded + 12).putInt(type).putInt(padded + 12).put(body);
    out.writeBytes(block.position(padded + 8).putInt(padded + 12).array());
    return this;
  }

  public CaptureBuilder packet(byte[] packet) {
    if (ng) {
      ByteBuffer body = buffer(20 + packet.length).putInt(0).putLong(0);
      return block(6, body.putInt(packet.length).putInt(packet.length).put(packet).array());
    }
    out.writeBytes(buffer(16).putLong(0).putInt(packet.length).putInt(packet.length).array());
    out.writeBytes(packet);
    return this;
  }

  public CaptureBuilder simplePacket(byte[] packet) {
    return block(3, buffer(4 + packet.length).putInt(packet.length).put(packet).array());
  }

  public byte[] bytes() {
    return out.toByteArray();
  }

  public static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  public static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }

  public static byte[] tcp(int sequence, int flags, byte[] payload) {
    ByteBuffer segment = ByteBuffer.allocate(20 + payload.length);
    segment.putShort((short) 1000).putShort((short) 80).putInt(sequence).putInt(0);
    segment.put((byte) 0x50).put((byte) flags).putShort((short) 1).putInt(0);
    return segment.put(payload).array();
  }

  public static byte[] udp(byte[] payload) {
    ByteBuffer datagram = ByteBuffer.allocate(8 + payload.length);
    datagram.putShort((short) 1000).putShort((short) 53).putShort((short) (8 + payload.length));
    return datagram.putShort((short) 0).put(payload).array();
  }

  public static byte[] ipv4(int protocol, byte[] payload) {
    ByteBuffer packet = ByteBuffer.allocate(20 + payload.length);
    packet.put((byte) 0x45).put((byte) 0).putShort((short) (20 + payload.length)).putInt(0);
    packet.put((byte) 64).put((byte) protocol).putShort((short) 0);
    return packet.put(hex("c0000201")).put(hex("c0000202")).put(payload).array();
  }

  public static byte[] ipv6(int next, byte[] payload) {
    ByteBuffer packet = ByteBuffer.allocate(40 + payload.length);
    packet.putInt(0x60000000).putShort((short) payload.length).put((byte) next).put((byte) 64);
    packet
        .put(hex("20010db8000000000000000000000001"))
        .put(hex("20010db8000000000000000000000002"));
    return packet.put(payload).array();
  }
}
