/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One line of {@code captures.jsonl}: what a real sender wrote.
 *
 * @param name sender, version and what it was made to do
 * @param decoded what another program made of it
 * @param header the header's bytes
 * @param payload the first bytes behind it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Capture(String name, JsonNode decoded, byte[] header, byte[] payload) {

  /** Whether the line's addresses are of the family that its token tells, as R19 wants it. */
  public boolean hasAddressesOfItsFamily() {
    String[] fields = decoded.path("line").asText().split(" ", -1);
    if (fields.length < 6) {
      return true;
    }
    boolean inet6 = fields[1].equals("TCP6");
    return fields[2].contains(":") == inet6 && fields[3].contains(":") == inet6;
  }

  @Override
  public String toString() {
    return name;
  }
}
