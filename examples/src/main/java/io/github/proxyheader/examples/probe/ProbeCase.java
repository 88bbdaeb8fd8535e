/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.probe;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are sent at the start of a connection, and what the protocol's text wants of a
 * receiver.
 *
 * @param id a name of its own
 * @param group {@code baseline}, {@code valid} or {@code vector}
 * @param rule the rule of docs/RULES.md that decides
 * @param expected what a receiver should do
 * @param permitted what it may do as well
 * @param bytes what is sent, never changed
 * @param whole whether the request follows; it does not follow a header that is incomplete
 * @param source the address in the header, as text, or null if there is none to believe
 */
@SuppressWarnings("ArrayRecordComponent") // Cases are not compared.
public record ProbeCase(
    String id,
    String group,
    String rule,
    Expected expected,
    Set<Expected> permitted,
    byte[] bytes,
    boolean whole,
    @Nullable String source) {

  /** What a receiver does with the bytes. */
  public enum Expected {
    /** It takes the address of the header. */
    PROXIED,
    /** It accepts the header, and takes the address of the connection. */
    LOCAL,
    /** It refuses the bytes. */
    REJECT,
    /** It does not answer: it refuses the bytes, or waits for more. */
    WAIT
  }
}
