/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import io.github.nettyplus.leakdetector.junit.NettyLeakDetectorExtension;
import io.github.proxyheader.examples.EventLoops;
import io.github.proxyheader.examples.Peers;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The part of the matrix that every run of continuous integration has time for. */
@Timeout(300)
@ExtendWith(NettyLeakDetectorExtension.class)
class InteropTest {
  private static final Set<String> CHEAP =
      Set.of("haproxy", "nginx", "apache", "lighttpd", "mariadb");

  @RegisterExtension static final EventLoops LOOPS = new EventLoops();

  static Stream<Receiver> receivers() {
    return Receivers.all().stream().filter(each -> CHEAP.contains(each.program().id()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("receivers")
  @DisplayName("encoder and forwarder to")
  void receiver(Receiver receiver) throws Exception {
    Program program = receiver.program();
    if (program.missing().isPresent()) {
      throw Peers.missing(program.title() + ": " + String.join(", ", program.packages()));
    }
    ReceiverRun.run(LOOPS.group(), receiver, new Results());
  }
}
