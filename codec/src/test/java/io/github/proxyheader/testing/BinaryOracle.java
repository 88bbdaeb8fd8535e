/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import io.github.proxyheader.protocol.ProxyCommand;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.testing.Oracle.Judgement;
import io.github.proxyheader.testing.Oracle.Kind;
import io.github.proxyheader.testing.Oracle.Settings;
import io.github.proxyheader.tlv.Tlv;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Judges version 2 by its rules (R29 to R57), one after another. */
public final class BinaryOracle {
  private static final byte[] SIGNATURE = Bytes.hex("0d0a0d0a000d0a515549540a");
  private static final int MAX_LENGTH = 4_112;

  private BinaryOracle() {}

  static Judgement judge(byte[] bytes, Settings settings) {
    for (int i = 0; i < Math.min(bytes.length, 12); i++) {
      if (bytes[i] != SIGNATURE[i]) {
        return Judgement.of(Kind.ABSENT);
      }
    }
    if (bytes.length < 13) {
      return Judgement.of(Kind.INCOMPLETE);
    }
    if (bytes[12] != 0x20 && bytes[12] != 0x21) {
      return Judgement.of(Kind.REJECTED);
    }
    boolean local = bytes[12] == 0x20;
    if (bytes.length < 14) {
      return Judgement.of(Kind.INCOMPLETE);
    }
    int family = (bytes[13] & 0xFF) / 16;
    int protocol = (bytes[13] & 0xFF) % 16;
    if (!local && (family > 3 || protocol > 2)) {
      return Judgement.of(Kind.REJECTED);
    }
    boolean proxied = !local && family != 0 && protocol != 0;
    boolean admitted =
        proxied
            ? settings.transports().contains(transport(family, protocol))
            : settings.acceptUnspec();
    if (!local && !admitted) {
      return Judgement.of(Kind.REJECTED);
    }
    if (bytes.length < 16) {
      return Judgement.of(Kind.INCOMPLETE);
    }
    int end = 16 + unsigned(bytes, 14, 2);
    int tlvStart = 16 + addressLength(family);
    if (proxied && end < tlvStart || end > MAX_LENGTH) {
      return Judgement.of(Kind.REJECTED);
    }
    if (bytes.length < end) {
      return Judgement.of(Kind.INCOMPLETE);
    }
    return proxied
        ? proxied(bytes, family, protocol, tlvStart, end)
        : addressless(bytes, family, local, tlvStart, end);
  }

  private static Judgement proxied(byte[] bytes, int family, int protocol, int tlvStart, int end) {
    List<Tlv> tlvs = tlvs(bytes, tlvStart, end);
    if (tlvs == null || hasWrongVector(bytes, tlvs, tlvStart, end)) {
      return Judgement.of(Kind.REJECTED);
    }
    return new Judgement(
        Kind.ACCEPTED,
        end,
        ProxyVersion.V2,
        ProxyCommand.PROXY,
        transport(family, protocol),
        address(bytes, family, 0),
        address(bytes, family, 1),
        tlvs);
  }

  private static ProxyTransport transport(int family, int protocol) {
    return switch (family) {
      case 1 -> protocol == 1 ? ProxyTransport.TCP4 : ProxyTransport.UDP4;
      case 2 -> protocol == 1 ? ProxyTransport.TCP6 : ProxyTransport.UDP6;
      default -> protocol == 1 ? ProxyTransport.UNIX_STREAM : ProxyTransport.UNIX_DGRAM;
    };
  }

  private static Judgement addressless(
      byte[] bytes, int family, boolean local, int tlvStart, int end) {
    return new Judgement(
        Kind.ACCEPTED,
        end,
        ProxyVersion.V2,
        local ? ProxyCommand.LOCAL : ProxyCommand.PROXY,
        ProxyTransport.UNSPEC,
        null,
        null,
        family == 0 ? tlvsOfUnspec(bytes, end) : tlvsOfSkippedBlock(bytes, tlvStart, end));
  }

  /** Returns the vectors of family 0, which has no addresses, though a sender may write zeros. */
  private static List<Tlv> tlvsOfUnspec(byte[] bytes, int end) {
    boolean zeros = Arrays.equals(bytes, 16, end, new byte[end - 16], 0, end - 16);
    List<Tlv> tlvs = tlvs(bytes, 16, end);
    return tlvs == null || zeros && end - 16 >= 12 ? List.of() : tlvs;
  }

  /** Returns the vectors behind the addresses, else those in their place; none are of type 0. */
  private static List<Tlv> tlvsOfSkippedBlock(byte[] bytes, int tlvStart, int end) {
    List<Integer> starts = new ArrayList<>();
    if (tlvStart > 16 && tlvStart <= end) {
      starts.add(tlvStart);
    }
    starts.add(16);
    for (int start : starts) {
      List<Tlv> tlvs = tlvs(bytes, start, end);
      if (tlvs != null && tlvs.stream().allMatch(tlv -> tlv.type() > 0)) {
        return tlvs;
      }
    }
    return List.of();
  }

  private static boolean hasWrongVector(byte[] bytes, List<Tlv> tlvs, int tlvStart, int end) {
    int at = tlvStart;
    boolean checked = false;
    for (Tlv tlv : tlvs) {
      if (tlv.type() == 0x05 && tlv.length() > 128) {
        return true;
      }
      if (tlv.type() == 0x03 && !checked) {
        checked = true;
        if (tlv.length() != 4) {
          return true;
        }
        byte[] header = Arrays.copyOf(bytes, end);
        Arrays.fill(header, at + 3, at + 7, (byte) 0);
        if (crc32c(header) != unsigned(bytes, at + 3, 4)) {
          return true;
        }
      }
      at += 3 + tlv.length();
    }
    return false;
  }

  private static List<Tlv> tlvs(byte[] bytes, int from, int end) {
    List<Tlv> tlvs = new ArrayList<>();
    int at = from;
    while (at < end) {
      if (end - at < 3) {
        return null;
      }
      int length = unsigned(bytes, at + 1, 2);
      if (length > end - at - 3) {
        return null;
      }
      tlvs.add(Tlv.of(bytes[at] & 0xFF, Arrays.copyOfRange(bytes, at + 3, at + 3 + length)));
      at += 3 + length;
    }
    return tlvs;
  }

  private static SocketAddress address(byte[] bytes, int family, int which) {
    if (family == 3) {
      return unixAddress(Arrays.copyOfRange(bytes, 16 + 108 * which, 124 + 108 * which));
    }
    int length = family == 1 ? 4 : 16;
    int at = 16 + length * which;
    try {
      return new InetSocketAddress(
          InetAddress.getByAddress(Arrays.copyOfRange(bytes, at, at + length)),
          unsigned(bytes, 16 + 2 * length + 2 * which, 2));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static DomainSocketAddress unixAddress(byte[] raw) {
    String all = new String(raw, StandardCharsets.UTF_8);
    if (raw[0] != 0) {
      return new DomainSocketAddress(all.split("\0", 2)[0]);
    }
    String name = all.substring(1).split("\0", 2)[0];
    return new DomainSocketAddress(name.isEmpty() ? "" : '\0' + name);
  }

  private static int addressLength(int family) {
    return switch (family) {
      case 1 -> 12;
      case 2 -> 36;
      case 3 -> 216;
      default -> 0;
    };
  }

  private static int unsigned(byte[] bytes, int at, int length) {
    int value = 0;
    for (int i = 0; i < length; i++) {
      value = value * 256 + (bytes[at + i] & 0xFF);
    }
    return value;
  }

  /** Returns the CRC-32C, computed bit by bit as RFC 3720 defines it. */
  public static int crc32c(byte[] bytes) {
    int crc = ~0;
    for (byte b : bytes) {
      crc ^= b & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? crc >>> 1 ^ 0x82F63B78 : crc >>> 1;
      }
    }
    return ~crc;
  }
}
