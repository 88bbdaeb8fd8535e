/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.tlv.Tlv;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Logs a warning when headers are longer than some receivers take. Each limit is warned of once for
 * each instance: a header that is the first one over several limits causes one line for all of
 * them. Thread-safe.
 */
final class SizeWarning {
  /** The number of bytes that HAProxy 2.9 and newer take in the value of one vector. */
  static final int ONE_VECTOR = 1_024;

  private static final InternalLogger LOGGER = InternalLoggerFactory.getInstance(SizeWarning.class);

  /** The limits that were measured, and that of a TCP segment (R3); the shortest one is first. */
  private static final List<Limit> LIMITS =
      List.of(
          Limit.ofHeader(107, "nginx 1.22"),
          Limit.ofHeader(109, "Apache Traffic Server"),
          Limit.ofHeader(232, "Apache httpd, Exim and Kamailio"),
          Limit.ofHeader(256, "lighttpd and MariaDB"),
          Limit.ofHeader(272, "go-proxyproto 0.8"),
          Limit.ofHeader(536, "receivers that want the header in one TCP segment"),
          Limit.ofHeader(1_024, "nginx 1.31 for http"),
          Limit.ofVector(ONE_VECTOR, "HAProxy 2.9 and newer"),
          Limit.ofHeader(4_096, "nginx 1.31 for streams"),
          Limit.ofHeader(4_112, "go-proxyproto 0.15"),
          Limit.ofHeader(16_384, "HAProxy"));

  /** The limits that a header was over: a bit for the index of each. */
  private final AtomicInteger known = new AtomicInteger();

  private final AtomicBoolean certificateLeftOut = new AtomicBoolean();

  /** Logs a warning if a header is over a limit that no earlier header was over. */
  void check(ProxyHeader header) {
    int length = ProxyHeaderWriter.length(header);
    if (length <= LIMITS.get(0).bytes()) {
      return; // most headers
    }
    int longestVector = 0;
    for (Tlv vector : header.tlvs()) {
      longestVector = Math.max(longestVector, vector.length());
    }
    int exceeded = 0;
    for (int i = 0; i < LIMITS.size(); i++) {
      if (LIMITS.get(i).isExceededBy(length, longestVector)) {
        exceeded |= 1 << i;
      }
    }
    int before = known.getAndAccumulate(exceeded, (all, more) -> all | more);
    if ((exceeded & ~before) != 0) {
      warn(length, exceeded);
    }
  }

  private static void warn(int length, int exceeded) {
    StringJoiner receivers = new StringJoiner("; ");
    for (int i = 0; i < LIMITS.size(); i++) {
      if ((exceeded & 1 << i) != 0) {
        receivers.add(LIMITS.get(i).toString());
      }
    }
    LOGGER.warn(
        "A PROXY header of {} bytes is sent. It is refused by: {}."
            + " This warning is logged once for each limit.",
        length,
        receivers);
  }

  /** Logs, once, that a client's certificate is not sent because of the length of the vector. */
  void certificateLeftOut(int vectorLength) {
    if (certificateLeftOut.compareAndSet(false, true)) {
      LOGGER.warn(
          "A client's certificate is left out of the PROXY header, because the SSL vector would"
              + " have {} bytes with it, and HAProxy 2.9 and newer refuse vectors of more than {}"
              + " bytes. RelayOptions.Builder.longClientCertificate(true) sends such certificates"
              + " too. This warning is logged once.",
          vectorLength,
          ONE_VECTOR);
    }
  }

  /**
   * The longest header, or vector, that some receivers take.
   *
   * @param bytes the length of a whole header, or of the value of one vector
   */
  private record Limit(int bytes, boolean isOfOneVector, String receivers) {
    static Limit ofHeader(int bytes, String receivers) {
      return new Limit(bytes, false, receivers);
    }

    static Limit ofVector(int bytes, String receivers) {
      return new Limit(bytes, true, receivers);
    }

    boolean isExceededBy(int header, int longestVector) {
      return (isOfOneVector ? longestVector : header) > bytes;
    }

    @Override
    public String toString() {
      String limit = isOfOneVector ? " bytes in one vector)" : " bytes)";
      return receivers + " (more than " + bytes + limit;
    }
  }
}
