/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import java.util.List;
import java.util.stream.Stream;

/** All receivers of the matrix. */
public final class Receivers {
  private Receivers() {}

  /** Returns them in the order of the page. */
  public static List<Receiver> all() {
    return Stream.of(
            HttpReceivers.all(), MailReceivers.all(), DnsReceivers.all(), OtherReceivers.all())
        .flatMap(List::stream)
        .toList();
  }
}
