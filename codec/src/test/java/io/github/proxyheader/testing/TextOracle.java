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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The grammar of version 1 (R16 to R26) as one regular expression, the IPv6 part of it being that
 * of RFC 3986. Whether bytes can still become a line is what {@link Matcher#hitEnd} tells.
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
      "(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}"
          + "|[1-9][0-9]{0,3}|0)";
  private static final Pattern LINE =
      Pattern.compile(
          "PROXY (?:"
              + ("TCP4 (?<src4>" + IPV4 + ") (?<dst4>" + IPV4 + ")")
              + (" (?<sport4>" + PORT + ") (?<dport4>" + PORT + ")")
              + ("|TCP6 (?<src6>" + IPV6 + ") (?<dst6>" + IPV6 + ")")
              + (" (?<sport6>" + PORT + ") (?<dport6>" + PORT + ")")
              + "|UNKNOWN(?: [^\r\n]*)?)\r\n");

  private TextOracle() {}

  static Judgement judge(byte[] bytes) {
    int length = Math.min(bytes.length, MAX_LENGTH);
    Matcher line = LINE.matcher(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
    if (!line.lookingAt()) {
      return Judgement.of(line.hitEnd() && length < MAX_LENGTH ? Kind.INCOMPLETE : Kind.REJECTED);
    }
    if (line.group("src4") != null) {
      return proxied(line, ProxyTransport.TCP4, "4");
    }
    if (line.group("src6") != null) {
      return proxied(line, ProxyTransport.TCP6, "6");
    }
    return new Judgement(
        Kind.ACCEPTED,
        line.end(),
        ProxyVersion.V1,
        ProxyCommand.PROXY,
        ProxyTransport.UNSPEC,
        null,
        null,
        List.of());
  }

  private static Judgement proxied(Matcher line, ProxyTransport transport, String family) {
    return new Judgement(
        Kind.ACCEPTED,
        line.end(),
        ProxyVersion.V1,
        ProxyCommand.PROXY,
        transport,
        Addresses.inet(line.group("src" + family), Integer.parseInt(line.group("sport" + family))),
        Addresses.inet(line.group("dst" + family), Integer.parseInt(line.group("dport" + family))),
        List.of());
  }
}
