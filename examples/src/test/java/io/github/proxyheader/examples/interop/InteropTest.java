/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.nettyplus.leakdetector.junit.NettyLeakDetectorExtension;
import io.github.proxyheader.examples.EventLoops;
import io.github.proxyheader.examples.Peers;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The part of the matrix that every run of continuous integration has time for. */
@Timeout(300)
@ExtendWith(NettyLeakDetectorExtension.class)
class InteropTest {
  private static final Set<String> CHEAP =
      Set.of(
          "haproxy",
          "nginx",
          "apache",
          "lighttpd",
          "squid",
          "gunicorn",
          "mariadb",
          "dnsdist",
          "pdns-recursor",
          "pdns-auth",
          "unbound");

  private static final Set<String> CHEAP_SENDERS =
      Set.of(
          "haproxy-send",
          "haproxy-check-v1",
          "haproxy-check-v2",
          "haproxy-check-v2-ssl",
          "nginx-send",
          "stunnel-send",
          "hitch-v1",
          "hitch-v2",
          "hitch-cert",
          "hitch-relay",
          "dnsdist-send",
          "curl",
          "kdig");

  @TempDir Path tlsDirectory;
  @RegisterExtension static final EventLoops LOOPS = new EventLoops();

  static Stream<Receiver> receivers() {
    return Receivers.all().stream().filter(each -> CHEAP.contains(each.program().id()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("receivers")
  @DisplayName("encoder and forwarder to")
  void receiver(Receiver receiver) throws Exception {
    require(receiver.program());
    ReceiverRun.run(LOOPS.group(), receiver, new Results());
  }

  static Stream<Program> datagramReceivers() {
    return DatagramReceivers.all().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("datagramReceivers")
  @DisplayName("datagram encoder to")
  void datagramReceiver(Program program) throws Exception {
    require(program);
    DatagramRun.run(program, new Results());
  }

  static Stream<SendingProgram> senders() {
    return SendingPrograms.all().stream()
        .filter(each -> CHEAP_SENDERS.contains(each.program().id()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("senders")
  @DisplayName("decoder from")
  void sender(SendingProgram sender) throws Exception {
    require(sender.program());
    Tls tls = new Tls(tlsDirectory);
    SenderRun.run(LOOPS.group(), sender, tls, tlsDirectory.toString(), new Results());
  }

  @Test
  @DisplayName("client, HAProxy, forwarder, nginx")
  void chain() throws Exception {
    Chain chain =
        Chain.all().stream()
            .filter(each -> CHEAP.contains(each.receiver().program().id()))
            .findFirst()
            .orElseThrow();
    require(Chain.haproxy());
    require(chain.receiver().program());
    chain.run(new Tls(tlsDirectory), tlsDirectory.toString(), new Results());
  }

  static List<Published> captures() {
    return Published.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("captures")
  @DisplayName("published bytes of")
  void capture(Published published) throws Exception {
    published.run(LOOPS.group(), new Results());
  }

  private static void require(Program program) {
    assumeThat(program.lacksRoot())
        .as("%s needs root, and the user is not root", program)
        .isFalse();
    if (program.missing().isPresent()) {
      throw Peers.missing(program.title() + ": " + String.join(", ", program.packages()));
    }
  }
}
