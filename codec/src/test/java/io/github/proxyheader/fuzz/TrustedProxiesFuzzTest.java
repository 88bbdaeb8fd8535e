/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.testing.Addresses;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ranges out of any text, one a line: refused as a bad argument, or trusted exactly as arithmetic
 * with the JDK's own addresses says.
 */
class TrustedProxiesFuzzTest {
  private static final int BITS = 128;
  private static final BigInteger ALL = BigInteger.ONE.shiftLeft(BITS).subtract(BigInteger.ONE);
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

  private static final Range IPV4 =
      new Range(BigInteger.valueOf(0xFFFF_0000_0000L), BigInteger.valueOf(0xFFFF_FFFF_FFFFL));

  /** Both ends included; a range around all of IPv4 counts for IPv6 only. */
  private record Range(BigInteger first, BigInteger last) {
    boolean contains(BigInteger address) {
      boolean between = first.compareTo(address) <= 0 && last.compareTo(address) >= 0;
      return between && (equals(IPV4) || !isAroundIpv4() || !IPV4.contains(address));
    }

    private boolean isAroundIpv4() {
      return first.compareTo(IPV4.first) <= 0 && last.compareTo(IPV4.last) >= 0;
    }
  }

  static Stream<byte[]> seeds() {
    return Stream.of(
            "10.0.0.0/8",
            "0.0.0.0/0",
            "::/0",
            "192.0.2.1",
            "192.0.2.255/31",
            "2001:db8::/32",
            "2001:DB8:0:0:1::/65",
            "::ffff:10.0.0.0/104",
            "::ffff:a00:1/95",
            "1:2:3:4:5:6:7:8/64",
            "1:2:3:4:5:6:1.2.3.4/127",
            "fe80::1%eth0/64",
            "10.0.0.0/33",
            "10.0.0.0/08",
            "10.0.0/8",
            "010.0.0.0/8",
            "localhost",
            "10.0.0.0/8\n10.1.0.0/16\n11.0.0.0/8\n2001:db8::/33\n2001:db8:8000::/33",
            "255.255.255.255/32\n::ffff:ffff:ffff\n::1:0:0:0",
            ":::/1",
            "1::2::3",
            "::/-1",
            "10.0.0.0/",
            "/8",
            "")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "60s")
  void ranges(byte[] bytes) {
    List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
    TrustedProxies trusted;
    try {
      trusted = TrustedProxies.of(lines);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).startsWith("cidr");
      return;
    }
    List<Range> ranges = lines.stream().map(TrustedProxiesFuzzTest::range).toList();
    List<BigInteger> probes = new ArrayList<>(List.of(BigInteger.ZERO, ALL));
    for (Range range : ranges) {
      probes.add(range.first());
      probes.add(range.last());
      probes.add(range.first().subtract(BigInteger.ONE).and(ALL));
      probes.add(range.last().add(BigInteger.ONE).and(ALL));
      probes.add(range.first().add(range.last()).shiftRight(1));
    }
    for (BigInteger probe : probes) {
      assertThat(trusted.trusts(address(probe)))
          .as("%s trusts %s", lines, probe.toString(16))
          .isEqualTo(ranges.stream().anyMatch(range -> range.contains(probe)));
    }
    assertThat(trusted.and(trusted)).hasToString(trusted.toString());
  }

  /** The range by other means; the text was accepted, so it must be one. */
  private static Range range(String text) {
    String[] parts = text.split("/", -1);
    assertThat(parts).hasSizeBetween(1, 2);
    byte[] address = Addresses.inet(parts[0], 0).getAddress().getAddress();
    int skipped = parts[0].indexOf(':') < 0 ? BITS - 32 : 0;
    int prefix = parts.length == 1 ? BITS : skipped + Integer.parseInt(parts[1]);
    assertThat(prefix).isBetween(skipped, BITS);
    BigInteger host = BigInteger.ONE.shiftLeft(BITS - prefix).subtract(BigInteger.ONE);
    BigInteger first = number(address).andNot(host);
    return new Range(first, first.or(host));
  }

  private static BigInteger number(byte[] address) {
    byte[] all = address;
    if (address.length == 4) {
      all = Arrays.copyOf(MAPPED, 16);
      System.arraycopy(address, 0, all, MAPPED.length, 4);
    }
    return new BigInteger(1, all);
  }

  /** An IPv4-mapped one comes out as IPv4. */
  private static InetSocketAddress address(BigInteger number) {
    byte[] bytes = number.toByteArray();
    byte[] all = new byte[16];
    int length = Math.min(bytes.length, 16);
    System.arraycopy(bytes, bytes.length - length, all, 16 - length, length);
    try {
      return new InetSocketAddress(InetAddress.getByAddress(all), 0);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
