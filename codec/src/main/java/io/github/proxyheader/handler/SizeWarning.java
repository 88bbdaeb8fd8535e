/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.util.concurrent.atomic.AtomicBoolean;

/** Says once that headers are longer than some receivers and some paths take. */
final class SizeWarning {
  /** What Apache httpd and some others take, and what the protocol text calls the usual maximum. */
  static final int COMMON_LIMIT = 232;

  /** What a TCP segment carries on every path (R3). */
  static final int SEGMENT = 536;

  private static final InternalLogger LOGGER = InternalLoggerFactory.getInstance(SizeWarning.class);

  private final AtomicBoolean overCommonLimit = new AtomicBoolean();
  private final AtomicBoolean overSegment = new AtomicBoolean();

  /** Takes note of a header's length in bytes. */
  void check(int length) {
    if (length > COMMON_LIMIT && overCommonLimit.compareAndSet(false, true)) {
      LOGGER.warn(
          "A PROXY header of {} bytes is sent: some receivers refuse more than 232 bytes,"
              + " Apache httpd among them (said once)",
          length);
    }
    if (length > SEGMENT && overSegment.compareAndSet(false, true)) {
      LOGGER.warn(
          "A PROXY header of {} bytes is sent: above 536 bytes it may take several TCP segments,"
              + " and some receivers want it in one (said once)",
          length);
    }
  }
}
