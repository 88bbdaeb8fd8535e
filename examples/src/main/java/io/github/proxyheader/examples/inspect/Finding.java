/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

import io.github.proxyheader.protocol.ProxyHeader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One header, or bytes where one was expected.
 *
 * @param offset where it starts
 * @param length how many bytes it has; of a refused one those up to the byte that is refused
 * @param header the header, or null if it is refused
 * @param refusal why it is refused, or null if it is accepted
 * @param ranges its byte ranges in order
 */
public record Finding(
    int offset,
    int length,
    @Nullable ProxyHeader header,
    @Nullable Refusal refusal,
    List<Range> ranges) {

  /** Returns whether the header is accepted. */
  public boolean isValid() {
    return refusal == null;
  }
}
