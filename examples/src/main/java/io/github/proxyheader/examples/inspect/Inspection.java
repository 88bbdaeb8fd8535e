/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that was found in an input.
 *
 * @param source the input, in printable ASCII
 * @param format what the input is
 * @param dissections what starts with a header; for an input that is no capture exactly one
 * @param capture figures of a capture, or null if the input is none
 */
public record Inspection(
    String source, Format format, List<Dissection> dissections, @Nullable Capture capture) {

  /** What an input is. */
  public enum Format {
    /** The bytes themselves. */
    RAW,
    /** Hexadecimal text or a dump. */
    HEX,
    /** Base64. */
    BASE64,
    /** A pcap or pcapng file. */
    PCAP
  }

  /**
   * Figures of a capture.
   *
   * @param packets how many packets were read
   * @param withoutHeader how many directions of connections, and datagrams, have no header
   * @param fragments how many packets were passed over because they are fragments
   * @param notShown how many more have a header, but are not kept
   * @param notShownInvalid how many of those have an invalid one
   */
  public record Capture(
      long packets, long withoutHeader, long fragments, long notShown, long notShownInvalid) {}

  /** Returns whether there is a header, and every header is accepted. */
  public boolean isValid() {
    return !dissections.isEmpty()
        && dissections.stream().allMatch(Dissection::isValid)
        && (capture == null || capture.notShownInvalid() == 0);
  }
}
