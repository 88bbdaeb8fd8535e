/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import io.github.nettyplus.leakdetector.junit.NettyLeakDetectorExtension;
import io.github.proxyheader.examples.EventLoops;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;

/** The whole matrix. It writes docs/INTEROP.md at the end. */
@Tag("interop")
@Timeout(300)
@ExtendWith(NettyLeakDetectorExtension.class)
class InteropMatrixTest {
  private static final Results RESULTS = new Results();

  @RegisterExtension static final EventLoops LOOPS = new EventLoops();
  @TempDir static Path tlsDirectory;

  private static Tls tls;

  @BeforeAll
  static void makeCertificates() throws Exception {
    tls = new Tls(tlsDirectory);
  }

  static List<Receiver> receivers() {
    return Receivers.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("receivers")
  @DisplayName("encoder and forwarder to")
  void receiver(Receiver receiver) throws Exception {
    skipIfMissing(receiver.program());
    ReceiverRun.run(LOOPS.group(), receiver, RESULTS);
  }

  static List<Program> datagramReceivers() {
    return DatagramReceivers.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("datagramReceivers")
  @DisplayName("datagram encoder to")
  void datagramReceiver(Program program) throws Exception {
    skipIfMissing(program);
    DatagramRun.run(program, RESULTS);
  }

  static List<SendingProgram> senders() {
    return SendingPrograms.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("senders")
  @DisplayName("decoder from")
  void sender(SendingProgram sender) throws Exception {
    skipIfMissing(sender.program());
    String version = sender.program().installedVersion();
    if (Program.compareVersions(version, sender.since()) < 0) {
      throw new TestAbortedException(sender + " needs " + sender.since() + ", not " + version);
    }
    SenderRun.run(LOOPS.group(), sender, tls, tlsDirectory.toString(), RESULTS);
  }

  static List<Chain> chains() {
    return Chain.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("chains")
  @DisplayName("chain")
  void chain(Chain chain) throws Exception {
    skipIfMissing(Chain.haproxy());
    skipIfMissing(chain.receiver().program());
    chain.run(tls, tlsDirectory.toString(), RESULTS);
  }

  static List<Published> captures() {
    return Published.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("captures")
  @DisplayName("published bytes of")
  void capture(Published published) throws Exception {
    published.run(LOOPS.group(), RESULTS);
  }

  private static void skipIfMissing(Program program) {
    if (program.lacksRoot()) {
      throw new TestAbortedException(program + " needs root, and the user is not root");
    }
    program
        .missing()
        .ifPresent(
            missing -> {
              throw new TestAbortedException(missing);
            });
  }

  @AfterAll
  static void writePage() throws IOException {
    String when = "Last run: " + LocalDate.now(ZoneOffset.UTC) + ", on " + system() + ".";
    Files.writeString(Page.FILE, Page.render(RESULTS, when));
  }

  private static String system() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/etc/os-release"))) {
      return lines
          .filter(line -> line.startsWith("PRETTY_NAME="))
          .map(line -> line.substring("PRETTY_NAME=".length()).replace("\"", ""))
          .findFirst()
          .orElse("Linux");
    }
  }
}
