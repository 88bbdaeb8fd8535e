/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.examples.ExternalProgram;
import io.github.proxyheader.examples.Loopback;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.protocol.ProxyCommand;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.tlv.SslInfo;
import io.github.proxyheader.tlv.TlvType;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;

/** Lets a program send headers in every mode, and compares what the decoder made of them. */
final class SenderRun {
  private SenderRun() {}

  static void run(
      EventLoopGroup group, SendingProgram sender, Tls tls, String tlsDirectory, Results results)
      throws Exception {
    results.version(sender.program().title(), sender.program().installedVersion());
    SoftAssertions all = new SoftAssertions();
    try (Witness witness = new Witness(group)) {
      Map<String, String> values = new TreeMap<>();
      values.put("TARGET", Loopback.text(witness.address()));
      values.put("TARGETPORT", Integer.toString(witness.address().getPort()));
      values.put("TLS", tlsDirectory);
      try (RunningProgram running = RunningProgram.start(sender.program(), values)) {
        for (SendingProgram.Mode mode : sender.modes()) {
          if (mode.client() != null && mode.client().needsIpv6() && !Loopback.hasV6()) {
            continue;
          }
          String seen = send(running, mode, tls, witness);
          results.sent(sender.program().title(), mode.title(), seen);
          all.assertThat(seen).as("%s, %s", sender, mode.title()).isEqualTo(mode.expected());
        }
        if (!all.wasSuccess()) {
          System.err.println("--- what " + sender + " printed:\n" + running.read("log"));
        }
      }
    }
    all.assertAll();
  }

  private static String send(
      RunningProgram running, SendingProgram.Mode mode, Tls tls, Witness witness) throws Exception {
    witness.forget();
    if (mode.command() != null) {
      try (ExternalProgram command = running.launch(mode.command())) {
        return summary(witness.await(), mode.source());
      }
    }
    SendingClient client = Objects.requireNonNull(mode.client());
    try (SendingClient.Sent sent = client.send(running, mode.port(), tls)) {
      Witness.Seen seen = witness.await();
      while (isOfEarlierConnection(seen, client)) {
        seen = witness.await();
      }
      if (seen.address() != null) {
        assertThat(seen.payload()).as(mode.title()).startsWith(client.payload());
      }
      return summary(seen, sent.source());
    }
  }

  /** Without a payload it is from the check that the program listens. */
  private static boolean isOfEarlierConnection(Witness.Seen seen, SendingClient client) {
    return client == SendingClient.TLS_RESUMED && !isResumed(seen)
        || client != SendingClient.NOBODY && seen.address() != null && seen.payload().isEmpty();
  }

  private static boolean isResumed(Witness.Seen seen) {
    return seen.address() != null
        && seen.address().tlvs().ssl().filter(ssl -> !ssl.certOnConnection()).isPresent();
  }

  /**
   * Returns the version, the transport and the vectors of a header; and whose address it names,
   * unless it is the right one.
   */
  static String summary(Witness.Seen seen, @Nullable InetSocketAddress source) {
    if (seen.refusal() != null) {
      return "refused: " + seen.refusal().reason();
    }
    ProxiedAddress address = Objects.requireNonNull(seen.address());
    ProxyHeader header = Objects.requireNonNull(address.header());
    String version = header.version().name().toLowerCase(java.util.Locale.ROOT) + " ";
    if (header.command() == ProxyCommand.LOCAL) {
      return version + "LOCAL" + vectors(header.tlvs());
    }
    if (header.transport() == ProxyTransport.UNSPEC) {
      return version + "UNKNOWN" + vectors(header.tlvs());
    }
    return version + header.transport() + vectors(header.tlvs()) + whose(address, source);
  }

  private static String whose(ProxiedAddress address, @Nullable InetSocketAddress source) {
    if (address.source().equals(source)) {
      return "";
    }
    if (address.destination().equals(source)) {
      return ", source and destination swapped";
    }
    if (address.source().equals(address.peer())) {
      return ", from the sender itself";
    }
    return ", from "
        + (address.source() instanceof InetSocketAddress inet
            ? Loopback.text(inet)
            : address.source());
  }

  private static String vectors(Tlvs tlvs) {
    if (tlvs.isEmpty()) {
      return "";
    }
    return StreamSupport.stream(tlvs.spliterator(), false)
        .map(tlv -> name(tlv.type()) + (tlv.type() == TlvType.SSL ? ssl(tlvs) : ""))
        .collect(Collectors.joining(", ", " with ", ""));
  }

  /** Returns a type's name; those from 0xE0 mean to each sender something else. */
  private static String name(int type) {
    return type >= TlvType.GCP ? String.format("0x%02X", type) : TlvType.name(type);
  }

  private static String ssl(Tlvs tlvs) {
    SslInfo ssl = tlvs.ssl().orElseThrow();
    String facts =
        (ssl.overSsl() ? "" : "clear ")
            + (ssl.certOnConnection() ? "certificate " : "")
            + (ssl.certInSession() && !ssl.certOnConnection() ? "resumed " : "")
            + (ssl.verified() ? "verified " : "");
    String names =
        StreamSupport.stream(ssl.vectors().spliterator(), false)
            .map(tlv -> TlvType.name(tlv.type()).replace("SSL_", ""))
            .collect(Collectors.joining(" "));
    return ("(" + facts + names).strip() + ")";
  }
}
