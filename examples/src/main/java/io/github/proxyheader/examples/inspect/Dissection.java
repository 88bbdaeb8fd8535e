/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

import java.util.List;

/**
 * The headers at the start of an input, of a connection or of a datagram.
 *
 * @param where where the bytes come from, in printable ASCII
 * @param bytes the bytes, never changed; of a connection those that were kept
 * @param findings at least one header, in order
 */
@SuppressWarnings("ArrayRecordComponent") // Dissections are not compared.
public record Dissection(String where, byte[] bytes, List<Finding> findings) {

  /** Returns whether all headers are accepted. */
  public boolean isValid() {
    return findings.stream().allMatch(Finding::isValid);
  }

  /** Returns where the bytes behind the last header start; there are none behind a refused one. */
  public int payloadOffset() {
    Finding last = findings.get(findings.size() - 1);
    return last.isValid() ? last.offset() + last.length() : bytes.length;
  }
}
