/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.examples.ConformancePage;
import io.github.proxyheader.examples.ConformancePage.Row;
import io.github.proxyheader.examples.probe.ProbeResult;
import io.github.proxyheader.examples.probe.Selection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;

/** Probes every receiver of the matrix. It writes docs/CONFORMANCE.md at the end. */
@Tag("conformance")
@Timeout(300)
class ConformanceRunTest {
  private static final List<Row> ROWS = new ArrayList<>();

  @BeforeAll
  static void probeThisLibrary() throws Exception {
    ROWS.add(ConformancePage.ours());
  }

  static List<Receiver> receivers() {
    return Receivers.all().stream().filter(each -> each.dialog() != Dialog.MYSQL).toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("receivers")
  @DisplayName("probe of")
  void receiver(Receiver receiver) throws Exception {
    if (receiver.program().missing().isPresent()) {
      throw new TestAbortedException(receiver.program().missing().get());
    }
    List<ProbeResult> results =
        ReceiverProbe.run(receiver, Selection.of(List.of()), Duration.ofSeconds(4));
    String version = receiver.program().installedVersion();
    ROWS.add(new Row(receiver.program().title(), version, results));
    assertThat(results).anyMatch(result -> result.outcome().isServed());
  }

  @AfterAll
  static void writePage() throws IOException {
    String page = ConformancePage.of(ROWS, LocalDate.now(ZoneOffset.UTC));
    Files.writeString(Path.of("..", "docs", "CONFORMANCE.md"), page);
  }
}
