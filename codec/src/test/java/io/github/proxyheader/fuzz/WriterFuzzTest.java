/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.proxyheader.protocol.ProxyCommand;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.testing.Bytes;
import io.github.proxyheader.testing.LeakCheck;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The writer: what was read is written as it came, and what can be built at all is read as it was
 * built.
 */
class WriterFuzzTest {
  /** Reads all that the writer may write. */
  private static final ProxyHeaderReader READER =
      ProxyHeaderReader.builder().maxHeaderSize(65_551).build();

  private static final int READ = 0;
  private static final int BUILD = 1;

  /** The first byte tells what is done with the others. */
  static Stream<byte[]> seeds() {
    return Stream.concat(
        Seeds.headers().map(bytes -> Bytes.concat(new byte[] {READ}, bytes)),
        Stream.of(
                "01 01 00 01 0102030400500506070801bb",
                "00 01 00 01 0102030400500506070801bb",
                "01 01 02 07"
                    + " 20010db8000000000000000000000001005020010db800000000000000000000000201bb",
                "01 01 03 02 0102030400500506070801bb 040000 050002abcd",
                "01 00 00 00 03000400000000",
                "01 01 05 03 2f612f62",
                "01 01 00 04 006100")
            .map(digits -> Bytes.concat(new byte[] {BUILD}, Bytes.hex(digits))));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "60s")
  void roundTrip(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(bytes, 1, bytes.length);
    if ((bytes[0] & 1) == READ) {
      readThenWrite(rest);
    } else {
      buildThenWrite(Unpooled.wrappedBuffer(rest));
    }
  }

  private static void readThenWrite(byte[] bytes) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    ProxyHeader header;
    try {
      header = READER.read(in);
    } catch (ProxyHeaderException e) {
      return;
    }
    if (header == null) {
      return;
    }
    byte[] written = assertReadAgain(header);
    if (header.version() == ProxyVersion.V2 && header.hasAddresses()) {
      assertThat(written).isEqualTo(Arrays.copyOf(bytes, in.readerIndex()));
    }
    ProxyHeader built = header.toBuilder().build();
    if (!header.hasChecksum()) {
      assertThat(built).isEqualTo(header).hasSameHashCodeAs(header);
    }
  }

  /** Version, command, transport, kind of addresses; the addresses; the vectors. */
  private static void buildThenWrite(ByteBuf in) {
    if (in.readableBytes() < 4) {
      return;
    }
    ProxyHeader.Builder builder = ProxyHeader.builder();
    builder.version(of(ProxyVersion.values(), in.readByte()));
    builder.command(of(ProxyCommand.values(), in.readByte()));
    int transport = in.readByte() & 7;
    builder.transport(
        transport < ProxyTransport.values().length ? of(ProxyTransport.values(), transport) : null);
    int kinds = in.readByte();
    builder.source(address(kinds & 7, in)).destination(address(kinds >> 3 & 7, in));
    if ((kinds & 0x40) != 0) {
      builder.checksum((kinds & 0x80) != 0);
    }
    Tlvs.Builder tlvs = Tlvs.builder();
    while (in.readableBytes() >= 3) {
      int type = in.readUnsignedByte();
      byte[] value = new byte[in.readUnsignedShort()]; // as long as it says, zeros if need be
      in.readBytes(value, 0, Math.min(value.length, in.readableBytes()));
      tlvs.add(type, value);
    }
    builder.tlvs(tlvs.build());
    ProxyHeader header;
    try {
      header = builder.build();
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
      return;
    }
    assertReadAgain(header);
  }

  private static byte[] assertReadAgain(ProxyHeader header) {
    byte[] written = ProxyHeaderWriter.toBytes(header);
    assertThat(written).hasSize(ProxyHeaderWriter.length(header));
    LeakCheck leaks = new LeakCheck();
    ByteBuf out = leaks.allocator().directBuffer().writeZero(3);
    ProxyHeaderWriter.write(header, out);
    assertThat(out.readableBytes()).isEqualTo(3 + written.length);
    assertThat(out.skipBytes(3)).isEqualTo(Unpooled.wrappedBuffer(written));
    ProxyHeader again = READER.read(out);
    assertThat(out.isReadable()).isFalse();
    if (header.hasAddresses() || !header.hasChecksum()) {
      assertThat(again).isEqualTo(header).hasSameHashCodeAs(header).hasToString(header.toString());
    } else {
      // Written in another layout than it came in, so with another checksum: from then on the same.
      assertThat(again.tlvs()).hasSameSizeAs(header.tlvs());
      assertThat(ProxyHeaderWriter.toBytes(again)).isEqualTo(written);
    }
    out.release();
    leaks.assertNothingLeaked();
    return written;
  }

  private static <T> T of(T[] values, int which) {
    return values[Math.floorMod(which, values.length)];
  }

  private static SocketAddress address(int kind, ByteBuf in) {
    return switch (kind) {
      case 1 -> inet(in, 4);
      case 2, 3 -> inet(in, 16);
      case 4, 5 -> new DomainSocketAddress(string(in));
      case 6 -> InetSocketAddress.createUnresolved("proxy.example.org", 1);
      default -> null;
    };
  }

  private static InetSocketAddress inet(ByteBuf in, int length) {
    byte[] address = new byte[length];
    in.readBytes(address, 0, Math.min(length, in.readableBytes()));
    int port = in.readableBytes() >= 2 ? in.readUnsignedShort() : 0;
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String string(ByteBuf in) {
    int length = in.isReadable() ? Math.min(in.readUnsignedByte(), in.readableBytes()) : 0;
    return in.readCharSequence(length, StandardCharsets.UTF_8).toString();
  }
}
