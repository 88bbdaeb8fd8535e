/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import io.netty.handler.codec.DecoderException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A header that is missing, malformed, late or refused. {@link #reason()} says which.
 *
 * <p>The message holds no byte that came from the peer, so that it can be logged as it is. No stack
 * trace is filled in: what happened is in the peer's bytes and not in the code, and a flood of bad
 * headers must stay cheap.
 */
public final class ProxyHeaderException extends DecoderException {
  private static final long serialVersionUID = 1L;

  /** Why a header was refused. */
  public enum Reason {
    /** The bytes are no header, where one is required. */
    MISSING,
    /** The connection or the datagram ended within the header. */
    TRUNCATED,
    /** The header had started but was not complete in time, or it started too late. */
    TIMEOUT,
    /** The peer sent no byte in time, as many probes do that only test whether the port is open. */
    SILENT,
    /** The header is longer than the protocol or the reader's limit allows. */
    TOO_LONG,
    /** The version is unknown, or excluded by the reader. */
    VERSION,
    /** The command is not assigned. */
    COMMAND,
    /** The family or the transport is not assigned, or unspecified where that is not accepted. */
    TRANSPORT,
    /** A byte stands where the grammar of version 1 does not allow it. */
    SYNTAX,
    /** An address of version 1 is not one of the line's family. */
    ADDRESS,
    /** A port of version 1 is not a number from 0 to 65535 without leading zeros. */
    PORT,
    /** The announced length is too short for the family. */
    LENGTH,
    /** The vectors do not fill the header exactly, or one has a length that its type forbids. */
    TLV,
    /** The checksum does not match. */
    CHECKSUM,
    /** There is a header where none is allowed. */
    UNEXPECTED,
    /** The peer is not one that may connect. */
    UNTRUSTED,
    /** An application's check refused the header, or failed itself. */
    VALIDATION
  }

  private final Reason reason;

  /**
   * Creates an exception.
   *
   * @param message what is wrong, without any byte that the peer sent
   */
  public ProxyHeaderException(Reason reason, String message) {
    this(reason, message, null);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message what is wrong, without any byte that the peer sent
   */
  public ProxyHeaderException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /** Returns why the header was refused. */
  public Reason reason() {
    return reason;
  }

  /** Does nothing: an exception of this class has no stack trace. */
  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // nothing is written
  public Throwable fillInStackTrace() {
    return this;
  }
}
