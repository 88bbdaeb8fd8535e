/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.fuzz;

import io.github.proxyheader.testing.Bytes;
import io.github.proxyheader.testing.Vectors;
import java.util.stream.Stream;

/** What the fuzz targets start from: the conformance vectors and the captures of real senders. */
final class Seeds {
  private static final int LONGEST = 600;

  private Seeds() {}

  /** Headers, right and wrong, with and without payload. */
  static Stream<byte[]> headers() {
    return Stream.concat(
            Vectors.all().stream().map(vector -> vector.bytes()),
            Vectors.captures().stream()
                .map(capture -> Bytes.concat(capture.header(), capture.payload())))
        .filter(bytes -> bytes.length <= LONGEST);
  }
}
