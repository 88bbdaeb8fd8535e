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
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Judges version 1 by its grammar (R16 to R26), written as one regular expression for each setting
 * of the reader. The IPv6 part is that of RFC 3986. Whether bytes can still become a line is what
 * {@link Matcher#hitEnd} tells.
 */
final class TextOracle {
  private static final int MAX_LENGTH = 107;

  private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])";
  private static final String IPV4 = OCTET + "(?:\\." + OCTET + "){3}";
  private static final String H16 = "[0-9a-fA-F]{1,4}";
  private static final String LS32 = "(?:" + H16 + ":" + H16 + "|" + IPV4 + ")";
  private static final String IPV6 =
      "(?:(?:H16:){6}LS32"
          .concat("|::(?:H16:){5}LS32")
          .concat("|(?:H16)?::(?:H16:){4}LS32")
          .concat("|(?:(?:H16:){0,1}H16)?::(?:H16:){3}LS32")
          .concat("|(?:(?:H16:){0,2}H16)?::(?:H16:){2}LS32")
          .concat("|(?:(?:H16:){0,3}H16)?::H16:LS32")
          .concat("|(?:(?:H16:){0,4}H16)?::LS32")
          .concat("|(?:(?:H16:){0,5}H16)?::H16")
          .concat("|(?:(?:H16:){0,6}H16)?::)")
          .replace("LS32", LS32)
          .replace("H16", H16);
  private static final String PORT =
      "(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}"
          + "|[1-9][0-9]{0,3}|0)";

  /** All spellings of an IPv4-mapped address: five groups of zeros, FFFF, and 32 bits. */
  private static final String MAPPED =
      "(?:(?:Z:){5}F:LS32|(?:Z:){5}F::(?:H16)?|(?:Z:){5}F:H16::"
          .concat("|::(?:Z:){0,4}F:LS32")
          .concat("|Z::(?:Z:){0,3}F:LS32")
          .concat("|Z:Z::(?:Z:){0,2}F:LS32")
          .concat("|Z:Z:Z::(?:Z:){0,1}F:LS32")
          .concat("|Z:Z:Z:Z::F:LS32)")
          .replace("LS32", LS32)
          .replace("H16", H16)
          .replace("Z", "0{1,4}")
          .replace("F:", "[fF]{4}:");

  private static final Map<Settings, Pattern> LINES = new ConcurrentHashMap<>();

  private TextOracle() {}

  private static Pattern line(Settings settings) {
    boolean mixed = settings.mixedFamilies();
    List<String> protocols = new ArrayList<>();
    if (settings.transports().contains(ProxyTransport.TCP4)) {
      protocols.add(tcp('4', mixed ? IPV4 + "|" + MAPPED : IPV4));
    }
    if (settings.transports().contains(ProxyTransport.TCP6)) {
      protocols.add(tcp('6', mixed ? IPV6 + "|" + IPV4 : IPV6));
    }
    if (settings.acceptUnspec()) {
      protocols.add("UNKNOWN(?: [^\r\n]*)?");
    }
    if (protocols.isEmpty()) {
      protocols.add("(?!.)"); // Any byte is refused.
    }
    return Pattern.compile("PROXY (?:" + String.join("|", protocols) + ")\r\n", Pattern.DOTALL);
  }

  private static String tcp(char family, String address) {
    return "TCP" + family + " (?:@) (?:@) PORT PORT".replace("@", address).replace("PORT", PORT);
  }

  static Judgement judge(byte[] bytes, Settings settings) {
    int length = Math.min(bytes.length, MAX_LENGTH);
    String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    Matcher line = LINES.computeIfAbsent(settings, TextOracle::line).matcher(text);
    if (!line.lookingAt()) {
      return Judgement.of(line.hitEnd() && length < MAX_LENGTH ? Kind.INCOMPLETE : Kind.REJECTED);
    }
    String[] fields = text.substring(0, line.end()).trim().split(" ", -1);
    return fields[1].startsWith("TCP")
        ? proxied(fields, line.end())
        : new Judgement(
            Kind.ACCEPTED,
            line.end(),
            ProxyVersion.V1,
            ProxyCommand.PROXY,
            ProxyTransport.UNSPEC,
            null,
            null,
            List.of());
  }

  private static Judgement proxied(String[] fields, int end) {
    InetSocketAddress source = Addresses.inet(fields[2], Integer.parseInt(fields[4]));
    InetSocketAddress destination = Addresses.inet(fields[3], Integer.parseInt(fields[5]));
    boolean bothIpv4 =
        source.getAddress() instanceof Inet4Address
            && destination.getAddress() instanceof Inet4Address;
    boolean dotted = !fields[2].contains(":") || !fields[3].contains(":");
    boolean tcp4 = fields[1].equals("TCP4") || bothIpv4 && dotted;
    return new Judgement(
        Kind.ACCEPTED,
        end,
        ProxyVersion.V1,
        ProxyCommand.PROXY,
        tcp4 ? ProxyTransport.TCP4 : ProxyTransport.TCP6,
        source,
        destination,
        List.of());
  }
}
